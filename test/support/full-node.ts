import type { ClusterEvent, KubernetesObject, Node, Pod } from '../../src/cluster/wire.ts';
import { aContainer, aNode, podConditions, running, waiting } from './objects.ts';

const hostsOfRange = 253;

/** RFC 3339 of so many minutes before the present, as a live cluster would write it. */
function before(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * A live cluster of plain Flannel whose node worker-3 has handed out every address of 10.244.3.0/24, and pods of namespace shop
 * that wait on it for one. Times are of the present, because a live reader's clock is the wall clock.
 */
export function fullNode(waitingPods: readonly string[]): readonly KubernetesObject[] {
  const namespaces = ['default', 'shop', 'batch', 'kube-flannel'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: `uid-${name}` },
  }));
  const settings: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-flannel-cfg', namespace: 'kube-flannel' },
    data: { 'net-conf.json': '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}}' },
  } as KubernetesObject;
  const stuck = waitingPods.flatMap((name) => [stuckPod(name), noAddress(name)]);
  const holders = Array.from({ length: hostsOfRange }, (_, index) => holder(index + 2));
  return [...namespaces, worker(), settings, daemonSet(), flannel(), ...holders, ...stuck];
}

const image = 'docker.io/flannel/flannel:v0.26.1';
const labels = { app: 'flannel', 'k8s-app': 'flannel' };

function daemonSet(): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'kube-flannel-ds', namespace: 'kube-flannel', uid: 'uid-kube-flannel-ds', labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [aContainer('kube-flannel', { image })] } },
    },
    status: { desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 1, numberMisscheduled: 0 },
  } as KubernetesObject;
}

function worker(): Node {
  const range = '10.244.3.0/24';
  return aNode({
    name: 'worker-3',
    metadata: { annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan', 'flannel.alpha.coreos.com/public-ip': '192.0.2.13' } },
    spec: { podCIDR: range, podCIDRs: [range] },
    status: { addresses: [{ type: 'InternalIP', address: '192.0.2.13' }] },
  });
}

/** The network plugin's own pod, Ready. */
function flannel(): Pod {
  return podOnWorker('kube-flannel', 'kube-flannel-ds-x7k2p', {
    labels,
    spec: { hostNetwork: true, containers: [aContainer('kube-flannel', { image })] },
    status: {
      podIP: '192.0.2.13',
      podIPs: [{ ip: '192.0.2.13' }],
      containerStatuses: [running('kube-flannel', { image })],
    },
  });
}

/** A live pod that holds one address. */
function holder(host: number): Pod {
  const ip = `10.244.3.${host}`;
  return podOnWorker('batch', `import-${host}`, { labels: { app: 'import' }, spec: {}, status: { podIP: ip, podIPs: [{ ip }] } });
}

function podOnWorker(
  namespace: string,
  name: string,
  parts: { labels: Record<string, string>; spec: Partial<NonNullable<Pod['spec']>>; status: Partial<NonNullable<Pod['status']>> },
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: before(120), labels: parts.labels },
    spec: { nodeName: 'worker-3', containers: [aContainer('web')], ...parts.spec },
    status: {
      phase: 'Running',
      hostIP: '192.0.2.13',
      startTime: before(120),
      conditions: podConditions({ ready: true, since: before(119) }),
      containerStatuses: [running('web')],
      ...parts.status,
    },
  };
}

function stuckPod(name: string): Pod {
  const since = before(16);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: since, labels: { app: 'checkout' } },
    spec: { nodeName: 'worker-3', containers: [aContainer('web')] },
    status: {
      phase: 'Pending',
      hostIP: '192.0.2.13',
      startTime: since,
      conditions: podConditions({ ready: false, since }).filter(({ type }) => type !== 'PodReadyToStartContainers'),
      containerStatuses: [waiting('web', 'ContainerCreating')],
    },
  };
}

function noAddress(name: string): ClusterEvent {
  const text =
    'plugin type="flannel" failed (add): failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.254';
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.no-address`, namespace: 'shop' },
    involvedObject: { kind: 'Pod', name, namespace: 'shop', uid: `uid-${name}` },
    reason: 'FailedCreatePodSandBox',
    message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3f1c8a52d94be7706a1f5f9f0f3f6c7b2e6d5a4c3b2a19080706050403020100": ${text}`,
    type: 'Warning',
    firstTimestamp: before(15),
    lastTimestamp: before(0.5),
    count: 61,
    source: { component: 'kubelet', host: 'worker-3' },
  };
}
