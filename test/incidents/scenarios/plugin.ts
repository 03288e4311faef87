import type { KubernetesObject, Node, Pod } from '../../../src/cluster/wire.ts';
import { before } from '../support/clock.ts';
import { pluginNamed } from '../support/installed-plugins.ts';
import type { PluginName } from '../support/installed-plugins.ts';
import { setCondition } from '../support/nodes.ts';
import { conditions, containerOf } from '../support/pods.ts';
import { install } from '../support/install.ts';
import { alsoStuck, stuckPod } from '../support/sandbox-errors.ts';
import { rootCause } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import type { TestCluster } from '../support/test-cluster.ts';
import { crashLoops, notReady, says, waitsWith } from '../support/troubles.ts';

/** The runtime tells the kubelet that it has no network. */
export function networkNotReady(node: Node, words: string, minutes = 25): void {
  setCondition(node, { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${words}`, minutes });
  if (node.spec) node.spec.taints = [...(node.spec.taints ?? []), { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }];
}

/** A pod that the kubelet does not even try to start, since the node has no network. */
function waitsForNetwork(cluster: TestCluster, node: string, words: string): Pod {
  const pod = cluster.waitingPod('shop', 'checkout', node, 18);
  cluster.event(pod, { reason: 'NetworkNotReady', message: `network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${words}`, count: 420, firstMinutesAgo: 17, minutesAgo: 0.1 });
  return pod;
}

/** Takes the plugin's pod off a node; the DaemonSet wants one less. */
export function withoutAgent(cluster: TestCluster, plugin: PluginName, node: string, options: { missing?: 'unwanted' | 'unplaced' } = {}): void {
  cluster.remove(cluster.agent(plugin, node));
  const set = cluster.object<KubernetesObject & { status: Record<string, number> }>('DaemonSet', pluginNamed(plugin).daemonSet);
  const count = cluster.nodes.length - 1;
  const desired = options.missing === 'unplaced' ? count + 1 : count;
  Object.assign(set.status, { desiredNumberScheduled: desired, currentNumberScheduled: count, numberReady: count, numberAvailable: count });
}

function ailing(cluster: TestCluster, plugin: PluginName, node: string): Pod {
  const set = cluster.object<KubernetesObject & { status: Record<string, number> }>('DaemonSet', pluginNamed(plugin).daemonSet);
  const ready = cluster.nodes.length - 1;
  Object.assign(set.status, { numberReady: ready, numberAvailable: ready, numberUnavailable: 1 });
  return cluster.agent(plugin, node);
}

export const notInitialized: readonly Scenario[] = [
  {
    name: 'containerd: a new cluster in which nobody has installed a network plugin',
    plugins: [],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      for (const node of cluster.nodes) networkNotReady(node, 'cni plugin not initialized', 40);
      return cluster.node('worker-2');
    },
    expect: rootCause('cni-not-initialized', 'no-config', { atLeast: 'likely' }),
  },
  {
    name: 'ovn: CRI-O finds no configuration although ovnkube-node runs',
    plugins: ['openshift-ovn'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const words = 'No CNI configuration file in /etc/kubernetes/cni/net.d/. Has your network provider started?';
      const node = cluster.node('worker-2');
      setCondition(node, { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${words}`, minutes: 25 });
      return waitsForNetwork(cluster, 'worker-2', words);
    },
    expect: rootCause('cni-not-initialized', 'no-config', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'flannel: a hardened image lacks the bridge plugin',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'flannel', network: 'cbr0', text: 'failed to delegate add: failed to find plugin "bridge" in path [/opt/cni/bin]' }),
    expect: rootCause('cni-not-initialized', 'no-binary', { atLeast: 'certain' }),
  },
  {
    name: 'cilium: the binary was wiped from the node',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: null, text: 'failed to find plugin "cilium-cni" in path [/opt/cni/bin]' }),
    expect: rootCause('cni-not-initialized', 'no-binary', { atLeast: 'certain' }),
  },
  {
    name: "aws: the DaemonSet's affinity leaves the new nodes out",
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      withoutAgent(cluster, 'aws-vpc', 'worker-2');
      networkNotReady(cluster.node('worker-2'), 'cni plugin not initialized', 50);
      return cluster.node('worker-2');
    },
    expect: rootCause('cni-not-initialized', 'no-pod-on-node', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'flannel: no agent on the node, so nobody writes subnet.env',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      withoutAgent(cluster, 'flannel', 'worker-2');
      return stuckPod(cluster, { type: 'flannel', text: "failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node." });
    },
    expect: rootCause('cni-not-initialized', 'no-pod-on-node', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
];

