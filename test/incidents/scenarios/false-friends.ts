import type { KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import { before, days } from '../support/clock.ts';
import { install } from '../support/install.ts';
import { pluginNamed } from '../support/installed-plugins.ts';
import { setCondition } from '../support/nodes.ts';
import { conditions } from '../support/pods.ts';
import { sandboxError, sandboxFails, stuckPod } from '../support/sandbox-errors.ts';
import { rootCause } from '../support/scenario.ts';
import type { Expectation, Scenario } from '../support/scenario.ts';
import type { TestCluster } from '../support/test-cluster.ts';
import { crashLoops, notReady, probeFails, says, waitsWith } from '../support/troubles.ts';
import { networkNotReady, withoutAgent } from './plugin.ts';

const recovered: Expectation = { outcome: 'recovered' };
const healthy = (cluster: TestCluster, app = 'checkout', change: (pod: Pod) => void = () => undefined): Pod => cluster.runningPod('shop', app, 'worker-2', change);

/** A pod that fails for a reason of its own: what is alarming around it must not be blamed. */
function failsByItself(cluster: TestCluster): Pod {
  const pod = healthy(cluster);
  crashLoops(cluster, pod, { exitCode: 1, log: ['fatal: cannot parse DATABASE_URL: missing scheme'] });
  return pod;
}
const byItself: Expectation = rootCause('app-crash-looping', 'exit-code', { atLeast: 'certain' });

export const relevance: readonly Scenario[] = [
  {
    name: "friend: the sandbox errors belong to a StatefulSet pod's former incarnation",
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = healthy(cluster, 'db', (one) => {
        if (one.metadata) Object.assign(one.metadata, { name: 'db-0', creationTimestamp: before(9), ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'sts', controller: true }] });
        if (one.status) one.status.startTime = before(9);
      });
      const former = { ...pod, metadata: { ...pod.metadata, uid: '00000000-0000-4000-8000-00000000dead' } };
      sandboxFails(cluster, former, { type: 'calico', text: 'error getting ClusterInformation: connection is unauthorized: Unauthorized' }, { minutes: 14, lastMinutesAgo: 10 });
      crashLoops(cluster, pod, { exitCode: 1, since: 8, log: ['FATAL: data directory "/var/lib/postgresql/data" has wrong ownership'] });
      return pod;
    },
    expect: byItself,
  },
  {
    name: 'friend: the sandbox errors stopped an hour ago, the pod runs since then and crashes now',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = failsByItself(cluster);
      sandboxFails(cluster, pod, { type: 'flannel', text: "failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node." }, { minutes: 75, lastMinutesAgo: 58, count: 30 });
      return pod;
    },
    expect: byItself,
  },
  {
    name: 'friend: the agent of another node crashes',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      crashLoops(cluster, cluster.agent('cilium', 'worker-3'), { container: 'cilium-agent', log: ['level=fatal msg="BPF system config check: NOT OK." subsys=probes'] });
      return failsByItself(cluster);
    },
    expect: byItself,
  },
  {
    name: 'friend: the agent of this node restarted last month',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const status = cluster.agent('calico', 'worker-2').status?.containerStatuses?.[0];
      if (status) Object.assign(status, { restartCount: 14, lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: before(days(31)), finishedAt: before(days(30)) } } });
      return failsByItself(cluster);
    },
    expect: byItself,
  },
  {
    name: "friend: a finished job's address was given to the pod",
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = failsByItself(cluster);
      const job = cluster.runningPod('shop', 'nightly', 'worker-2');
      if (job.status) Object.assign(job.status, { phase: 'Succeeded', podIP: pod.status?.podIP, podIPs: pod.status?.podIPs, conditions: conditions('False', before(300)) });
      return pod;
    },
    expect: byItself,
  },
  {
    name: "friend: hostNetwork pods share their node's address",
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => cluster.agent('calico', 'worker-2'),
    expect: recovered,
  },
  {
    name: 'friend: the two pods of a live migration share an address',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const labels = { 'kubevirt.io': 'virt-launcher', 'vm.kubevirt.io/name': 'vm-a', 'kubevirt.io/domain': 'vm-a' };
      const as = (pod: Pod): void => {
        if (pod.metadata) Object.assign(pod.metadata, { name: `virt-launcher-vm-a-${pod.metadata.name?.slice(-5) ?? ''}`, labels: { ...labels }, ownerReferences: [{ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', name: 'vm-a', uid: 'vmi-a', controller: true }] });
      };
      const source = healthy(cluster, 'virt-launcher-vm-a', as);
      const target = cluster.runningPod('shop', 'virt-launcher-vm-a', 'worker-3', as);
      if (target.status) Object.assign(target.status, { podIP: source.status?.podIP, podIPs: source.status?.podIPs });
      return source;
    },
    expect: recovered,
  },
  {
    name: 'friend: benign lines in the log of the agent',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('calico', 'worker-2'), 'calico-node', [
        '2026-03-14 10:28:01.300 [WARNING][74] felix/ipam.go 1822: Asked to release address but it doesn\'t exist. Ignoring Address=10.244.120.70',
        '2026-03-14 10:28:11.300 [WARNING][74] cni-plugin/k8s.go 572: WorkloadEndpoint does not exist in the datastore, moving forward with the clean up',
        '2026-03-14 10:28:31.300 [WARNING][74] cni-plugin/k8s.go 561: CNI_CONTAINERID does not match WorkloadEndpoint ContainerID, don\'t delete WEP.',
        '2026-03-14 10:28:41.300 [INFO][74] ipam/ipam.go 1400: Releasing affinity for empty block',
        '2026-03-14 10:28:51.300 [WARNING][74] felix/health.go 211: Reporter is not ready. name="async_calc_graph"',
      ]);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: the API server restarted a while ago, and every watch of the agent broke off for a moment',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const broken = ['Node', 'Node', 'Pod', 'Service'].map((kind, index) => `${before(12 - index * 0.1).replace('Z', '.104417113Z')} E0314 10:18:0${index}.094465       1 reflector.go:304] pkg/mod/k8s.io/client-go/tools/cache/reflector.go:232: Failed to watch *v1.${kind}: Get "https://10.96.0.1:443/api/v1/nodes?watch=true": dial tcp 10.96.0.1:443: connect: connection refused`);
      cluster.log(cluster.agent('flannel', 'worker-2'), 'kube-flannel', `${broken.join('\n')}\n`);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: the API server restarts just now, the agent has lost its watches for some seconds',
    plugins: ['cilium'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const broken = ['CiliumNode', 'Pod', 'CiliumEndpoint'].map((kind, index) => `${before(0.4 - index * 0.05).replace('Z', '.104417113Z')} time="2026-03-14T10:29:4${index}Z" level=warning msg="github.com/cilium/cilium/pkg/k8s/resource/resource.go:304: watch of *v1.${kind} ended with: failed to list *v1.${kind}: Get \\"https://10.96.0.1:443/api/v1\\": dial tcp 10.96.0.1:443: connect: connection refused" subsys=klog`);
      cluster.log(cluster.agent('cilium', 'worker-2'), 'cilium-agent', `${broken.join('\n')}\n`);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: the agent asked for its policies a moment before its controller had renewed its certificate',
    plugins: ['antrea'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('antrea', 'worker-2'), 'antrea-agent', [
        'W0314 10:12:49.634351       1 networkpolicy_controller.go:598] Failed to start watch for NetworkPolicy: Get "https://10.111.56.222:443/apis/controlplane.antrea.io/v1beta2/networkpolicies?fieldSelector=nodeName%3Dworker-2&watch=true": x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "antrea-ca@1630375790")',
      ]);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: a rollout of the plugin is under way, the agent of this node is seconds old',
    plugins: ['cilium'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = cluster.agent('cilium', 'worker-2');
      if (agent.metadata) agent.metadata.creationTimestamp = before(0.8);
      if (agent.status) Object.assign(agent.status, { startTime: before(0.8), conditions: conditions('False', before(0.8)), containerStatuses: [{ name: 'cilium-agent', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { running: { startedAt: before(0.4) } } }] });
      const set = cluster.object<KubernetesObject & { status: Record<string, number> }>('DaemonSet', 'cilium');
      Object.assign(set.status, { updatedNumberScheduled: 2, numberReady: 3, numberAvailable: 3, numberUnavailable: 1 });
      probeFails(cluster, agent, 'Get "http://127.0.0.1:9879/healthz": dial tcp 127.0.0.1:9879: connect: connection refused', { minutes: 0.4, count: 2 });
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: the node joined two minutes ago and waits for its plugin',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const node = cluster.node('worker-3');
      if (node.metadata) node.metadata.creationTimestamp = before(2);
      networkNotReady(node, 'cni plugin not initialized', 2);
      const agent = cluster.agent('calico', 'worker-3');
      waitsWith(agent, 'PodInitializing', '', 1.6);
      if (agent.status?.initContainerStatuses) for (const one of agent.status.initContainerStatuses) Object.assign(one, { ready: false, state: { running: { startedAt: before(0.5) } } });
      return node;
    },
    expect: { outcome: 'inconclusive' },
  },
  {
    name: "friend: Calico's pod addresses lie outside the nodes' pod CIDRs",
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => healthy(cluster),
    expect: recovered,
  },
  {
    name: 'friend: Calico only enforces policies beside the AWS VPC CNI',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      install(cluster, { ...pluginNamed('calico-operator'), objects: [{ apiVersion: 'operator.tigera.io/v1', kind: 'Installation', metadata: { name: 'default', uid: 'installation' }, spec: { kubernetesProvider: 'EKS', cni: { type: 'AmazonVPC' }, calicoNetwork: { bgp: 'Disabled' } } } as KubernetesObject] });
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: Multus and whereabouts beside Cilium',
    plugins: ['cilium', 'multus', 'whereabouts'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => healthy(cluster),
    expect: recovered,
  },
  {
    name: 'friend: another team has failing pods on the same node',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      crashLoops(cluster, cluster.runningPod('team-b', 'loader', 'worker-2'), { exitCode: 137, reason: 'OOMKilled' });
      const pod = healthy(cluster);
      notReady(pod, 18);
      Object.assign(pod.spec?.containers[0] ?? {}, { readinessProbe: { httpGet: { port: 8080, path: '/ready' } } });
      probeFails(cluster, pod, 'HTTP probe failed with statuscode: 500');
      return pod;
    },
    expect: rootCause('app-readiness-probe-failing', 'http-status', { atLeast: 'certain' }),
  },
  {
    name: 'friend: the pod has become Ready since',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = healthy(cluster, 'checkout', (one) => {
        if (one.status) one.status.conditions = conditions('True', before(2));
      });
      sandboxFails(cluster, pod, { type: 'calico', text: 'error getting ClusterInformation: connection is unauthorized: Unauthorized' }, { minutes: 20, lastMinutesAgo: 4 });
      return pod;
    },
    expect: { outcome: 'recovered', says: /Ready/ },
  },
  {
    name: 'friend: one failed attempt, then the pod ran',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = healthy(cluster);
      cluster.event(pod, { reason: 'FailedCreatePodSandBox', message: sandboxError(pod, { type: 'aws-cni', text: 'add cmd: failed to assign an IP address to container' }, 7), count: 1, minutesAgo: 6, firstMinutesAgo: 6 });
      cluster.event(pod, { reason: 'SandboxChanged', message: 'Pod sandbox changed, it will be killed and re-created.', type: 'Normal', count: 1, minutesAgo: 5.8, firstMinutesAgo: 5.8 });
      cluster.event(pod, { reason: 'Started', message: 'Started container web', type: 'Normal', count: 1, minutesAgo: 5, firstMinutesAgo: 5 });
      return pod;
    },
    expect: recovered,
  },
  {
    name: 'friend: the pod is gone, and its successors are healthy',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = healthy(cluster);
      cluster.runningPod('shop', 'checkout', 'worker-3');
      cluster.remove(pod);
      cluster.event(pod, { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503', minutesAgo: 6 });
      return pod;
    },
    expect: { outcome: 'target-gone', says: /checkout/ },
  },
  {
    name: 'friend: an unauthorised image pull is not the plugin',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = healthy(cluster);
      waitsWith(pod, 'ImagePullBackOff', 'Back-off pulling image "registry.example/checkout:1.4.2"');
      cluster.event(pod, { reason: 'Failed', message: 'Failed to pull image "registry.example/checkout:1.4.2": failed to pull and unpack image "registry.example/checkout:1.4.2": failed to resolve reference "registry.example/checkout:1.4.2": failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://registry.example/token: 401 Unauthorized', count: 6, minutesAgo: 1, fieldPath: 'spec.containers{web}' });
      return pod;
    },
    expect: rootCause('app-image-pull', 'unauthorized', { atLeast: 'certain' }),
  },
  {
    name: 'friend: a NetworkPolicy selects other pods',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'db-only', namespace: 'shop', uid: cluster.uid(), creationTimestamp: before(20) }, spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress', 'Egress'] } } as KubernetesObject);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: plain Flannel enforces no policy, so a default-deny blocks nobody',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace: 'shop', uid: cluster.uid(), creationTimestamp: before(20) }, spec: { podSelector: {}, policyTypes: ['Ingress'] } } as KubernetesObject);
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: the readiness probe fails, and a default-deny for ingress is no reason for that',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      cluster.add({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace: 'shop', uid: cluster.uid(), creationTimestamp: before(20) }, spec: { podSelector: {}, policyTypes: ['Ingress'] } } as KubernetesObject);
      const pod = healthy(cluster);
      notReady(pod, 18);
      Object.assign(pod.spec?.containers[0] ?? {}, { readinessProbe: { httpGet: { port: 8080, path: '/ready' } } });
      probeFails(cluster, pod, 'HTTP probe failed with statuscode: 503');
      return pod;
    },
    expect: rootCause('app-readiness-probe-failing', 'http-status', { atLeast: 'certain' }),
  },
  {
    name: 'friend: a cloud pool that is growing, the pod is a minute old',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'aws-cni', text: 'add cmd: failed to assign an IP address to container' }, { minutes: 0.7, count: 4, lastMinutesAgo: 0.1 }),
    expect: rootCause('ip-pool-exhausted', undefined, { atMost: 'possible' }),
  },
  {
    name: 'friend: a node of another pool was left out of the DaemonSet on purpose, this node is served',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      withoutAgent(cluster, 'flannel', 'worker-3');
      return failsByItself(cluster);
    },
    expect: byItself,
  },
  {
    name: 'friend: all nodes are well, the alert is about one of them',
    plugins: ['kube-router'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => cluster.node('worker-1'),
    expect: recovered,
  },
  {
    name: 'friend: the node was rebooted, all its containers restarted once, all are well',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      for (const one of cluster.objects) {
        const pod = one as Pod;
        if (pod.kind !== 'Pod' || pod.spec?.nodeName !== 'worker-2') continue;
        for (const status of pod.status?.containerStatuses ?? []) if (status.ready) Object.assign(status, { restartCount: status.restartCount + 1, state: { running: { startedAt: before(9) } }, lastState: { terminated: { exitCode: 255, reason: 'Unknown', startedAt: before(days(9)), finishedAt: before(10) } } });
      }
      const node = cluster.node('worker-2');
      setCondition(node, { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', minutes: 9 });
      cluster.event(node, { reason: 'Rebooted', message: 'Node worker-2 has been rebooted, boot id: 6f1d7f2c', minutesAgo: 10, firstMinutesAgo: 10, count: 1 });
      return healthy(cluster);
    },
    expect: recovered,
  },
  {
    name: 'friend: containerd complains of a full disk, not of the network',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
      cluster.event(pod, { reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: write /run/containerd/io.containerd.runtime.v2.task/k8s.io/1/init.pid: no space left on device: unknown', count: 30, minutesAgo: 0.5 });
      return pod;
    },
    expect: { outcome: 'inconclusive' },
  },
];
