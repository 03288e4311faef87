import type { Container, ContainerStatus, Pod, PodCondition, PodSpec } from '../../../src/cluster/wire.ts';
import { before } from './clock.ts';
import { conditions } from './pods.ts';
import { shifted } from './shifted-log.ts';
import type { TestCluster } from './test-cluster.ts';
import { crashLoops, notReady, unschedulable, waitsWith } from './troubles.ts';

/** What a report shows of the pod that it is about. */
export interface PodState {
  readonly is: 'sandbox' | 'pending' | 'unplaced' | 'rejected' | 'ready' | 'unready' | 'waiting' | 'crashing' | 'init';
  readonly spec?: Partial<PodSpec>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly container?: Partial<Container>;
  readonly status?: Partial<ContainerStatus>;
  readonly podIP?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly ran?: number;
  /** How the last run of an init container ended, where it is not simply an error. */
  readonly ended?: string;
  /** Conditions that the report shows, in place of those that follow from the state. */
  readonly conditions?: readonly PodCondition[];
  readonly log?: string;
}

/** Another pod, with an address of its own choice. */
export interface OtherPod {
  readonly app: string;
  readonly node: string;
  readonly podIP: string;
  /** It was deleted, and its node does not let go of it. */
  readonly isLeaving?: boolean;
}

/** The node that the reported pod runs on. */
export const here = 'worker-2';

/** Places the pod of a report, in the state that the report shows. */
export function stagePod(cluster: TestCluster, state: PodState): Pod {
  const pod = podIn(cluster, state);
  Object.assign(pod.spec ?? {}, state.spec);
  if (pod.metadata && state.annotations !== undefined) pod.metadata.annotations = { ...pod.metadata.annotations, ...state.annotations };
  Object.assign(pod.spec?.containers[0] ?? {}, state.container);
  Object.assign(pod.status?.containerStatuses?.[0] ?? {}, state.status);
  if (pod.status && state.conditions !== undefined) pod.status.conditions = [...(pod.status.conditions ?? []).filter(({ type }) => !state.conditions?.some((one) => one.type === type)), ...state.conditions];
  if (state.podIP !== undefined) Object.assign(pod.status ?? {}, { podIP: state.podIP, podIPs: [{ ip: state.podIP }] });
  if (state.log !== undefined) cluster.log(pod, state.is === 'init' ? 'prepare' : 'web', shifted(state.log));
  if (state.log !== undefined && state.is !== 'unready') cluster.log(pod, state.is === 'init' ? 'prepare' : 'web', shifted(state.log), 'previous');
  return pod;
}

/** Places another pod that a report tells of, running on its node. */
export function stageOther(cluster: TestCluster, { app, node, podIP, isLeaving = false }: OtherPod): void {
  cluster.runningPod('shop', app, node, ({ metadata, status }) => {
    Object.assign(status ?? {}, { podIP, podIPs: [{ ip: podIP }] });
    if (isLeaving) Object.assign(metadata ?? {}, { deletionTimestamp: before(14), deletionGracePeriodSeconds: 30 });
  });
}

function podIn(cluster: TestCluster, state: PodState): Pod {
  const { reason = 'Error', message = '', exitCode = 1, restarts = 7, ran = 0.2 } = state;
  switch (state.is) {
    case 'sandbox':
      return cluster.waitingPod('shop', 'checkout', here);
    case 'pending':
      return unschedulable(cluster, 'checkout', message);
    case 'unplaced':
      return unplaced(cluster);
    case 'rejected':
      return cluster.runningPod('shop', 'checkout', here, (pod) => rejected(pod, reason, message));
    case 'ready':
      return cluster.runningPod('shop', 'checkout', here);
    case 'unready':
      return cluster.runningPod('shop', 'checkout', here, (pod) => notReady(pod, 18));
    case 'waiting':
      return cluster.runningPod('shop', 'checkout', here, (pod) => waitsWith(pod, reason, message));
    case 'crashing':
      return cluster.runningPod('shop', 'checkout', here, (pod) => crashLoops(cluster, pod, { exitCode, reason, restarts, ran, ...(message === '' ? {} : { message }) }));
    case 'init':
      return initContainerIn(cluster, state);
  }
}

/** A pod that no scheduler has looked at: it has no condition, and nobody wrote an event of it. */
function unplaced(cluster: TestCluster): Pod {
  return cluster.runningPod('shop', 'checkout', here, (pod) => {
    delete pod.spec?.nodeName;
    if (pod.metadata) pod.metadata.creationTimestamp = before(18);
    pod.status = { phase: 'Pending' };
  });
}

/** What the kubelet leaves of a pod that it does not admit (kubernetes: kubelet.go, rejectPod). */
function rejected(pod: Pod, reason: string, message: string): void {
  if (pod.metadata) pod.metadata.creationTimestamp = before(18);
  pod.status = { phase: 'Failed', reason, message, startTime: before(18), conditions: conditions('False', before(18)).filter(({ type }) => type === 'PodScheduled') };
}

/** An init container that crashes, or that waits with `reason` where one is given. */
function initContainerIn(cluster: TestCluster, { reason, message = '', exitCode = 1, restarts = 7, ended: endReason = 'Error' }: PodState): Pod {
  const image = 'registry.example/prepare:1';
  const ended = { terminated: { exitCode, reason: endReason, startedAt: before(3), finishedAt: before(2.9), ...(message === '' ? {} : { message }) } };
  const crashed = { restartCount: restarts, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=prepare' } }, lastState: ended };
  const waits = { restartCount: 0, state: { waiting: { reason: reason ?? '', message } } };
  return cluster.runningPod('shop', 'checkout', here, (pod) => {
    if (pod.spec) pod.spec.initContainers = [{ name: 'prepare', image }];
    if (pod.metadata) pod.metadata.creationTimestamp = before(18);
    pod.status = {
      ...pod.status,
      phase: 'Pending',
      startTime: before(18),
      conditions: conditions('False', before(18)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [prepare]' } : one)),
      initContainerStatuses: [{ name: 'prepare', image, imageID: '', ready: false, started: false, ...(reason === undefined ? crashed : waits) }],
      containerStatuses: [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
    };
  });
}