export const unhealthy: readonly Scenario[] = [
  {
    name: 'cilium: the agent crashes on an old kernel, and its socket is gone',
    plugins: ['cilium'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      crashLoops(cluster, ailing(cluster, 'cilium', 'worker-2'), { container: 'cilium-agent', exitCode: 1, restarts: 14, log: ['time="2026-03-14T10:28:11.004Z" level=fatal msg="BPF system config check: NOT OK." error="CONFIG_NET_CLS_BPF=m kernel parameter is required" subsys=probes'] });
      const add = { type: 'cilium-cni', text: 'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?' };
      alsoStuck(cluster, add);
      return stuckPod(cluster, add);
    },
    expect: rootCause('cni-plugin-unhealthy', 'crash-looping', { atLeast: 'certain', subject: { kind: 'Pod', name: /^cilium-/ } }),
  },
  {
    name: 'calico: calico-node is killed for lack of memory',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      crashLoops(cluster, ailing(cluster, 'calico', 'worker-2'), { container: 'calico-node', exitCode: 137, reason: 'OOMKilled', restarts: 11 });
      return stuckPod(cluster, { type: 'calico', text: 'stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/' });
    },
    expect: rootCause('cni-plugin-unhealthy', 'oom-killed', { atLeast: 'certain', subject: { kind: 'Pod', name: /^calico-node-/ } }),
  },
  {
    name: 'calico: Felix does not become ready',
    plugins: ['calico-operator'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const agent = ailing(cluster, 'calico-operator', 'worker-2');
      notReady(agent, 22, ['calico-node']);
      cluster.event(agent, { reason: 'Unhealthy', message: 'Readiness probe failed: calico/node is not ready: felix is not ready: readiness probe reporting 503\n', count: 133, firstMinutesAgo: 22, minutesAgo: 0.2, fieldPath: 'spec.containers{calico-node}' });
      return agent;
    },
    expect: rootCause('cni-plugin-unhealthy', 'not-ready', { atLeast: 'certain' }),
  },
  {
    name: 'flannel: the image of the agent cannot be pulled on a rebuilt node',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'flannel', 'worker-2');
      waitsWith(agent, 'ImagePullBackOff', 'Back-off pulling image "ghcr.io/flannel-io/flannel:v0.27.0": ErrImagePull: failed to pull and unpack image "ghcr.io/flannel-io/flannel:v0.27.0": failed to resolve reference "ghcr.io/flannel-io/flannel:v0.27.0": unexpected status from HEAD request to https://ghcr.io/v2/flannel-io/flannel/manifests/v0.27.0: 503 Service Unavailable', 25);
      networkNotReady(cluster.node('worker-2'), 'cni plugin not initialized');
      return waitsForNetwork(cluster, 'worker-2', 'cni plugin not initialized');
    },
    expect: rootCause('cni-plugin-unhealthy', 'image-pull', { atLeast: 'certain', symptoms: ['cni-not-initialized'] }),
  },
  {
    name: "flannel: the agent gets no sandbox on a rebuilt node, as the runtime cannot pull the pause image",
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'flannel', 'worker-2');
      waitsWith(agent, 'ContainerCreating', '', 25);
      cluster.event(agent, { reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image "registry.k8s.io/pause:3.10": failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve reference "registry.k8s.io/pause:3.10": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.10": dial tcp 192.0.2.82:443: i/o timeout', count: 40, firstMinutesAgo: 24, minutesAgo: 0.3 });
      networkNotReady(cluster.node('worker-2'), 'cni plugin not initialized');
      return waitsForNetwork(cluster, 'worker-2', 'cni plugin not initialized');
    },
    expect: rootCause('cni-plugin-unhealthy', 'image-pull', { atLeast: 'certain', symptoms: ['cni-not-initialized'], says: /pause/ }),
  },
  {
    name: 'azure: CNS does not listen',
    plugins: ['azure'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'azure-vnet', quote: "'", text: "IPAM Invoker Add failed with error: Failed to get IP address from CNS with error: %w: http request failed: Post 'http://localhost:10090/network/requestipconfig': dial tcp 127.0.0.1:10090: connect: connection refused" }),
    expect: rootCause('cni-plugin-unhealthy', 'agent-not-answering', { atLeast: 'likely' }),
  },
  {
    name: 'antrea: the socket of the agent is gone',
    plugins: ['antrea'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: null, text: 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /var/run/antrea/cni.sock: connect: no such file or directory"' }),
    expect: rootCause('cni-plugin-unhealthy', 'agent-not-answering', { atLeast: 'likely' }),
  },
  {
    name: 'ovn: the node process does not answer its own shim',
    plugins: ['ovn-kubernetes'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'ovn-k8s-cni-overlay', network: 'ovn-kubernetes', text: 'failed to send CNI request: Post "http://dummy/": dial unix /var/run/ovn-kubernetes/cni//ovn-cni-server.sock: connect: connection refused' }),
    expect: rootCause('cni-plugin-unhealthy', 'agent-not-answering', { atLeast: 'likely' }),
  },
  {
    name: 'antrea: the agent is Pending, a neighbour took the CPU that it asks for',
    plugins: ['antrea'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'antrea', 'worker-2');
      const message = "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.";
      delete agent.spec?.nodeName;
      if (agent.spec) agent.spec.affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker-2'] }] }] } } };
      if (agent.metadata) agent.metadata.creationTimestamp = before(40);
      agent.status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: before(40) }] };
      cluster.event(agent, { reason: 'FailedScheduling', message, count: 9, minutesAgo: 3, firstMinutesAgo: 40, from: 'scheduler' });
      networkNotReady(cluster.node('worker-2'), 'cni plugin not initialized');
      return cluster.node('worker-2');
    },
    expect: rootCause('cni-plugin-unhealthy', 'pending', { atLeast: 'likely' }),
  },
  {
    name: 'weave: weave-npc crashes and takes the pod with it',
    plugins: ['weave'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      crashLoops(cluster, ailing(cluster, 'weave', 'worker-2'), { container: 'weave', exitCode: 1, restarts: 25, log: ["modprobe: can't change directory to '5.14.0-503.el9': No such file or directory", 'FATA: 2026/03/14 10:28:14.110293 [kube-peers] error contacting bridge: netlink: operation not supported'] });
      return stuckPod(cluster, { type: 'weave-net', network: 'weave', text: 'unable to allocate IP address: Post "http://127.0.0.1:6784/ip/3f0b": dial tcp 127.0.0.1:6784: connect: connection refused' });
    },
    expect: rootCause('cni-plugin-unhealthy', 'crash-looping', { atLeast: 'certain' }),
  },
  {
    name: 'weave: the agent that the alert is about crashes, and its log says of what',
    plugins: ['weave'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'weave', 'worker-2');
      crashLoops(cluster, agent, { container: 'weave', exitCode: 1, restarts: 25, log: ["modprobe: can't change directory to '5.14.0-503.el9': No such file or directory", 'FATA: 2026/03/14 10:28:14.110293 [kube-peers] error contacting bridge: netlink: operation not supported'] });
      return agent;
    },
    expect: rootCause('cni-plugin-unhealthy', 'crash-looping', { atLeast: 'certain', says: /It said at last: ".*netlink: operation not supported/ }),
  },
];

