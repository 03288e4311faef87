import type { ReplicaStatus } from './replica.ts';

/**
 * What is wrong with the list of replicas, or null: Alertmanagers don't gossip annotations, so each member of their cluster
 * must be in the list itself.
 */
export function missingPeers(statuses: readonly ReplicaStatus[], replicaCount: number): string | null {
  const peers = Math.max(0, ...statuses.map((status) => status.peers ?? 0));
  if (peers <= replicaCount) return null;
  return (
    `Alertmanager's cluster has ${peers} members, but ALERTMANAGER_URLS leads to ${replicaCount}: ` +
    'pages that the others send carry no diagnosis. List every replica, or use dns+http:// with the headless service.'
  );
}
