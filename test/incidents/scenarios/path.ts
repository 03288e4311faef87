import type { KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import { fallSilent, setCondition } from '../support/nodes.ts';
import { conditions } from '../support/pods.ts';
import { before } from '../support/clock.ts';
import { nodeView, routesOf } from '../support/node-views.ts';
import { stuckPod } from '../support/sandbox-errors.ts';
import { rootCause } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import type { TestCluster } from '../support/test-cluster.ts';
import { crashLoops, notReady, probeFails, says } from '../support/troubles.ts';

export const tunnels: readonly Scenario[] = [
  {
    name: "calico: a firewall closes port 179, the node's BGP sessions are all down",
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const agent = cluster.agent('calico', 'worker-2');
      notReady(agent, 25, ['calico-node']);
      probeFails(cluster, { ...agent, spec: { ...agent.spec, containers: agent.spec?.containers ?? [] } }, '2026-03-14 10:29:47.807 [INFO][436] node/health.go 202: Number of node(s) with BGP peering established = 0\ncalico/node is not ready: BIRD is not ready: BGP not established with 192.0.2.10,192.0.2.11,192.0.2.13\n', { minutes: 25, count: 150 });
      return agent;
    },
    expect: rootCause('overlay-tunnel-down', 'bgp', { atLeast: 'certain' }),
  },
  {
    name: 'kube-router: its BGP server cannot have port 179',
    plugins: ['kube-router'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = cluster.agent('kube-router', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-router', restarts: 9, log: ['E0314 10:28:40.110000       1 network_routes_controller.go:312] Failed to start node BGP server: failed to start BGP server due to: listen tcp4 192.0.2.12:179: bind: address already in use'] });
      return agent;
    },
    expect: rootCause('overlay-tunnel-down', 'bgp', { atLeast: 'likely' }),
  },
  {
    name: 'flannel: the vxlan device cannot be made after a kernel update',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = cluster.agent('flannel', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-flannel', restarts: 9, log: ['E0314 10:28:22.310000       1 main.go:359] Error registering network: failed to create vxlan device: operation not supported'] });
      return agent;
    },
    expect: rootCause('overlay-tunnel-down', 'vxlan', { atLeast: 'likely', symptoms: ['cni-plugin-unhealthy'] }),
  },
  {
    name: 'calico: tunl0 is down on the node, as its agent sees it',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => cluster.runningPod('shop', 'checkout', 'worker-2'),
    looking: { nodeView: nodeView({ links: [{ ifname: 'eth0', mtu: 1500, up: true, address: '192.0.2.12/24' }, { ifname: 'tunl0', mtu: 1480, up: false, address: '10.244.120.126/32' }], routes: [...routesOf('192.0.2.12'), { dst: '10.244.120.0/24', dev: 'cali1', scope: 'link' }, { dst: '10.244.82.64/26', gateway: '192.0.2.11', dev: 'tunl0', flags: ['onlink'] }] }) },
    expect: rootCause('overlay-tunnel-down', 'ipip', { atLeast: 'likely' }),
  },
  {
    name: 'ovn: a re-created node kept the chassis of its predecessor',
    plugins: ['ovn-kubernetes'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('ovn-kubernetes', 'worker-2'), 'ovn-controller', ['2026-03-14T10:28:40.310Z|00121|ovsdb_idl|WARN|transaction error: {"details":"Transaction causes multiple rows in \\"Encap\\" table to have identical values (geneve and \\"192.0.2.12\\") for index on columns \\"type\\" and \\"ip\\".","error":"constraint violation"}', '2026-03-14T10:28:55.310Z|00127|ovsdb_idl|WARN|transaction error: {"details":"Transaction causes multiple rows in \\"Encap\\" table to have identical values (geneve and \\"192.0.2.12\\") for index on columns \\"type\\" and \\"ip\\".","error":"constraint violation"}']);
      cluster.event(cluster.node('worker-2'), { reason: 'ErrorMismatchChassis', message: 'Node worker-2 is now with a new chassis ID b2e1f0aa-0000-4000-8000-0000000000ff. Its stale chassis entry is not deleted', count: 21, firstMinutesAgo: 30, minutesAgo: 0.5, from: 'controller' });
      return cluster.node('worker-2');
    },
    expect: rootCause('overlay-tunnel-down', 'geneve', { atLeast: 'likely' }),
  },
  {
    name: 'flannel: WireGuard peers cannot be set up',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = cluster.agent('flannel', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-flannel', restarts: 6, log: ['E0314 10:28:01.310000       1 main.go:359] Error registering network: could not create wireguard interface: operation not supported'] });
      return agent;
    },
    expect: rootCause('overlay-tunnel-down', 'wireguard', { atLeast: 'likely' }),
  },
];