export const datastore: readonly Scenario[] = [
  {
    name: 'calico: the Service address of the API server does not answer from one node',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const add = { type: 'calico', text: 'error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org/v1/clusterinformations/default": dial tcp 10.96.0.1:443: i/o timeout' };
      alsoStuck(cluster, add);
      return stuckPod(cluster, add);
    },
    expect: rootCause('cni-datastore-unreachable', 'api-server-timeout', { atLeast: 'certain' }),
  },
  {
    name: 'cilium: the agent cannot reach the API server at its start',
    plugins: ['cilium'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      crashLoops(cluster, ailing(cluster, 'cilium', 'worker-2'), { container: 'cilium-agent', restarts: 9, ran: 1.1, log: ['level=info msg="Establishing connection to apiserver" host="https://10.96.0.1:443" subsys=k8s-client', 'level=error msg="Unable to contact k8s api-server" error="Get \\"https://10.96.0.1:443/api/v1/namespaces/kube-system\\": dial tcp 10.96.0.1:443: i/o timeout" ipAddr="https://10.96.0.1:443" subsys=k8s-client', 'level=fatal msg="failed to start: Get \\"https://10.96.0.1:443/api/v1/namespaces/kube-system\\": dial tcp 10.96.0.1:443: i/o timeout" subsys=daemon'] });
      return stuckPod(cluster, { type: 'cilium-cni', text: 'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory' });
    },
    expect: rootCause('cni-datastore-unreachable', 'api-server-timeout', { atLeast: 'certain', symptoms: ['cni-plugin-unhealthy'] }),
  },
  {
    name: 'flannel: kube-proxy lost its rules, connections to the API server are refused',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const agent = ailing(cluster, 'flannel', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-flannel', restarts: 12, log: ['I0314 10:28:01.100000       1 main.go:211] CLI flags config: {etcdEndpoints:http://127.0.0.1:4001,http://127.0.0.1:2379 etcdPrefix:/coreos.com/network}', 'E0314 10:28:01.900114       1 main.go:228] Failed to create SubnetManager: error retrieving pod spec for \'kube-flannel/kube-flannel-ds-x\': Get "https://10.96.0.1:443/api/v1/namespaces/kube-flannel/pods/kube-flannel-ds-x": dial tcp 10.96.0.1:443: connect: connection refused'] });
      return agent;
    },
    expect: rootCause('cni-datastore-unreachable', 'api-server-refused', { atLeast: 'certain' }),
  },
  {
    name: "kube-router: the API server's name does not resolve",
    plugins: ['kube-router'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'kube-router', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-router', restarts: 8, log: ['E0314 10:28:31.100000       1 reflector.go:166] "Unhandled Error" err="failed to list *v1.Node: Get \\"https://api.prod.example:6443/api/v1/nodes?limit=500\\": dial tcp: lookup api.prod.example on 192.0.2.53:53: no such host"', 'E0314 10:28:59.100000       1 kube-router.go:128] Failed to synchronize cache: dial tcp: lookup api.prod.example on 192.0.2.53:53: no such host'] });
      return agent;
    },
    expect: rootCause('cni-datastore-unreachable', 'dns', { atLeast: 'likely' }),
  },
  {
    name: 'calico: with etcd as its datastore, etcd does not answer',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'calico', 'worker-2');
      crashLoops(cluster, agent, { container: 'calico-node', restarts: 10, log: ['{"level":"warn","ts":"2026-03-14T10:28:22.719Z","caller":"grpclog/grpclog.go:60","msg":"grpc: addrConn.createTransport failed to connect to {https://192.0.2.31:2379  <nil> 0 <nil>}. Err :connection error: desc = \\"transport: Error while dialing dial tcp 192.0.2.31:2379: connect: connection refused\\". Reconnecting..."}', '2026-03-14 10:28:41.117 [ERROR][9] startup/startup.go 158: failed to query kubeadm\'s config map error=context deadline exceeded', '2026-03-14 10:28:51.117 [WARNING][9] startup/startup.go 1317: Terminating'] });
      return agent;
    },
    expect: rootCause('cni-datastore-unreachable', 'etcd', { atLeast: 'likely' }),
  },
  {
    name: "ovn: the node's own database does not come up, its controller asks in vain",
    plugins: ['ovn-kubernetes'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'ovn-kubernetes', 'worker-2');
      notReady(agent, 14, ['ovn-controller']);
      says(cluster, agent, 'ovn-controller', [
        '2026-03-14T10:29:02.310Z|00204|reconnect|INFO|unix:/var/run/ovn/ovnsb_db.sock: connecting...',
        '2026-03-14T10:29:02.310Z|00205|reconnect|INFO|unix:/var/run/ovn/ovnsb_db.sock: connection attempt failed (No such file or directory)',
        '2026-03-14T10:29:10.311Z|00207|reconnect|INFO|unix:/var/run/ovn/ovnsb_db.sock: connection attempt failed (No such file or directory)',
      ]);
      return stuckPod(cluster, { type: 'ovn-k8s-cni-overlay', network: 'ovn-kubernetes', text: "CNI request failed with status 400: '[shop/checkout 53563970bd1a] failed to configure pod interface: timed out waiting for OVS port binding (ovn-installed) for 0a:58:0a:80:02:05 [10.244.2.5/24]\n'" });
    },
    expect: rootCause('cni-datastore-unreachable', 'agent-socket', { atLeast: 'likely', symptoms: ['cni-plugin-unhealthy'] }),
  },
  {
    name: 'multus: the daemon that the shim asks is not there',
    plugins: ['flannel', 'multus'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'multus-shim', network: 'multus-cni-network', text: 'CmdAdd (shim): failed to send CNI request: Post "http://dummy/cni": dial unix /run/multus/multus.sock: connect: connection refused' }),
    expect: rootCause('cni-plugin-unhealthy', 'agent-not-answering', { atLeast: 'likely' }),
  },
];

