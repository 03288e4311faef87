import type { Container, ContainerStatus, Pod, PodCondition, Terminated } from '../cluster/wire.ts';
import { ageMs, minutes, type Moment } from '../core/moment.ts';

export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** A container as the pod asks for it and as it is; either side may be missing. */
export interface PodContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: Container | undefined;
  readonly status: ContainerStatus | undefined;
}

/** A container's end, and which container it was. */
export interface Termination {
  readonly container: PodContainer;
  readonly terminated: Terminated;
  /** Whether it is the present state; false: the state before the present run. */
  readonly present: boolean;
}

/** The workload that a pod belongs to. */
export interface Owner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The condition of that type; undefined when the pod has none. */
export function condition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((one) => one.type === type);
}

/** Whether the pod's Ready condition is True now. */
export function isReady(pod: Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True';
}

/** RFC 3339 of when the pod became Ready; null while it is not, or where nobody wrote it down. */
export function readySince(pod: Pod): string | null {
  const ready = condition(pod, 'Ready');
  return ready?.status === 'True' ? (ready.lastTransitionTime ?? null) : null;
}

/** Whether the pod ran to its end: Succeeded or Failed (Evicted pods too). */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether somebody asked for its deletion. */
export function isTerminating(pod: Pod): boolean {
  return Boolean(pod.metadata?.deletionTimestamp);
}

/** Whether it uses the node's own network, and so needs no network plugin. */
export function isHostNetwork(pod: Pod): boolean {
  return pod.spec?.hostNetwork === true;
}

/** Whether a node was chosen for it. */
export function isScheduled(pod: Pod): boolean {
  return Boolean(pod.spec?.nodeName);
}

/**
 * Every container with its spec and status side by side: init containers first, in their order.
 * A sidecar is an init container whose own restartPolicy is Always (Kubernetes 1.28 and later).
 */
export function containerStatuses(pod: Pod): PodContainer[] {
  const { spec, status } = pod;
  return [
    ...paired(spec?.initContainers, status?.initContainerStatuses, (one) => (one?.restartPolicy === 'Always' ? 'sidecar' : 'init')),
    ...paired(spec?.containers, status?.containerStatuses, () => 'main'),
    ...paired(spec?.ephemeralContainers, status?.ephemeralContainerStatuses, () => 'ephemeral'),
  ];
}

/** How a container last ended: its present state when that is an end, else the end before the present run; undefined when it never ended. */
export function lastTermination(container: PodContainer): Termination | undefined {
  const { state, lastState } = container.status ?? {};
  if (state?.terminated) return { container, terminated: state.terminated, present: true };
  return lastState?.terminated ? { container, terminated: lastState.terminated, present: false } : undefined;
}

/** Whether the container ended (and so restarted, or waits for it) within the window before the present. */
export function restartedWithin(container: PodContainer, moment: Moment, windowMs: number): boolean {
  if ((container.status?.restartCount ?? 0) === 0) return false;
  const ended = ageMs(moment, lastTermination(container)?.terminated.finishedAt);
  const began = ageMs(moment, container.status?.state?.running?.startedAt);
  const age = ended ?? began;
  return age !== null && age <= windowMs;
}

/** Milliseconds since the pod was created; null where it has no creation time. */
export function podAge(pod: Pod, moment: Moment): number | null {
  return ageMs(moment, pod.metadata?.creationTimestamp);
}

/**
 * Whether the pod has been waiting on its node for more than a minute without a sandbox and network.
 *
 * Condition PodReadyToStartContainers is False until both are there (on by default since Kubernetes 1.29) and outlives
 * the events. Undefined where the pod does not carry the condition.
 */
export function sandboxMissing(pod: Pod, moment: Moment): boolean | undefined {
  const started = condition(pod, 'PodReadyToStartContainers') ?? condition(pod, 'PodHasNetwork');
  if (started === undefined) return undefined;
  if (started.status !== 'False' || !isScheduled(pod) || isFinished(pod)) return false;
  const since = ageMs(moment, started.lastTransitionTime ?? pod.status?.startTime);
  return since === null || since > minutes(1);
}

/**
 * The workload that people know the pod by: a ReplicaSet's Deployment (the name without the pod-template-hash), the
 * StatefulSet, DaemonSet or Job; undefined for a pod of its own. A static pod's owner is its Node.
 */
export function ownerOf(pod: Pod): Owner | undefined {
  const owners = pod.metadata?.ownerReferences ?? [];
  const owner = owners.find((one) => one.controller === true) ?? owners[0];
  if (owner === undefined) return undefined;
  const namespace = owner.kind === 'Node' ? '' : (pod.metadata?.namespace ?? '');
  const deployment = owner.kind === 'ReplicaSet' ? deploymentOf(owner.name, pod.metadata?.labels?.['pod-template-hash']) : undefined;
  if (deployment !== undefined) return { kind: 'Deployment', namespace, name: deployment };
  return { kind: owner.kind, namespace, name: owner.name };
}

/** Hashes are written without vowels and without 0, 1 and 3 (kubernetes: util/rand SafeEncodeString); pods may have lost their labels. */
function deploymentOf(replicaSet: string, hash: string | undefined): string | undefined {
  if (hash !== undefined) return replicaSet.endsWith(`-${hash}`) ? replicaSet.slice(0, -hash.length - 1) : undefined;
  return /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{7,10}$/.exec(replicaSet)?.[1];
}

function paired(
  specs: readonly Container[] | undefined,
  statuses: readonly ContainerStatus[] | undefined,
  roleOf: (spec: Container | undefined) => ContainerRole,
): PodContainer[] {
  const names = new Set([...(specs ?? []), ...(statuses ?? [])].map((one) => one.name));
  return [...names].map((name) => {
    const spec = specs?.find((one) => one.name === name);
    return { name, role: roleOf(spec), spec, status: statuses?.find((one) => one.name === name) };
  });
}
