import { minutes } from '../../core/moment.ts';
import { isFresh, type ObservedEvent, wording } from '../events.ts';
import { lastTermination, type PodContainer } from '../pods.ts';
import { refusesStart } from './cannot-start.ts';
import { waitReason } from './container-state.ts';
import { newestFailure, probeKill } from './probes.ts';
import { eventsOfContainer, runningSince, type Scene } from './scene.ts';

/**
 * The newest event that says that the container keeps ending or cannot be started, while its status does not show it
 * (yet): it waits for its back-off, a probe kills it, or the runtime refuses it. Undefined where there is none, or
 * where the container has been started since.
 */
export function endingEvent(scene: Scene, container: PodContainer): ObservedEvent | undefined {
  const waits = waitReason(container);
  // Any other reason to wait stands in the status and speaks for itself.
  if (waits !== undefined && waits !== 'ContainerCreating' && waits !== 'PodInitializing') return undefined;
  const event = eventsOfContainer(scene, container).findLast((one) => saysEnding(one) && isCurrent(scene, container, one));
  const kill = probeKill(scene, container)?.event;
  const killed = kill !== undefined && isCurrent(scene, container, kill) ? kill : undefined;
  return event ?? killed ?? livenessAlone(scene, container);
}

function saysEnding(event: ObservedEvent): boolean {
  return /^Back-off restarting/i.test(wording(event)) || refusesStart(event);
}

/** A liveness probe that has failed often enough for a kill, in a container of which nothing else is known to fail. */
function livenessAlone(scene: Scene, container: PodContainer): ObservedEvent | undefined {
  if (newestFailure(scene, container, 'Readiness') !== undefined) return undefined;
  const failure = newestFailure(scene, container, 'Liveness')?.event;
  return failure !== undefined && failure.count >= 3 && isCurrent(scene, container, failure) ? failure : undefined;
}

function isCurrent(scene: Scene, container: PodContainer, event: ObservedEvent): boolean {
  if (!isFresh(event, scene.at, minutes(15))) return false;
  const began = runningSince(container) ?? lastTermination(container)?.terminated.startedAt;
  return began === undefined || event.lastAt === null || Date.parse(event.lastAt) >= Date.parse(began);
}