export const refused: readonly Scenario[] = [
  {
    name: "calico: the CNI plugin's token is no longer accepted, while calico-node is Ready",
    plugins: ['calico-operator'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: 'calico', network: 'k8s-pod-network', runtime: 'cri-o', text: 'error getting ClusterInformation: connection is unauthorized: Unauthorized' }),
    expect: rootCause('cni-auth-failure', 'unauthorized', { atLeast: 'certain' }),
  },
  {
    name: 'flannel: its cluster role was cleaned away',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'flannel', 'worker-2');
      crashLoops(cluster, agent, { container: 'kube-flannel', restarts: 21, log: ['E0314 10:28:09.901331       1 main.go:332] Error registering network: failed to acquire lease: nodes "worker-2" is forbidden: User "system:serviceaccount:kube-flannel:flannel" cannot get resource "nodes" in API group "" at the cluster scope'] });
      return stuckPod(cluster, { type: 'flannel', text: "failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node." });
    },
    expect: rootCause('cni-auth-failure', 'forbidden', { atLeast: 'certain', symptoms: ['cni-plugin-unhealthy'] }),
  },
  {
    name: 'calico: the certificate of the API server has expired',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'calico', text: 'error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org/v1/clusterinformations/default": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-14T10:29:19Z is after 2026-03-10T19:20:45Z' }),
    expect: rootCause('cni-auth-failure', 'certificate', { atLeast: 'likely' }),
  },
  {
    name: 'whereabouts: a certificate signed by another authority after the control plane was rebuilt',
    plugins: ['cilium', 'multus', 'whereabouts'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: 'multus', network: 'multus-cni-network', text: '[shop/checkout:lan]: error adding container to network "lan": error at storage engine: Get "https://10.96.0.1:443/apis/whereabouts.cni.cncf.io/v1alpha1/namespaces/kube-system/ippools/192.168.50.0-24": x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes")' }),
    expect: rootCause('cni-auth-failure', 'certificate', { atLeast: 'likely' }),
  },
  {
    name: 'aws: the role of the node lacks the CNI policy',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = ailing(cluster, 'aws-vpc', 'worker-2');
      notReady(agent, 20, ['aws-node']);
      cluster.event(agent, { reason: 'MissingIAMPermissions', message: 'Unauthorized operation: failed to call ec2:CreateNetworkInterface due to missing permissions. Please refer to https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/iam-policy.md to attach relevant policy to IAM role', count: 14, firstMinutesAgo: 20, minutesAgo: 1, from: 'controller' });
      cluster.event(agent, { reason: 'Unhealthy', message: 'Readiness probe failed: {"level":"info","ts":"2026-03-14T10:28:31.657Z","caller":"/usr/local/go/src/runtime/proc.go:271","msg":"timeout: failed to connect service \\":50051\\" within 5s"}', count: 88, firstMinutesAgo: 20, minutesAgo: 0.3, fieldPath: 'spec.containers{aws-node}' });
      return stuckPod(cluster, { type: 'aws-cni', text: 'add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"' });
    },
    expect: rootCause('cni-auth-failure', 'cloud-permissions', { atLeast: 'likely', symptoms: ['cni-plugin-unhealthy'] }),
  },
];

