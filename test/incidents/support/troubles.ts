import type { Pod } from '../../../src/cluster/wire.ts';
import { before } from './clock.ts';
import { withTimes } from './install.ts';
import { conditions, containerOf } from './pods.ts';
import type { TestCluster } from './test-cluster.ts';

/** The pod has not been Ready for so many minutes; its containers run. */
export function notReady(pod: Pod, minutes: number, containers: readonly string[] = ['web']): void {
  const message = `containers with unready status: [${containers.join(' ')}]`;
  for (const condition of pod.status?.conditions ?? []) {
    if (condition.type === 'Ready' || condition.type === 'ContainersReady') Object.assign(condition, { status: 'False', reason: 'ContainersNotReady', message, lastTransitionTime: before(minutes) });
  }
  for (const status of pod.status?.containerStatuses ?? []) if (containers.includes(status.name) || containers.includes('web')) status.ready = false;
}

export interface Crash {
  readonly container?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly restarts?: number;
  /** How long the last run was, in minutes. */
  readonly ran?: number;
  readonly endedMinutesAgo?: number;
  readonly log?: readonly string[];
  readonly since?: number;
}

/** A container that ends again and again, with the kubelet's back-off and its last words. */
export function crashLoops(cluster: TestCluster, pod: Pod, crash: Crash = {}): void {
  const { exitCode = 1, reason = 'Error', restarts = 7, ran = 0.2, endedMinutesAgo = 2, log, since = 18, message } = crash;
  const { status } = containerOf(pod, crash.container);
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  notReady(pod, since, [status.name]);
  const finishedAt = before(endedMinutesAgo);
  Object.assign(status, {
    ready: false,
    started: false,
    restartCount: restarts,
    state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off 5m0s restarting failed container=${status.name} pod=${name}_${namespace}(${uid})` } },
    lastState: { terminated: { exitCode, reason, startedAt: before(endedMinutesAgo + ran), finishedAt, ...(message === undefined ? {} : { message }) } },
  });
  cluster.event(pod, { reason: 'BackOff', message: `Back-off restarting failed container ${status.name} in pod ${name}_${namespace}(${uid})`, count: 61, firstMinutesAgo: since, minutesAgo: 0.5, fieldPath: `spec.containers{${status.name}}` });
  if (log !== undefined) {
    cluster.log(pod, status.name, withTimes(log, 0.4));
    cluster.log(pod, status.name, withTimes(log, 0.9), 'previous');
  }
}

/** A container that cannot start and waits with that reason. */
export function waitsWith(pod: Pod, reason: string, message: string, minutes = 18): void {
  const { status } = containerOf(pod);
  pod.status = { ...pod.status, phase: 'Pending', startTime: before(minutes), conditions: conditions('False', before(minutes)) };
  Object.assign(status, { ready: false, started: false, restartCount: 0, state: { waiting: { reason, message } } });
  delete status.lastState;
  if (pod.metadata) pod.metadata.creationTimestamp = before(minutes);
}

/** A probe that fails now and has for so many minutes. */
export function probeFails(cluster: TestCluster, pod: Pod, text: string, { kind = 'Readiness', minutes = 18, count = 108 }: { kind?: 'Readiness' | 'Liveness' | 'Startup'; minutes?: number; count?: number } = {}): void {
  cluster.event(pod, { reason: 'Unhealthy', message: `${kind} probe failed: ${text}`, count, firstMinutesAgo: minutes, minutesAgo: 0.2, fieldPath: `spec.containers{${containerOf(pod).spec.name}}` });
}

/** A pod that no node takes, with the scheduler's reasons. */
export function unschedulable(cluster: TestCluster, app: string, message: string, change: (pod: Pod) => void = () => undefined): Pod {
  const pod = cluster.runningPod('shop', app, 'worker-1', (one) => {
    delete one.spec?.nodeName;
    if (one.metadata) one.metadata.creationTimestamp = before(18);
    one.status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: before(18) }] };
    change(one);
  });
  cluster.event(pod, { reason: 'FailedScheduling', message, count: 4, minutesAgo: 2, firstMinutesAgo: 18, from: 'scheduler' });
  return pod;
}

/** The agent writes these lines, the newest just now. */
export function says(cluster: TestCluster, pod: Pod, container: string, lines: readonly string[], run: 'current' | 'previous' = 'current'): void {
  cluster.log(pod, container, withTimes(lines, 0.5), run);
}
