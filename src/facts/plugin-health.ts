import { exhibit } from '../core/evidence.ts';
import type { Exhibit } from '../core/evidence.ts';
import { ageMs, minutes } from '../core/moment.ts';
import type { Moment } from '../core/moment.ts';

/** A container of a plugin's pod, as far as its health goes. */
export interface PluginContainer {
  readonly name: string;
  readonly role: 'init' | 'sidecar' | 'main' | 'ephemeral';
  readonly ready: boolean;
  readonly restarts: number;
  /** Reason of the waiting state, e.g. `CrashLoopBackOff`; null while it runs. */
  readonly waiting: string | null;
  readonly waitingMessage: string | null;
  /** RFC 3339 of the present run's start; null while it does not run. */
  readonly runningSince: string | null;
  /** How it last ended; null when it never did. */
  readonly ended: {
    readonly reason: string;
    readonly exitCode: number;
    readonly at: string | null;
    readonly present: boolean;
    readonly message: string | null;
  } | null;
  readonly image: string | null;
}

/** What the health of a plugin's pod is told from. */
export interface PluginPodHealth {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly readyChangedAt: string | null;
  readonly readyMessage: string | null;
  readonly createdAt: string | null;
  readonly terminating: boolean;
  readonly containers: readonly PluginContainer[];
}

/** What is wrong with a plugin's pod now. */
export interface Ailment {
  readonly detail: 'crash-looping' | 'oom-killed' | 'image-pull' | 'pending' | 'not-ready' | 'restarted';
  /** What is wrong, as the end of a sentence that begins with the pod's name. */
  readonly says: string;
  readonly at: string | null;
  readonly exhibit: Exhibit;
}

/** How long an agent may take to become Ready before that is a fault: BIRD's grace is 30 s, images come on top. */
const startMs = minutes(3);
const recentMs = minutes(15);

/** What ails the pod now; undefined when it is well, or when what happened to it is long over. */
export function ailment(pod: PluginPodHealth, at: Moment): Ailment | undefined {
  if (pod.terminating) return undefined;
  if (pod.ready) return restarted(pod, at);
  const troubled = pod.containers.filter(
    ({ ready, role, ended }) => !ready && !(role === 'init' && ended?.present === true && ended.exitCode === 0),
  );
  return troubled.map((one) => containerAilment(pod, one, at)).find((one) => one !== undefined) ?? podAilment(pod, at);
}

const pullReasons = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull']);
const startReasons = new Set(['CrashLoopBackOff', 'RunContainerError', 'CreateContainerError', 'CreateContainerConfigError', 'StartError']);

function containerAilment(pod: PluginPodHealth, container: PluginContainer, at: Moment): Ailment | undefined {
  const { name, waiting, waitingMessage, ended, restarts } = container;
  const what = container.role === 'init' ? `init container ${name}` : `container ${name}`;
  const show = (text: string, time: string | null): Exhibit =>
    exhibit({ kind: 'Pod', namespace: pod.namespace, name: pod.name, container: name, field: 'status.containerStatuses' }, text, time);
  if (waiting !== null && pullReasons.has(waiting)) {
    return {
      detail: 'image-pull',
      says: `cannot pull the image of its ${what} (${container.image ?? 'unknown'})`,
      at: null,
      exhibit: show(`${waiting}: ${waitingMessage ?? ''}`, null),
    };
  }
  const recent = ended !== null && within(ended.at, at, recentMs);
  const killed = ended?.reason === 'OOMKilled';
  if ((waiting !== null && startReasons.has(waiting)) || (recent && restarts > 1)) {
    const last =
      ended === null ? (waitingMessage ?? '') : `last exit ${ended.exitCode} ${ended.reason}${ended.at === null ? '' : ` at ${ended.at}`}`;
    const says = killed
      ? `is killed for lack of memory in its ${what}, ${restarts} restarts`
      : `crashes in its ${what}, ${restarts} restarts`;
    return {
      detail: killed ? 'oom-killed' : 'crash-looping',
      says,
      at: ended?.at ?? null,
      exhibit: show(
        `${waiting ?? 'not ready'}, ${restarts} restarts; ${last}${ended?.message ? `: ${ended.message}` : ''}`,
        ended?.at ?? null,
      ),
    };
  }
  return undefined;
}

function podAilment(pod: PluginPodHealth, at: Moment): Ailment | undefined {
  const show = (text: string): Exhibit =>
    exhibit({ kind: 'Pod', namespace: pod.namespace, name: pod.name, field: 'status' }, text, pod.readyChangedAt);
  const age = ageMs(at, pod.createdAt);
  if (age !== null && age < startMs) return undefined;
  if (pod.phase === 'Pending')
    return {
      detail: 'pending',
      says: 'is Pending and has not started',
      at: pod.createdAt,
      exhibit: show(`phase Pending${pod.readyMessage === null ? '' : `: ${pod.readyMessage}`}`),
    };
  const changed = ageMs(at, pod.readyChangedAt);
  if (changed !== null && changed < minutes(1)) return undefined;
  const which = pod.containers.filter(({ ready, role }) => !ready && role !== 'init').map(({ name }) => name);
  return {
    detail: 'not-ready',
    says: `is not Ready${which.length === 0 ? '' : ` (${which.join(', ')})`}`,
    at: pod.readyChangedAt,
    exhibit: show(`phase ${pod.phase}, Ready=False${pod.readyMessage === null ? '' : `: ${pod.readyMessage}`}`),
  };
}

/** Containers that a reboot or a lost runtime ended have reason `Unknown` with 255, or `ContainerStatusUnknown` (kubelet, containerd). */
function endedByItself({ exitCode, reason }: NonNullable<PluginContainer['ended']>): boolean {
  return exitCode !== 0 && reason !== 'ContainerStatusUnknown' && !(reason === 'Unknown' && exitCode === 255);
}

/** A pod that is Ready again: worth a word only where it restarted by itself just now. */
function restarted(pod: PluginPodHealth, at: Moment): Ailment | undefined {
  const last = pod.containers.find(
    ({ ended, role }) => role !== 'init' && ended !== null && !ended.present && endedByItself(ended) && within(ended.at, at, recentMs),
  );
  if (last?.ended === undefined || last.ended === null) return undefined;
  const text = `restarted: exit ${last.ended.exitCode} ${last.ended.reason} at ${last.ended.at ?? 'an unknown time'}, ${last.restarts} restarts, Ready again`;
  return {
    detail: 'restarted',
    says: `restarted at ${last.ended.at ?? 'an unknown time'} and is Ready again`,
    at: last.ended.at,
    exhibit: exhibit(
      { kind: 'Pod', namespace: pod.namespace, name: pod.name, container: last.name, field: 'status.containerStatuses' },
      text,
      last.ended.at,
    ),
  };
}

function within(time: string | null, at: Moment, windowMs: number): boolean {
  const age = ageMs(at, time);
  return age !== null && age <= windowMs;
}
