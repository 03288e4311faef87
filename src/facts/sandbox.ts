import type { Pod } from '../cluster/wire.ts';
import { ageMs, minutes } from '../core/moment.ts';
import type { Moment } from '../core/moment.ts';
import { isFresh, withReason } from './events.ts';
import type { ObservedEvent } from './events.ts';
import { containerStatuses, isFinished, isHostNetwork, isReady, isScheduled, sandboxMissing } from './pods.ts';

/** Reasons of pod events that speak of the pod's sandbox or network (kubelet; OVN-Kubernetes and AWS write the last four). */
const sandboxReasons = [
  'FailedCreatePodSandBox',
  'FailedKillPod',
  'NetworkNotReady',
  'FailedPodSandBoxStatus',
  'ErrorAddingResource',
  'ErrorReconcilingPod',
  'BranchAllocationFailed',
  'MissingIAMPermissions',
] as const;

/** Whether the pod waits for its sandbox and network, told from its status and its events. */
export type SandboxState =
  /** It has none and should have one. */
  | 'missing'
  /** It is up. */
  | 'present'
  /** There is no pod to look at, or it can't have one yet. */
  | 'unknown';

/** The state of the pod's sandbox. hostNetwork pods need no plugin and count as present. */
export function sandboxState(pod: Pod | undefined, events: readonly ObservedEvent[], at: Moment): SandboxState {
  if (pod === undefined || isFinished(pod) || !isScheduled(pod)) return 'unknown';
  if (isHostNetwork(pod) || isReady(pod)) return 'present';
  if (sandboxMissing(pod, at) === true) return 'missing';
  const statuses = containerStatuses(pod).flatMap(({ status }) => status ?? []);
  const ran = statuses.some(({ state, started }) => state?.running !== undefined || state?.terminated !== undefined || started === true);
  if (ran) return 'present';
  const waits = statuses.every(
    ({ state }) => state?.waiting === undefined || ['ContainerCreating', 'PodInitializing'].includes(state.waiting.reason ?? ''),
  );
  return waits && freshSandboxEvents(events, at).length > 0 ? 'missing' : sandboxMissing(pod, at) === false ? 'present' : 'unknown';
}

/** Sandbox events of the last quarter of an hour, oldest first. */
function freshSandboxEvents(events: readonly ObservedEvent[], at: Moment): readonly ObservedEvent[] {
  return withReason(events, ...sandboxReasons).filter((event) => isFresh(event, at, minutes(15)));
}

/**
 * Sandbox events that still count: fresh ones, and, while the sandbox is missing, those of the last hour too, since the
 * kubelet's event filter lets only one in five minutes through and drops the rest. Of a sandbox that is up, only those
 * that keep its pod from going.
 */
export function sandboxFailures(pod: Pod | undefined, events: readonly ObservedEvent[], at: Moment): readonly ObservedEvent[] {
  const state = sandboxState(pod, events, at);
  if (state === 'present')
    return pod !== undefined && outlivesItsDeletion(pod, at) ? freshSandboxEvents(events, at).filter(isTeardown) : [];
  const windowMs = state === 'missing' ? minutes(60) : minutes(15);
  return withReason(events, ...sandboxReasons).filter((event) => isFresh(event, at, windowMs));
}

/** Whether the pod should be gone by now: its deletion time has the grace it is given in it. */
function outlivesItsDeletion(pod: Pod, at: Moment): boolean {
  return (ageMs(at, pod.metadata?.deletionTimestamp) ?? 0) > 0;
}

/** Whether the kubelet could not take the pod's network away; what else it fails to end is its containers. */
function isTeardown({ reason, message }: ObservedEvent): boolean {
  return reason === 'FailedKillPod' && message.includes('KillPodSandbox') && /destroy network|teardown pod|\bCNI\b/i.test(message);
}

/** Whether the pod is so young that a failed first attempt says nothing yet. */
export function isStarting(pod: Pod | undefined, at: Moment): boolean {
  const age = ageMs(at, pod?.metadata?.creationTimestamp);
  return age !== null && age < minutes(1);
}
