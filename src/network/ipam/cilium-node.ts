import type { CustomObject } from '../../cluster/wire.ts';
import { parseAddress } from '../cidr.ts';
import { nodeRangeUsage } from './node-range.ts';
import { podsByName, livePodsOf, staleBecause } from './pod-index.ts';
import { mostLeaks, type ExhaustedAs, type PoolUsage } from './pool-usage.ts';
import { list, record, text, type Json } from './untyped.ts';
import { nameOf, type UsageInputs } from './usage-inputs.ts';

/** Network and broadcast address, the router (`cilium_host`) and the health endpoint (cilium/cilium:pkg/ipam). */
const reserved = { v4: 4, v6: 3 };

/**
 * The node's addresses from its CiliumNode: CIDRs of a cluster pool or of multi-pool, or single addresses of a cloud's
 * interfaces with who has each.
 */
export function ciliumUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const found = inputs.objects.CiliumNode?.find((object) => nameOf(object) === inputs.node);
  if (found === undefined) return [];
  const ipam = record(found.spec?.['ipam']);
  const pool = Object.keys(record(ipam['pool']));
  if (pool.length > 0) return [cloudUsage(found, pool, inputs)];
  const cidrs = [...list(ipam['podCIDRs']), ...list(record(ipam['pools'])['allocated']).flatMap((one) => list(record(one)['cidrs']))];
  const declaredFull = operatorError(found, /full|exhausted|no more|available/i);
  if (cidrs.length === 0) return declaredFull === null ? [] : [withoutRange(declaredFull, inputs.node)];
  return cidrs
    .flatMap((cidr) => text(cidr) ?? [])
    .flatMap((cidr) => nodeRangeUsage({ plugin: 'cilium', cidr, reserved }, inputs) ?? [])
    .map((usage) => ({ ...usage, declaredFull: usage.livePods >= usage.capacity * 0.9 ? declaredFull : null }));
}

/** A node that waits for its first CIDR. */
function withoutRange(declaredFull: string, node: string): PoolUsage {
  return {
    plugin: 'cilium',
    scope: 'node',
    name: node,
    node,
    cidr: null,
    family: 4,
    capacity: 0,
    used: 0,
    livePods: 0,
    reserved: 0,
    free: 0,
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'no-block-available',
    declaredFull,
    facts: `node ${node} was given no CIDR; cilium-operator says in its CiliumNode: ${declaredFull}`,
  };
}

function operatorError({ status }: CustomObject, meaning: RegExp): string | null {
  const error = text(record(record(status?.['ipam'])['operator-status'])['error']);
  return error !== undefined && meaning.test(error) ? error : null;
}

function cloudUsage(object: CustomObject, pool: readonly string[], inputs: UsageInputs): PoolUsage {
  const used = record(record(object.status?.['ipam'])['used']);
  const here = livePodsOf(inputs.pods, inputs.node);
  const held = new Set(here.flatMap(({ addresses }) => addresses));
  const livePods = pool.filter((address) => held.has(address)).length;
  const given = pool.filter((address) => used[address] !== undefined);
  const routers = given.filter((address) => !ownerIn(used, address).includes('/')).length;
  const error = operatorError(object, /./);
  const free = pool.length - given.length;
  return {
    plugin: 'cilium',
    scope: 'node',
    name: inputs.node,
    node: inputs.node,
    cidr: null,
    family: parseAddress(pool[0] ?? '')?.family ?? 4,
    capacity: pool.length,
    used: given.length - routers,
    livePods,
    reserved: routers,
    free,
    leaked: leaksIn(given, used, inputs),
    blockedBy: null,
    exhaustedAs: exhaustedAs(error, inputs.settings['ipam']),
    declaredFull: free === 0 ? error : null,
    facts: `${given.length} of ${pool.length} addresses of node ${inputs.node} are given out, ${livePods} to live pods${error === null ? '' : `; cilium-operator says: ${error}`}`,
  };
}

const ownerIn = (used: Json, address: string): string => text(record(used[address])['owner']) ?? '';

function leaksIn(given: readonly string[], used: Json, { pods, node }: UsageInputs): PoolUsage['leaked'] {
  const index = podsByName.of(pods);
  return given
    .flatMap((address) => {
      const owner = ownerIn(used, address);
      const why = owner.includes('/') ? staleBecause(index, owner, node) : null;
      return why === null ? [] : [{ address, owner, why }];
    })
    .slice(0, mostLeaks);
}

function exhaustedAs(error: string | null, mode: string | undefined): ExhaustedAs {
  if (error !== null && /subnet/i.test(error)) return 'subnet-full';
  return mode === 'eni' ? 'eni-limit' : 'node-range-full';
}
