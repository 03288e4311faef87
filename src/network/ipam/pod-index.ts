import { cidrContains, parseAddress, type Cidr } from '../cidr.ts';
import { listIndex } from '../../core/list-index.ts';
import { ShardedMap } from '../../core/sharded-map.ts';
import { holdsAddress, type PodAddress } from '../duplicates.ts';

/** Pods by `namespace/name`. */
export type PodIndex = ShardedMap<PodAddress>;

/** The pods of a list by name. */
export const podsByName = listIndex(
  (): PodIndex => new ShardedMap(),
  (index, pod: PodAddress) => index.set(`${pod.namespace}/${pod.name}`, pod),
);

/** The pods of a list by their node; those without one under null. */
export const podsByNode = listIndex(
  () => new Map<string | null, PodAddress[]>(),
  (index, pod: PodAddress) => {
    const others = index.get(pod.node);
    if (others === undefined) index.set(pod.node, [pod]);
    else others.push(pod);
  },
);

/** The pods of a node, live or not. */
export function podsOn(pods: readonly PodAddress[], node: string): readonly PodAddress[] {
  return podsByNode.of(pods).get(node) ?? [];
}

/**
 * What is wrong with a record that an address belongs to a pod; null where the pod lives and may hold it. `node` is
 * where the record says that the pod runs.
 */
export function staleBecause(index: PodIndex, owner: string, node?: string): string | null {
  const pod = index.get(owner);
  if (pod === undefined) return 'the pod is gone';
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return 'the pod has finished';
  if (pod.hostNetwork) return "the pod uses its node's network";
  // A pod that is just being set up has no node or no address yet, and is given the benefit of the doubt.
  return node !== undefined && pod.node !== null && pod.node !== node ? `the pod runs on node ${pod.node}` : null;
}

/** Live pods of a node; all where the node is null. */
export function livePodsOf(pods: readonly PodAddress[], node: string | null): readonly PodAddress[] {
  return (node === null ? pods : podsOn(pods, node)).filter(holdsAddress);
}

/** How many of the pods have an address in one of the ranges. */
export function countIn(pods: readonly PodAddress[], ranges: readonly Cidr[]): number {
  return pods.filter(({ addresses }) => addresses.some((text) => isIn(text, ranges))).length;
}

/** Whether the text is an address in one of the ranges. */
export function isIn(text: string, ranges: readonly Cidr[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && ranges.some((range) => cidrContains(range, address));
}
