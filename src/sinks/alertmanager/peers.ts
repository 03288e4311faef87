import type { ReplicaStatus } from './replica.ts';

/**
 * What is wrong with the list of replicas and what to do, or null: Alertmanagers don't gossip annotations, so each member of
 * their cluster must be in the list itself.
 */
export function missingPeers(
  statuses: readonly ReplicaStatus[],
  replicaCount: number,
): { readonly what: string; readonly cure: string } | null {
  const peers = Math.max(0, ...statuses.map((status) => status.peers ?? 0));
  if (peers <= replicaCount) return null;
  return {
    what: `Alertmanager's cluster has ${peers} members, but ALERTMANAGER_URLS leads to ${replicaCount}: pages of the others carry no diagnosis`,
    cure: 'list every replica, or use dns+http:// with the headless service',
  };
}
