import { portable } from '../cluster/portable.ts';
import type { Pod } from '../cluster/wire.ts';
import { condition, containerStatuses, isReady, ownerOf } from '../facts/pods.ts';
import { requestsOf } from '../facts/requests.ts';
import type { Requests } from '../facts/requests.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { podAddress } from '../network/duplicates.ts';
import type { PodAddress } from '../network/duplicates.ts';

/** What is kept of every pod of the cluster. */
export interface PodRow extends PodAddress {
  readonly ready: boolean;
  /** Addresses of its further networks, as Multus notes them (`k8s.v1.cni.cncf.io/network-status`). */
  readonly secondaryAddresses: readonly string[];
  /** RFC 3339 of the Ready condition's last change; null where it has none. */
  readonly readyChangedAt: string | null;
  /** Why it is not Ready, in one word: `ContainerCreating`, `CrashLoopBackOff`, `Unschedulable`; null when it is. */
  readonly waiting: string | null;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** Name of the owner reference itself, e.g. the ReplicaSet. */
  readonly controller: string | null;
  readonly requests: Requests;
}

/** The row of one pod. */
export const podRow = portable({ module: import.meta.url, name: 'podRow' }, (pod: Pod): PodRow => {
  const owner = ownerOf(pod);
  return {
    ...podAddress(pod),
    ready: isReady(pod),
    secondaryAddresses: secondaryAddresses(pod),
    readyChangedAt: condition(pod, 'Ready')?.lastTransitionTime ?? null,
    waiting: isReady(pod) ? null : waitingReason(pod),
    owner: owner === undefined ? null : { kind: owner.kind, name: owner.name },
    controller: pod.metadata?.ownerReferences?.find((one) => one.controller === true)?.name ?? null,
    requests: requestsOf(pod),
  };
});

function waitingReason(pod: Pod): string | null {
  const waiting = containerStatuses(pod).flatMap(({ status }) => status?.state?.waiting?.reason ?? []);
  return (
    waiting.find((reason) => reason !== 'PodInitializing' && reason !== 'ContainerCreating') ??
    waiting[0] ??
    condition(pod, 'PodScheduled')?.reason ??
    null
  );
}

/** Networks of Multus' status that are not the cluster's own; text that is no such status holds none. */
function secondaryAddresses({ metadata }: Pod): readonly string[] {
  // Multus before 4 wrote the second name too, and its first releases no other.
  const { 'k8s.v1.cni.cncf.io/network-status': now, 'k8s.v1.cni.cncf.io/networks-status': once } = metadata?.annotations ?? {};
  const status = now ?? once;
  if (status === undefined) return [];
  try {
    const networks: unknown = JSON.parse(status);
    const further = Array.isArray(networks)
      ? (networks as { default?: boolean; ips?: unknown }[]).filter((one) => one.default !== true)
      : [];
    return further.flatMap(({ ips }) =>
      Array.isArray(ips) ? ips.flatMap((ip) => (typeof ip === 'string' ? (canonicalAddress(ip) ?? []) : [])) : [],
    );
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