export const routes: readonly Scenario[] = [
  {
    name: 'aws: the rules for the pods of a second interface cannot be written',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'aws-cni', text: 'add cmd: failed to setup network: setupNS network: failed to setup fromContainer rule, containerAddr=10.0.34.61/32, rtTable=2: file exists' }),
    expect: rootCause('route-misconfigured', undefined, { atLeast: 'likely' }),
  },
  {
    name: 'flannel: another program owns the routes to the peers',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('flannel', 'worker-2'), 'kube-flannel', ['E0314 10:27:40.310000       1 vxlan_network.go:187] failed to add vxlanRoute (10.244.1.0/24 -> 10.244.1.0): operation not permitted', 'E0314 10:28:10.310000       1 vxlan_network.go:187] failed to add vxlanRoute (10.244.3.0/24 -> 10.244.3.0): operation not permitted']);
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('route-misconfigured', undefined, { atLeast: 'likely' }),
  },
  {
    name: 'kindnet: the node has no route to the pods of its peers, as its agent sees it',
    plugins: ['kindnet'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => cluster.runningPod('shop', 'checkout', 'worker-2'),
    looking: { nodeView: nodeView({ links: [{ ifname: 'eth0', mtu: 1500, up: true, address: '192.0.2.12/24' }], routes: [...routesOf('192.0.2.12'), { dst: '10.244.2.0/24', dev: 'veth1', scope: 'link' }] }) },
    expect: rootCause('route-misconfigured', 'no-route-to-peer', { atLeast: 'likely', says: /10\.244\.\d\.0\/24/ }),
  },
];

export const mtus: readonly Scenario[] = [
  {
    name: 'calico: the MTU in its ConfigMap is larger than that of the interface',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('calico', 'worker-2'), 'calico-node', ['2026-03-14 10:28:40.612 [WARNING][74] felix/int_dataplane.go 1123: Configured MTU is larger than detected host interface MTU configuredMTU=8980 detectedMTU=1500']);
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('mtu-mismatch', undefined, { atLeast: 'possible' }),
  },
  {
    name: 'flannel: flannel.1 is as large as the interface below it, as its agent sees it',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => cluster.runningPod('shop', 'checkout', 'worker-2'),
    looking: { nodeView: nodeView({ links: [{ ifname: 'eth0', mtu: 1450, up: true, address: '192.0.2.12/24' }, { ifname: 'flannel.1', mtu: 1450, up: true, address: '10.244.2.0/32', parent: 'eth0' }, { ifname: 'cni0', mtu: 1450, up: true, address: '10.244.2.1/24' }], routes: [...routesOf('192.0.2.12'), { dst: '10.244.2.0/24', dev: 'cni0', scope: 'link' }, ...[0, 1, 3].map((index) => ({ dst: `10.244.${index}.0/24`, gateway: `10.244.${index}.0`, dev: 'flannel.1', flags: ['onlink'] }))] }) },
    expect: rootCause('mtu-mismatch', undefined, { atLeast: 'likely', says: /1450.*1400/s }),
  },
];

