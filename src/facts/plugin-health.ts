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
  /** What the pod's status alone says, where its events say more. */
  readonly inStatus?: Ailment['detail'];
  /** What is wrong, as the end of a sentence that begins with the pod's name. */
  readonly says: string;
  readonly at: string | null;
  readonly exhibit: Exhibit;
  /** What its container said before it ended; absent where its log was not read. */
  readonly lastWords?: Exhibit;
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
  const { waiting, ended, restarts } = container;
  if (waiting !== null && pullReasons.has(waiting)) return pullAilment(pod, container);
  const failsToStart = waiting !== null && startReasons.has(waiting);
  const hasJustEnded = ended !== null && within(ended.at, at, recentMs);
  return failsToStart || (hasJustEnded && restarts > 1) ? crashAilment(pod, container) : undefined;
}

function pullAilment(pod: PluginPodHealth, container: PluginContainer): Ailment {
  const { waiting, waitingMessage, image } = container;
  return {
    detail: 'image-pull',
    says: `cannot pull the image of its ${called(container)} (${image ?? 'unknown'})`,
    at: null,
    exhibit: containerExhibit(pod, container, { text: `${waiting ?? ''}: ${waitingMessage ?? ''}`, at: null }),
  };
}

function crashAilment(pod: PluginPodHealth, container: PluginContainer): Ailment {
  const { waiting, ended, restarts } = container;
  const killed = ended?.reason === 'OOMKilled';
  const at = ended?.at ?? null;
  return {
    detail: killed ? 'oom-killed' : 'crash-looping',
    says: `${killed ? 'is killed for lack of memory' : 'crashes'} in its ${called(container)}, ${restarts} restarts`,
    at,
    exhibit: containerExhibit(pod, container, { text: `${waiting ?? 'not ready'}, ${restarts} restarts; ${lastEnd(container)}`, at }),
  };
}

function called({ role, name }: PluginContainer): string {
  return role === 'init' ? `init container ${name}` : `container ${name}`;
}

function lastEnd({ ended, waitingMessage }: PluginContainer): string {
  if (ended === null) return waitingMessage ?? '';
  const when = ended.at === null ? '' : ` at ${ended.at}`;
  return `last exit ${ended.exitCode} ${ended.reason}${when}${ended.message ? `: ${ended.message}` : ''}`;
}

function containerExhibit(
  pod: PluginPodHealth,
  container: PluginContainer,
  said: { readonly text: string; readonly at: string | null },
): Exhibit {
  const { namespace, name } = pod;
  return exhibit({ kind: 'Pod', namespace, name, container: container.name, field: 'status.containerStatuses' }, said.text, said.at);
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
    exhibit: containerExhibit(pod, last, { text, at: last.ended.at }),
  };
}

function within(time: string | null, at: Moment, windowMs: number): boolean {
  const age = ageMs(at, time);
  return age !== null && age <= windowMs;
}
