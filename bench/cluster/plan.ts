import { podName } from './pods.ts';
import type { PodPlan } from './pods.ts';

/** How large a generated cluster is, and what is wrong in it. */
export interface ClusterSize {
  readonly nodes: number;
  readonly podsPerNode: number;
  /** Pods have an IPv6 address too. */
  readonly dualStack?: boolean;
  /** So many pods are in trouble. */
  readonly troubled?: number;
  /**
   * `no-sandbox`, the default: the network plugin is refused by the API server on every node, one cause of it all.
   * `no-image`: the image of each tenth pod is missing, which is a cause of its own each time.
   */
  readonly trouble?: 'no-sandbox' | 'no-image';
  /** RFC 3339 of when the trouble began. */
  readonly since?: string;
}

export const nodeName = (index: number): string => `worker-${String(index).padStart(4, '0')}`;
export const namespaceName = (index: number): string => `team-${String(index).padStart(3, '0')}`;

/** Pods lie in so many namespaces. */
export const namespaces = 40;

/** The cluster's pods, one after another. The troubled ones are the first on each node in turn. */
export function* podPlans(size: ClusterSize): Generator<PodPlan> {
  for (let index = 0; index < size.nodes * size.podsPerNode; index += 1) yield podPlan(size, index);
}

/** Pod number `index`: dealt out to the nodes in turn, ten of a Deployment in one namespace. */
export function podPlan(size: ClusterSize, index: number): PodPlan {
  const { nodes, dualStack = false, since = '2026-03-14T10:00:00Z' } = size;
  const nodeIndex = index % nodes;
  const host = Math.floor(index / nodes);
  const isTroubled = troubles(size, index);
  return {
    index,
    namespace: namespaceName(Math.floor(index / 10) % namespaces),
    name: podName(index),
    node: nodeName(nodeIndex),
    nodeIndex,
    addresses: dualStack ? [address(nodeIndex, host), address6(nodeIndex, host)] : [address(nodeIndex, host)],
    state: isTroubled ? (size.trouble ?? 'no-sandbox') : 'running',
    since: isTroubled ? since : '2026-03-01T08:00:00Z',
  };
}

function troubles({ troubled = 0, trouble }: ClusterSize, index: number): boolean {
  return trouble === 'no-image' ? index % 10 === 0 && index / 10 < troubled : index < troubled;
}

/** A /25 of 100.64.0.0/10 for each node. */
export function nodeRange(nodeIndex: number): string {
  return `${address(nodeIndex, -2)}/25`;
}

/** Address number `host` of a node's pods; the first two of the range stay free. */
function address(nodeIndex: number, host: number): string {
  const value = 0x64400000 + nodeIndex * 128 + host + 2;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function nodeRange6(nodeIndex: number): string {
  return `fd00:64:${nodeIndex.toString(16)}::/64`;
}

function address6(nodeIndex: number, host: number): string {
  return `fd00:64:${nodeIndex.toString(16)}::${(host + 2).toString(16)}`;
}