export const versions: readonly Scenario[] = [
  {
    name: 'flannel: containerd was upgraded, the plugins were not',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'flannel', network: 'cbr0', text: 'incompatible CNI versions; config is "1.0.0", plugin supports ["0.1.0" "0.2.0" "0.3.0" "0.3.1" "0.4.0"]' }),
    expect: rootCause('cni-version-incompatible', undefined, { atLeast: 'certain' }),
  },
  {
    name: 'weave: the result version is unknown to the runtime',
    plugins: ['weave'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: 'weave-net', runtime: 'cri-o', network: 'weave', text: 'unsupported CNI result version "1.1.0"' }),
    expect: rootCause('cni-version-incompatible', undefined, { atLeast: 'certain' }),
  },
];

export const several: readonly Scenario[] = [
  {
    name: 'calico was installed beside flannel, and both run on every node',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      install(cluster, pluginNamed('calico'));
      const young = cluster.object<KubernetesObject>('DaemonSet', 'calico-node');
      if (young.metadata) young.metadata.creationTimestamp = before(55);
      return stuckPod(cluster, { type: 'calico', text: "error adding host side routes for interface: cali9bc1, error: route (Ifindex: 19, Dst: 10.244.2.7/32, Scope: link) already exists for an interface other than 'cali9bc1'" });
    },
    expect: rootCause('multiple-cni-plugins', 'two-active', { atLeast: 'likely' }),
  },
  {
    name: "calico: Cilium's configuration was left behind on the node",
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'cilium-cni', text: 'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?' }),
    expect: rootCause('multiple-cni-plugins', undefined, { atLeast: 'likely' }),
  },
  {
    name: "flannel: pods get addresses from CRI-O's sample configuration",
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) =>
      cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
        if (pod.status) Object.assign(pod.status, { podIP: '10.85.0.14', podIPs: [{ ip: '10.85.0.14' }] });
      }),
    expect: rootCause('multiple-cni-plugins', 'left-over-config', { atLeast: 'likely' }),
  },
  {
    name: "flannel: Antrea's shim was left behind, and asks for a socket that nobody made",
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: null, text: 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /var/run/antrea/cni.sock: connect: no such file or directory"' }),
    expect: rootCause('multiple-cni-plugins', undefined, { atLeast: 'likely' }),
  },
];

