import { cidrSize, formatCidr, parseCidr } from '../cidr.ts';
import type { PoolUsage } from './pool-usage.ts';
import { countIn, livePodsOf } from './pod-index.ts';
import type { UsageInputs } from './usage-inputs.ts';

/** A range that one node hands out by itself, with no record of it in the API. */
export interface NodeRange {
  readonly plugin: string;
  readonly cidr: string;
  /** Addresses of it that pods never get: network, broadcast, gateway, router. */
  readonly reserved: { readonly v4: number; readonly v6: number };
}

/** Who holds the node's range; undefined where its text is no CIDR. */
export function nodeRangeUsage({ plugin, cidr, reserved }: NodeRange, { node, pods }: UsageInputs): PoolUsage | undefined {
  const range = parseCidr(cidr);
  if (range === undefined) return undefined;
  const capacity = Math.max(0, Number(cidrSize(range)) - (range.family === 4 ? reserved.v4 : reserved.v6));
  const livePods = countIn(livePodsOf(pods, node), [range]);
  return {
    plugin,
    scope: 'node',
    name: node,
    node,
    cidr: formatCidr(range),
    family: range.family,
    capacity,
    used: null,
    livePods,
    reserved: 0,
    free: null,
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'node-range-full',
    declaredFull: null,
    facts: `live pods of node ${node} hold ${livePods} of the ${capacity} pod addresses of ${formatCidr(range)}`,
  };
}
