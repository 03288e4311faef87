/**
 * Builders of wire objects for tests: healthy by default, changed only in what the test is about.
 *
 * Time in tests stands still at `now`; `ago(minutes(5))` is a time before it.
 */
import type { ClusterEvent, Container, ContainerStatus, Node, NodeCondition, Pod, PodCondition } from '../../src/cluster/wire.ts';
import type { Moment } from '../../src/core/moment.ts';

export const now = '2026-03-14T10:30:00Z';
export const moment: Moment = { now, alertStartsAt: '2026-03-14T10:20:00Z' };

/** RFC 3339 of so many milliseconds before `now`. */
export function ago(ms: number): string {
  return new Date(Date.parse(now) - ms).toISOString().replace('.000Z', 'Z');
}

export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;

/** Fields to change in a builder's result: given fields replace the default's, whole. */
export interface PodChanges {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly metadata?: Partial<NonNullable<Pod['metadata']>>;
  readonly spec?: Partial<NonNullable<Pod['spec']>>;
  readonly status?: Partial<NonNullable<Pod['status']>>;
}

/** A Running, Ready pod `shop/checkout-7d4f9c-x2x1z` of Deployment checkout on worker-1, two hours old, with one container `web`. */
export function aPod(changes: PodChanges = {}): Pod {
  const namespace = changes.namespace ?? 'shop';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: changes.name ?? 'checkout-7d4f9c-x2x1z',
      namespace,
      uid: changes.uid ?? 'uid-checkout',
      creationTimestamp: ago(hours(2)),
      labels: { app: 'checkout', 'pod-template-hash': '7d4f9c' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7d4f9c', uid: 'uid-rs', controller: true }],
      ...changes.metadata,
    },
    spec: { nodeName: 'worker-1', containers: [aContainer('web')], ...changes.spec },
    status: {
      phase: 'Running',
      podIP: '10.244.1.7',
      podIPs: [{ ip: '10.244.1.7' }],
      hostIP: '192.0.2.11',
      startTime: ago(hours(2)),
      conditions: podConditions({ ready: true }),
      containerStatuses: [running('web')],
      ...changes.status,
    },
  };
}

/** A pod whose container `web` is in the state given and so not Ready. */
export function notReadyPod(statuses: ContainerStatus[], changes: PodChanges = {}): Pod {
  return aPod({
    ...changes,
    status: { conditions: podConditions({ ready: false }), containerStatuses: statuses, ...changes.status },
  });
}

/** A pod that no node was found for. */
export function pendingPod(changes: PodChanges = {}): Pod {
  const pod = aPod({
    ...changes,
    metadata: { creationTimestamp: ago(minutes(20)), ...changes.metadata },
    spec: { containers: [aContainer('web')], ...changes.spec },
  });
  delete pod.spec?.nodeName;
  return {
    ...pod,
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: ago(minutes(20)) }],
      ...changes.status,
    },
  };
}

/** The usual conditions of a scheduled pod whose sandbox is up. */
export function podConditions({ ready, since = ago(minutes(15)) }: { ready: boolean; since?: string }): PodCondition[] {
  const status = ready ? 'True' : 'False';
  return [
    { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: since },
    { type: 'Initialized', status: 'True', lastTransitionTime: since },
    { type: 'Ready', status, lastTransitionTime: since, ...(ready ? {} : { reason: 'ContainersNotReady' }) },
    { type: 'ContainersReady', status, lastTransitionTime: since },
    { type: 'PodScheduled', status: 'True', lastTransitionTime: since },
  ];
}

/** A container's spec: image `registry.example/NAME:1.0` and port 8080 unless changed. */
export function aContainer(name: string, changes: Partial<Container> = {}): Container {
  return { name, image: `registry.example/${name}:1.0`, ports: [{ containerPort: 8080 }], ...changes };
}

const aStatus = (name: string): ContainerStatus => ({
  name,
  image: `registry.example/${name}:1.0`,
  imageID: '',
  ready: false,
  started: false,
  restartCount: 0,
});

