import type { CustomObject } from '../../cluster/wire.ts';
import { cidrContains, cidrSize, formatAddress, parseAddress, parseCidr, type Cidr } from '../cidr.ts';
import { podsByName, staleBecause } from './pod-index.ts';
import { mostLeaks, type LeakedAddress, type PoolUsage } from './pool-usage.ts';
import { record, text } from './untyped.ts';
import { nameOf, type UsageInputs } from './usage-inputs.ts';

/**
 * The pools of whereabouts. An allocation is a leak when the pod it names is gone. What a NetworkAttachmentDefinition
 * cuts off a range is not told by the pool, so that the capacity is that of the whole range at most.
 */
export function whereaboutsUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const reservations = inputs.objects.WhereaboutsOverlappingRangeIPReservation ?? [];
  return (inputs.objects.WhereaboutsIPPool ?? []).flatMap((pool) => usageOf(pool, reservations, inputs) ?? []);
}

function usageOf(pool: CustomObject, reservations: readonly CustomObject[], { pods }: UsageInputs): PoolUsage | undefined {
  const range = parseCidr(text(pool.spec?.['range']) ?? '');
  if (range === undefined) return undefined;
  const owners = new Map([...allocationsIn(pool, range), ...reservationsIn(reservations, range)]);
  const index = podsByName.of(pods);
  const leaked = [...owners].flatMap(([address, owner]): LeakedAddress[] => {
    const why = staleBecause(index, owner);
    return why === null ? [] : [{ address, owner, why }];
  });
  const capacity = Math.max(0, Number(cidrSize(range)) - 2);
  const livePods = owners.size - leaked.length;
  return {
    plugin: 'whereabouts',
    scope: 'pool',
    name: nameOf(pool),
    node: null,
    cidr: text(pool.spec?.['range']) ?? null,
    family: range.family,
    capacity,
    used: owners.size,
    livePods,
    reserved: 0,
    free: Math.max(0, capacity - owners.size),
    leaked: leaked.slice(0, mostLeaks),
    blockedBy: null,
    exhaustedAs: 'pool-full',
    declaredFull: null,
    facts: `${owners.size} of at most ${capacity} addresses of pool ${nameOf(pool)} are given out, ${livePods} of them to live pods`,
  };
}

/** `allocations` is keyed by the distance from the range's network address. */
function allocationsIn(pool: CustomObject, range: Cidr): [string, string][] {
  return Object.entries(record(pool.spec?.['allocations'])).flatMap(([offset, allocation]) => {
    if (!/^\d+$/.test(offset)) return [];
    const address = formatAddress({ family: range.family, value: range.first + BigInt(offset) });
    return [[address, text(record(allocation)['podref']) ?? 'nobody']];
  });
}

function reservationsIn(reservations: readonly CustomObject[], range: Cidr): [string, string][] {
  return reservations.flatMap((reservation) => {
    // IPv6 addresses stand in the name with dashes for colons.
    const address = parseAddress(nameOf(reservation)) ?? parseAddress(nameOf(reservation).replaceAll('-', ':'));
    if (address === undefined || !cidrContains(range, address)) return [];
    return [[formatAddress(address), text(reservation.spec?.['podref']) ?? 'nobody']];
  });
}