const denyAll = (name: string, namespace: string, policyTypes: readonly string[], rules: object = {}): KubernetesObject =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace, uid: `np-${name}`, creationTimestamp: before(26) }, spec: { podSelector: {}, policyTypes, ...rules } }) as KubernetesObject;

/** A controller that ends because the API server does not answer it, under a policy that allows this egress only. */
function controllerWithout(cluster: TestCluster, egress: readonly object[]): Pod {
  cluster.add(denyAll('no-egress', 'shop', ['Egress'], { egress }));
  const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
  crashLoops(cluster, pod, { restarts: 6, log: ['level=info msg="starting"', 'level=fatal msg="Get \\"https://10.96.0.1:443/apis/apps/v1/deployments?limit=500\\": dial tcp 10.96.0.1:443: i/o timeout"'] });
  return pod;
}

export const policies: readonly Scenario[] = [
  {
    name: 'calico: a default-deny for ingress came with a release, nothing opens the port',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add(denyAll('default-deny', 'shop', ['Ingress']));
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('network-policy-blocking', 'ingress-default-deny', { atMost: 'likely', subject: { kind: 'NetworkPolicy', name: 'default-deny' } }),
  },
  {
    name: 'antrea: a default-deny for egress keeps the pod from its DNS, and it crashes',
    plugins: ['antrea'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      cluster.add(denyAll('no-egress', 'shop', ['Egress'], { egress: [{ ports: [{ protocol: 'TCP', port: 443 }] }] }));
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      crashLoops(cluster, pod, { restarts: 6, log: ['2026/03/14 10:28:01 connecting to postgres.db.svc.cluster.local', '2026/03/14 10:28:21 dial tcp: lookup postgres.db.svc.cluster.local on 10.96.0.10:53: read udp 10.244.2.9:48213->10.96.0.10:53: i/o timeout'] });
      return pod;
    },
    expect: rootCause('network-policy-blocking', 'egress-dns', { atLeast: 'likely', subject: { kind: 'NetworkPolicy', name: 'no-egress' }, symptoms: ['app-crash-looping'] }),
  },
  {
    name: 'cilium: egress is allowed for DNS only, and a controller does not reach the API server',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens: (cluster) => controllerWithout(cluster, [{ ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] }]),
    expect: rootCause('network-policy-blocking', 'egress-api-server', { atLeast: 'likely', subject: { kind: 'NetworkPolicy', name: 'no-egress' }, symptoms: ['app-crash-looping'] }),
  },
  {
    name: 'calico: egress is allowed for the API server, which a controller does not reach all the same',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens: (cluster) => controllerWithout(cluster, [{ ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 6443 }] }]),
    expect: rootCause('app-crash-looping', 'exit-code', { atMost: 'likely' }),
  },
];