export const withoutRange: readonly Scenario[] = [
  {
    name: 'flannel: the cluster range has no /24 left for the new node',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const node = cluster.node('worker-3');
      delete node.spec?.podCIDR;
      delete node.spec?.podCIDRs;
      if (node.metadata) node.metadata.creationTimestamp = before(35);
      cluster.event(node, { reason: 'CIDRNotAvailable', message: 'Node worker-3 status is now: CIDRNotAvailable', type: 'Normal', count: 31, firstMinutesAgo: 34, minutesAgo: 0.5, from: 'controller' });
      const agent = ailing(cluster, 'flannel', 'worker-3');
      crashLoops(cluster, agent, { container: 'kube-flannel', restarts: 11, since: 33, log: ['E0314 10:28:44.958281       1 main.go:359] Error registering network: failed to acquire lease: node "worker-3" pod cidr not assigned'] });
      return agent;
    },
    expect: rootCause('node-pod-cidr-missing', undefined, { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-3' }, symptoms: ['cni-plugin-unhealthy'] }),
  },
  {
    name: 'kube-router: the controller manager does not hand out node CIDRs',
    plugins: ['kube-router'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const node = cluster.node('worker-2');
      delete node.spec?.podCIDR;
      delete node.spec?.podCIDRs;
      crashLoops(cluster, ailing(cluster, 'kube-router', 'worker-2'), { container: 'kube-router', restarts: 18, log: ['E0314 10:28:17.270063       1 network_routes_controller.go:88] Failed to get pod CIDR from node spec. kube-router relies on kube-controller-manager to allocate pod CIDR for the node or an annotation `kube-router.io/pod-cidr`. Error: node.Spec.PodCIDR not set for node: worker-2'] });
      networkNotReady(node, 'cni config uninitialized');
      return node;
    },
    expect: rootCause('node-pod-cidr-missing', undefined, { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: 'gke: the alias ranges of the subnet are used up, an autoscaled node gets none',
    plugins: ['gke'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const node = cluster.node('worker-2');
      delete node.spec?.podCIDR;
      delete node.spec?.podCIDRs;
      if (node.metadata) node.metadata.creationTimestamp = before(30);
      cluster.event(node, { reason: 'CIDRNotAvailable', message: 'Node worker-2 status is now: CIDRNotAvailable', type: 'Normal', count: 12, firstMinutesAgo: 29, minutesAgo: 1, from: 'controller' });
      const agent = ailing(cluster, 'gke', 'worker-2');
      const { status } = containerOf(agent, 'netd-init');
      if (agent.status) Object.assign(agent.status, { phase: 'Pending', conditions: conditions('False', before(28)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False' } : one)) });
      Object.assign(status, { ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(3) } } });
      for (const one of agent.status?.containerStatuses ?? []) Object.assign(one, { ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } }, lastState: {} });
      says(cluster, agent, 'netd-init', ['FATAL: Could not successfully watch node and wait for podCIDR.'], 'previous');
      networkNotReady(node, 'cni plugin not initialized', 28);
      return waitsForNetwork(cluster, 'worker-2', 'cni plugin not initialized');
    },
    expect: rootCause('node-pod-cidr-missing', undefined, { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
];