/** A container that runs, Ready unless said otherwise. */
export function running(name: string, changes: Partial<ContainerStatus> = {}): ContainerStatus {
  return { ...aStatus(name), ready: true, started: true, state: { running: { startedAt: ago(hours(2)) } }, ...changes };
}

/** A container that waits, e.g. `waiting('web', 'ImagePullBackOff', 'Back-off pulling image "x"')`. */
export function waiting(name: string, reason: string, message?: string): ContainerStatus {
  return { ...aStatus(name), state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } };
}

/** How a container ended: exit code, reason, and when. */
export function anEnd(exitCode: number, reason = 'Error', changes: { message?: string; startedAt?: string; finishedAt?: string } = {}) {
  return { exitCode, reason, startedAt: ago(minutes(2) + seconds(3)), finishedAt: ago(minutes(2)), ...changes };
}

/** A container in CrashLoopBackOff whose last run ended as given. */
export function crashing(name: string, end: ReturnType<typeof anEnd>, restartCount = 7): ContainerStatus {
  const message = `back-off 5m0s restarting failed container=${name} pod=checkout-7d4f9c-x2x1z_shop(uid-checkout)`;
  return {
    ...aStatus(name),
    restartCount,
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: { terminated: end },
  };
}

export interface EventChanges {
  /** Milliseconds before `now` of its last sight; a minute unless said otherwise. */
  readonly age?: number;
  readonly count?: number;
  readonly type?: 'Normal' | 'Warning';
  readonly container?: string;
  /** What it is about; the pod of `aPod()` unless said otherwise. */
  readonly about?: { readonly kind: string; readonly name: string; readonly namespace?: string; readonly uid?: string };
  readonly component?: string;
}

/** A core/v1 event about the pod of `aPod()`, seen a minute ago. */
export function anEvent(reason: string, message: string, changes: EventChanges = {}): ClusterEvent {
  const { kind, name, namespace, uid } = changes.about ?? {
    kind: 'Pod',
    name: 'checkout-7d4f9c-x2x1z',
    namespace: 'shop',
    uid: 'uid-checkout',
  };
  const lastTimestamp = ago(changes.age ?? minutes(1));
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}${message.length}`, namespace: namespace ?? 'default' },
    involvedObject: {
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(changes.container === undefined ? {} : { fieldPath: `spec.containers{${changes.container}}` }),
    },
    reason,
    message,
    type: changes.type ?? 'Warning',
    firstTimestamp: ago((changes.age ?? minutes(1)) + minutes(5)),
    lastTimestamp,
    count: changes.count ?? 1,
    source: { component: changes.component ?? 'kubelet' },
  };
}

export interface NodeChanges {
  readonly name?: string;
  readonly metadata?: Partial<NonNullable<Node['metadata']>>;
  readonly spec?: Partial<NonNullable<Node['spec']>>;
  readonly status?: Partial<NonNullable<Node['status']>>;
  /** Replaces conditions of the same type, adds the others. */
  readonly conditions?: readonly NodeCondition[];
}

/** A Ready worker `worker-1` with 4 CPUs, 16 GiB, room for 110 pods, 30 days old. */
export function aNode(changes: NodeChanges = {}): Node {
  const name = changes.name ?? 'worker-1';
  const changed = changes.conditions ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: ago(hours(24 * 30)),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      ...changes.metadata,
    },
    spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'], ...changes.spec },
    status: {
      allocatable: { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' },
      capacity: { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' },
      addresses: [{ type: 'InternalIP', address: '192.0.2.11' }],
      nodeInfo: { architecture: 'amd64', operatingSystem: 'linux' } as NonNullable<NonNullable<Node['status']>['nodeInfo']>,
      ...changes.status,
      conditions: [...healthyConditions.filter(({ type }) => !changed.some((one) => one.type === type)), ...changed],
    },
  };
}

const healthyConditions: readonly NodeCondition[] = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', lastTransitionTime: ago(hours(24 * 30)) },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', lastTransitionTime: ago(hours(24 * 30)) },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', lastTransitionTime: ago(hours(24 * 30)) },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: ago(hours(24 * 30)) },
];
