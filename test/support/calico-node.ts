import type { ClusterEvent, KubernetesObject, Pod } from '../../src/cluster/wire.ts';
import { aContainer, aNode, podConditions, running, waiting } from './objects.ts';

/** RFC 3339 of so many seconds before the present, as a live cluster would write it. */
function before(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const image = 'docker.io/calico/node:v3.30.2';
const labels = { 'k8s-app': 'calico-node' };
const plugin = { name: 'calico-node-x7k2p', namespace: 'kube-system' };
const stuck = { name: 'checkout-7d4f9c-x2x1z', namespace: 'shop' };

/** A live cluster of Calico whose pod on worker-1 crashes, so that pod shop/checkout-7d4f9c-x2x1z gets no network; or the same when it is over. */
export function calicoCluster(state: 'broken' | 'mended'): readonly KubernetesObject[] {
  const broken = state === 'broken';
  const names = ['default', 'shop', 'kube-system'];
  const namespaces = names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `uid-${name}` } }));
  return [
    ...namespaces,
    aNode(),
    daemonSet(broken),
    broken ? crashing() : agent(before(2)),
    shopPod(broken),
    ...(broken ? [noSandbox()] : []),
  ];
}

function daemonSet(broken: boolean): KubernetesObject {
  const numberReady = broken ? 0 : 1;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: plugin.namespace, uid: 'uid-calico-node', labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [aContainer('calico-node', { image })] } },
    },
    status: { desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady, numberMisscheduled: 0 },
  } as KubernetesObject;
}

function agent(readySince: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...plugin,
      uid: 'uid-agent',
      creationTimestamp: before(86_400),
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'calico-node', uid: 'uid-calico-node', controller: true }],
    },
    spec: { nodeName: 'worker-1', hostNetwork: true, containers: [aContainer('calico-node', { image })] },
    status: {
      phase: 'Running',
      podIP: '192.0.2.11',
      podIPs: [{ ip: '192.0.2.11' }],
      hostIP: '192.0.2.11',
      startTime: before(86_400),
      conditions: podConditions({ ready: true, since: readySince }),
      containerStatuses: [running('calico-node', { image })],
    },
  };
}

function crashing(): Pod {
  const well = agent(before(86_400));
  const end = { exitCode: 1, reason: 'Error', startedAt: before(45), finishedAt: before(40) };
  const status = { ...waiting('calico-node', 'CrashLoopBackOff', 'back-off 5m0s restarting failed container'), image, restartCount: 9 };
  return {
    ...well,
    status: {
      ...well.status,
      conditions: podConditions({ ready: false, since: before(900) }),
      containerStatuses: [{ ...status, lastState: { terminated: end } }],
    },
  };
}

function shopPod(broken: boolean): Pod {
  const since = before(broken ? 800 : 1);
  const conditions = podConditions({ ready: !broken, since });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...stuck, uid: 'uid-stuck', creationTimestamp: before(810), labels: { app: 'checkout' } },
    spec: { nodeName: 'worker-1', containers: [aContainer('web')] },
    status: {
      phase: broken ? 'Pending' : 'Running',
      hostIP: '192.0.2.11',
      startTime: before(805),
      ...(broken ? {} : { podIP: '10.244.1.7', podIPs: [{ ip: '10.244.1.7' }] }),
      conditions: broken ? conditions.filter(({ type }) => type !== 'PodReadyToStartContainers') : conditions,
      containerStatuses: [broken ? waiting('web', 'ContainerCreating') : running('web')],
    },
  };
}

function noSandbox(): ClusterEvent {
  const cause =
    'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/';
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'checkout.no-sandbox', namespace: stuck.namespace },
    involvedObject: { kind: 'Pod', ...stuck, uid: 'uid-stuck' },
    reason: 'FailedCreatePodSandBox',
    message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3f1c8a52d94be7706a1f5f9f0f3f6c7b2e6d5a4c3b2a19080706050403020100": ${cause}`,
    type: 'Warning',
    firstTimestamp: before(790),
    lastTimestamp: before(20),
    count: 50,
    source: { component: 'kubelet', host: 'worker-1' },
  };
}
