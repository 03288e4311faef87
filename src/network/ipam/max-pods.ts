import { livePodsOf, podsOn } from './pod-index.ts';
import type { PoolUsage } from './pool-usage.ts';
import { count } from './untyped.ts';
import { nodeOf, type UsageInputs } from './usage-inputs.ts';

/**
 * The pods of a node against how many its kubelet takes. No pool of addresses: a node that is full here gets no further
 * pods, so that none of them waits for an address. Undefined where the node does not tell its limit.
 */
export function maxPodsUsage(inputs: UsageInputs): PoolUsage | undefined {
  const { node, pods } = inputs;
  const capacity = count(nodeOf(inputs)?.status?.allocatable?.['pods']);
  if (capacity === undefined) return undefined;
  const running = podsOn(pods, node).filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed').length;
  return {
    plugin: 'kubelet',
    scope: 'node',
    name: node,
    node,
    cidr: null,
    family: 4,
    capacity,
    used: running,
    livePods: livePodsOf(pods, node).length,
    reserved: running - livePodsOf(pods, node).length,
    free: Math.max(0, capacity - running),
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'max-pods-reached',
    declaredFull: null,
    facts: `node ${node} runs ${running} of the ${capacity} pods that its kubelet takes`,
  };
}