export const nodesAtFault: readonly Scenario[] = [
  {
    name: 'calico: the machine died, its kubelet reports no more',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const node = cluster.node('worker-2');
      fallSilent(node, 21);
      cluster.event(node, { reason: 'NodeNotReady', message: 'Node worker-2 status is now: NodeNotReady', type: 'Normal', count: 1, firstMinutesAgo: 21, minutesAgo: 21, from: 'controller' });
      const agent = cluster.agent('calico', 'worker-2');
      notReady(agent, 21, ['calico-node']);
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      for (const condition of pod.status?.conditions ?? []) if (condition.type === 'Ready') Object.assign(condition, { status: 'False', lastTransitionTime: before(21) });
      cluster.event(pod, { reason: 'NodeNotReady', message: 'Node is not ready', count: 1, firstMinutesAgo: 21, minutesAgo: 21, from: 'controller' });
      return pod;
    },
    expect: rootCause('node-network-unavailable', 'kubelet-silent', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'aws: the kubelet is up, but says of itself that it is not ready',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      setCondition(cluster.node('worker-2'), { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: '[failed to sync machine info: open /proc/cpuinfo: too many open files in system]', minutes: 16 });
      return cluster.node('worker-2');
    },
    expect: rootCause('node-network-unavailable', 'kubelet-not-ready', { atLeast: 'likely', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'weave: NetworkUnavailable was never cleared on the node',
    plugins: ['weave'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      setCondition(cluster.node('worker-2'), { type: 'NetworkUnavailable', status: 'True', reason: 'NetworkPluginNotSetUp', message: 'The network of this node is not set up', minutes: 45 });
      return cluster.node('worker-2');
    },
    expect: rootCause('node-network-unavailable', 'network-unavailable', { atLeast: 'likely', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'flannel: containerd hangs on the node',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      setCondition(cluster.node('worker-2'), { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: '[container runtime is down, PLEG is not healthy: pleg was last seen active 6m12.4s ago; threshold is 3m0s]', minutes: 16 });
      return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
        if (pod.status) pod.status.conditions = conditions('False', before(16));
      });
    },
    expect: rootCause('node-network-unavailable', 'runtime-down', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
];

export const clouds: readonly Scenario[] = [
  {
    name: 'gke: the quota of routes is used up',
    plugins: ['gke'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const node = cluster.node('worker-3');
      if (node.spec) node.spec.providerID = 'gce://prod/europe-west3-a/worker-3';
      setCondition(node, { type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated', message: 'RouteController failed to create a route', minutes: 40 });
      cluster.event(node, { reason: 'FailedToCreateRoute', message: "Could not create route 0d3f3f3e-5d2c 10.8.3.0/24 for node worker-3 after 1.9s: googleapi: Error 403: Quota 'ROUTES' exceeded. Limit: 250.0 globally., quotaExceeded", count: 240, firstMinutesAgo: 40, minutesAgo: 0.2, from: 'controller' });
      return node;
    },
    expect: rootCause('cloud-network-misconfigured', 'route-not-created', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-3' }, symptoms: ['node-network-unavailable'] }),
  },
  {
    name: 'kube-router on a small cloud: the route cannot be made, the server is not found',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const node = cluster.node('worker-2');
      setCondition(node, { type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated', message: 'RouteController failed to create a route', minutes: 40 });
      if (node.spec) node.spec.taints = [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }];
      cluster.event(node, { reason: 'FailedToCreateRoute', message: '(combined from similar events): Could not create route ddb43c79-3777-40bb-9a53-7d75689f101f 10.244.2.0/24 for node worker-2 after 2.331535684s: hcloud/CreateRoute: hcops/AllServersCache.ByName: worker-2 hcops/AllServersCache.getCache: not found', count: 190, firstMinutesAgo: 40, minutesAgo: 0.4, from: 'controller' });
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2', (one) => {
        if (one.spec?.containers[0]) one.spec.containers[0].readinessProbe = { httpGet: { port: 8080, path: '/ready' } };
      });
      notReady(pod, 18);
      probeFails(cluster, pod, 'HTTP probe failed with statuscode: 503');
      cluster.log(pod, 'web', `${before(1)} dependency check failed: Get "http://catalog.shop:8080/": dial tcp 10.96.14.2:8080: i/o timeout\n`);
      return pod;
    },
    expect: rootCause('cloud-network-misconfigured', 'route-not-created', { atLeast: 'likely', symptoms: ['app-readiness-probe-failing'] }),
  },
  {
    name: 'aws: the ENIConfig that the nodes ask for does not exist',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.event(cluster.node('worker-2'), { reason: 'EniConfigNameNotFound', message: 'failed to find the ENIConfig name eu-west-3d for node worker-2', count: 33, firstMinutesAgo: 25, minutesAgo: 0.5, from: 'controller' });
      return stuckPod(cluster, { type: 'aws-cni', network: 'aws-cni', text: 'add cmd: failed to assign an IP address to container' });
    },
    expect: rootCause('cloud-network-misconfigured', undefined, { atLeast: 'likely', symptoms: ['ip-pool-exhausted'] }),
  },
];
