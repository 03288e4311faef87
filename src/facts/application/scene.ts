import { duration, ageMs, type Moment } from '../../core/moment.ts';
import type { EventObject, ObservedEvent } from '../events.ts';
import { containerStatuses, type PodContainer } from '../pods.ts';
import type { Pod } from '../../cluster/wire.ts';
import type { ApplicationEvidence } from './evidence.ts';

/** The evidence of one pod as the causes look at it. */
export interface Scene {
  readonly evidence: ApplicationEvidence;
  readonly at: Moment;
  readonly pod: Pod;
  /** `namespace/name`. */
  readonly name: string;
  readonly containers: readonly PodContainer[];
  /** Oldest first; empty as well where they could not be read. */
  readonly events: readonly ObservedEvent[];
}

/** Lays the evidence out; events of another incarnation (another uid) of the pod are left behind. */
export function sceneOf(evidence: ApplicationEvidence, at: Moment): Scene {
  const { pod } = evidence;
  const uid = pod.metadata?.uid;
  const containers = containerStatuses(pod);
  const own = (evidence.events ?? []).filter(({ object }) => isPods(object) && (!uid || !object.uid || object.uid === uid));
  return {
    evidence,
    at,
    pod,
    name: `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`,
    containers,
    events: own.map((event) => ofKnownContainer(event, containers)),
  };
}

/** A container that the pod does not have is no help: the event then is about the pod. */
function ofKnownContainer(event: ObservedEvent, containers: readonly PodContainer[]): ObservedEvent {
  const { object } = event;
  if (object.container === null || containers.some(({ name }) => name === object.container)) return event;
  return { ...event, object: { ...object, container: null } };
}

/** Its owner's events may stand among them; an event that does not say what it is about is taken for the pod's. */
function isPods({ kind }: EventObject): boolean {
  return kind === 'Pod' || kind === '';
}

/** "init container migrate", "container web": how a container is spoken of. */
export function called(container: PodContainer): string {
  const role = container.role === 'init' ? 'init container' : container.role === 'sidecar' ? 'sidecar' : 'container';
  return `${role} ${container.name}`;
}

/** The events that speak of this container, and those that name none while only this one can be meant. */
export function eventsOfContainer(scene: Scene, container: PodContainer): readonly ObservedEvent[] {
  const meant = atWork(scene);
  const unready = meant.filter(({ status }) => status?.ready !== true);
  const alone = [meant, unready].some((few) => few.length === 1 && few[0] === container);
  return scene.events.filter(({ object }) => object.container === container.name || (object.container === null && alone));
}

/** The init containers that still have something to do; when there are none, those that run for ever. */
function atWork({ containers }: Scene): readonly PodContainer[] {
  const early = containers.filter(
    ({ role, status }) => role === 'init' && status?.state?.terminated?.exitCode !== 0 && status?.ready !== true,
  );
  return early.length > 0 ? early : containers.filter(({ role }) => role === 'main' || role === 'sidecar');
}

/** When the container's present run began, RFC 3339; null while it does not run. */
export function runningSince(container: PodContainer): string | null {
  return container.status?.state?.running?.startedAt ?? null;
}

/** Whether it runs, or ran and ended: its image is there and its configuration was complete. */
export function hasStarted({ status }: PodContainer): boolean {
  return Boolean(status?.state?.running ?? status?.state?.terminated ?? status?.lastState?.terminated);
}

/** " 7 restarts in 12 min", for a sentence; empty without restarts. */
export function restarts(scene: Scene, container: PodContainer): string {
  const count = container.status?.restartCount ?? 0;
  if (count === 0) return '';
  const age = ageMs(scene.at, scene.pod.status?.startTime ?? scene.pod.metadata?.creationTimestamp);
  return `${count} ${count === 1 ? 'restart' : 'restarts'}${age === null ? '' : ` in ${duration(age)}`}`;
}

/** The text with a capital letter: a sentence's beginning. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** At most so many characters on one line. */
export function brief(text: string, limit = 200): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
