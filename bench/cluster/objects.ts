import type { ClusterEvent, KubernetesObject, Node, Pod } from '../../src/cluster/wire.ts';
import { namespaceName, namespaces, nodeName, nodeRange, nodeRange6, podPlans } from './plan.ts';
import type { ClusterSize } from './plan.ts';
import { hostAddress, imageMissing, imageOf, podObject, suffix, uid } from './pods.ts';
import type { PodPlan } from './pods.ts';

const born = '2026-02-20T08:00:00Z';
const image = 'quay.io/calico/node:v3.29.1';
const labels = { 'k8s-app': 'calico-node' };

/** A node with what kubelet and Calico write on it. */
export function nodeObject(index: number, dualStack = false): Node {
  const name = nodeName(index);
  const ranges = dualStack ? [nodeRange(index), nodeRange6(index)] : [nodeRange(index)];
  const condition = (type: string, status: string, reason: string): NonNullable<NonNullable<Node['status']>['conditions']>[number] => ({
    type,
    status,
    reason,
    message: `kubelet has ${reason}`,
    lastHeartbeatTime: '2026-03-14T10:29:00Z',
    lastTransitionTime: born,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: uid(5, index),
      resourceVersion: String(500_000 + index),
      creationTimestamp: born,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'm5.4xlarge',
        'topology.kubernetes.io/region': 'eu-1',
        'topology.kubernetes.io/zone': `eu-1${'abc'[index % 3] ?? 'a'}`,
      },
      annotations: {
        'projectcalico.org/IPv4Address': `${hostAddress(index)}/16`,
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { podCIDR: ranges[0] ?? '', podCIDRs: [...ranges], providerID: `aws:///eu-1a/i-${index.toString(16).padStart(17, '0')}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: hostAddress(index) },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '16', memory: '65000000Ki', pods: '110' },
      allocatable: { cpu: '15800m', memory: '63000000Ki', pods: '110' },
      conditions: [
        condition('NetworkUnavailable', 'False', 'CalicoIsUp'),
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        condition('Ready', 'True', 'KubeletReady'),
      ],
      images: Array.from({ length: 40 }, (_, at) => ({
        names: [`registry.example/base/image-${at}@sha256:${suffix(at).repeat(12)}`, `registry.example/base/image-${at}:1.${at}`],
        sizeBytes: 100_000_000 + at,
      })),
      nodeInfo: {
        kubeletVersion: 'v1.34.1',
        kubeProxyVersion: 'v1.34.1',
        osImage: 'Debian GNU/Linux 12',
        kernelVersion: '6.1.0-30-amd64',
        operatingSystem: 'linux',
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.0.4',
        machineID: uid(6, index),
        systemUUID: uid(7, index),
        bootID: uid(8, index),
      },
    },
  };
}

/** Calico's pod on a node. */
export function agentObject(index: number): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `calico-node-${suffix(100_000 + index)}${suffix(index)}`,
      namespace: 'kube-system',
      uid: uid(9, index),
      creationTimestamp: born,
      labels: { ...labels, 'controller-revision-hash': '7d8c5b6f9d', 'pod-template-generation': '1' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'calico-node', uid: uid(10, 0), controller: true }],
    },
    spec: { ...agentSpec(), nodeName: nodeName(index) },
    status: {
      phase: 'Running',
      hostIP: hostAddress(index),
      podIP: hostAddress(index),
      podIPs: [{ ip: hostAddress(index) }],
      startTime: born,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: born }],
      containerStatuses: [
        { name: 'calico-node', image, imageID: '', ready: true, started: true, restartCount: 0, state: { running: { startedAt: born } } },
      ],
    },
  };
}

function agentSpec(): NonNullable<Pod['spec']> {
  return { hostNetwork: true, containers: [{ name: 'calico-node', image, env: [{ name: 'DATASTORE_TYPE', value: 'kubernetes' }] }] };
}

/** Everything but the pods of the workloads: a cluster of its own kind is small. */
export function* frameObjects({ nodes, dualStack = false }: ClusterSize): Generator<KubernetesObject> {
  const places = ['default', 'kube-system', ...Array.from({ length: namespaces }, (_, index) => namespaceName(index))];
  for (const [index, name] of places.entries()) {
    yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: uid(11, index), labels: { 'kubernetes.io/metadata.name': name } } };
    yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name, uid: uid(12, index) } };
  }
  yield {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'kube-system', uid: uid(10, 0), creationTimestamp: born, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: agentSpec() } },
    status: {
      desiredNumberScheduled: nodes,
      currentNumberScheduled: nodes,
      numberReady: nodes,
      updatedNumberScheduled: nodes,
      numberMisscheduled: 0,
    },
  } as KubernetesObject;
  yield ipPool('default-ipv4-ippool', { cidr: '100.64.0.0/10', blockSize: 26, ipipMode: 'Always' });
  if (dualStack) yield ipPool('default-ipv6-ippool', { cidr: 'fd00:64::/32', blockSize: 122, vxlanMode: 'Always' });
  for (let index = 0; index < nodes; index += 1) {
    yield nodeObject(index, dualStack);
    yield agentObject(index);
  }
}

function ipPool(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'IPPool',
    metadata: { name, uid: uid(13, 0), creationTimestamp: born },
    spec: { natOutgoing: true, nodeSelector: 'all()', ...spec },
  } as KubernetesObject;
}

/** What the kubelet says of a pod in trouble: that its sandbox cannot be made, because the API server refuses Calico's token, or that its image is missing. */
export function failureOf(plan: PodPlan): ClusterEvent {
  const sandbox = uid(14, plan.index).replaceAll('-', '').repeat(2);
  const image = imageOf(plan.index);
  return plan.state === 'no-image'
    ? warning(plan, 'Failed', `Failed to pull image "${image}": rpc error: code = NotFound desc = ${imageMissing(image)}`)
    : warning(
        plan,
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized`,
      );
}

function warning({ index, namespace, name, node, since }: PodPlan, reason: string, message: string): ClusterEvent {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${index.toString(16).padStart(16, '0')}`, namespace, uid: uid(15, index), creationTimestamp: since },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: uid(1, index) },
    reason,
    type: 'Warning',
    message,
    source: { component: 'kubelet', host: node },
    firstTimestamp: since,
    lastTimestamp: since,
    count: 3,
  };
}

/** The whole cluster as objects; for sizes that fit in memory. */
export function* clusterObjects(size: ClusterSize): Generator<KubernetesObject> {
  yield* frameObjects(size);
  for (const plan of podPlans(size)) {
    yield podObject(plan);
    if (plan.state !== 'running') yield failureOf(plan);
  }
}

/** An hour of what Calico's agent says, its token refused or not, by the name that the test API server knows logs by. */
export function agentLogs({ nodes, trouble }: ClusterSize, now = Date.now()): Readonly<Record<string, string>> {
  const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString();
  const noise = (ago: number): string =>
    `${at(ago)} ${at(ago).slice(0, 19).replace('T', ' ')}.412 [INFO][74] felix/summary.go 100: Summarising 13 dataplane reconciliation loops over 1m2.3s: avg=9ms longest=41ms (resync-filter-v4,resync-nat-v4)`;
  const refused = (ago: number): string =>
    `${at(ago)} ${at(ago).slice(0, 19).replace('T', ' ')}.118 [ERROR][74] felix/watchercache.go 130: Failed to perform list of current data during resync ListRoot="/calico/resources/v3/projectcalico.org/ippools" error=connection is unauthorized: Unauthorized`;
  const text = Array.from({ length: 360 }, (_, line) =>
    (line % 12 === 0 && trouble !== 'no-image' ? refused : noise)(3600 - line * 10),
  ).join('\n');
  return Object.fromEntries(
    Array.from({ length: nodes }, (_, index) => [`kube-system/${agentObject(index).metadata?.name ?? ''}/calico-node`, `${text}\n`]),
  );
}
