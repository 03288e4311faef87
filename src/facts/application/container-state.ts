import { ageMs, minutes, type Moment } from '../../core/moment.ts';
import { lastTermination, type PodContainer, restartedWithin } from '../pods.ts';

/** Why a container waits; undefined where it does not wait or nobody says why. */
export function waitReason({ status }: PodContainer): string | undefined {
  return status?.state?.waiting?.reason;
}

const startFailures = [
  'RunContainerError',
  'CreateContainerError',
  'StartError',
  'ContainerCannotRun',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
];

/** Whether it fails now: in back-off, ended with an error, or refused by the runtime. A running container does not. */
export function isFailing(container: PodContainer): boolean {
  const reason = waitReason(container);
  if (reason === 'CrashLoopBackOff' || (reason !== undefined && startFailures.includes(reason))) return true;
  const ended = container.status?.state?.terminated;
  return ended !== undefined && ended.exitCode !== 0;
}

/** Whether the runtime could not create or start it. */
export function failsToStart(container: PodContainer): boolean {
  const reason = waitReason(container);
  const ended = lastTermination(container)?.terminated.reason;
  return (reason !== undefined && startFailures.includes(reason)) || ended === 'StartError' || ended === 'ContainerCannotRun';
}

/**
 * Whether it runs at the moment, but ended within the last quarter of an hour and has done so before. One that has
 * outlived its last run by far has got over it.
 */
export function isFlapping(container: PodContainer, moment: Moment): boolean {
  const { status } = container;
  const running = status?.state?.running;
  if (running === undefined || status === undefined || status.restartCount < 2 || status.ready) return false;
  const { startedAt, finishedAt } = lastTermination(container)?.terminated ?? {};
  const lived = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;
  const runs = ageMs(moment, running.startedAt);
  return (runs === null || runs <= Math.max(minutes(2), lived * 1.5)) && restartedWithin(container, moment, minutes(15));
}

/**
 * Whether its last end says nothing of the container itself: the node was restarted or the runtime lost it
 * (reasons `Unknown` with exit code 255, and `ContainerStatusUnknown` with 137).
 */
export function endedWithTheNode(container: PodContainer): boolean {
  const end = lastTermination(container)?.terminated;
  return end?.reason === 'ContainerStatusUnknown' || (end?.reason === 'Unknown' && end.exitCode === 255);
}
