import { cidrSize, parseCidr } from '../cidr.ts';
import { countIn, livePodsOf } from './pod-index.ts';
import type { PoolUsage } from './pool-usage.ts';
import { count, isTrue, list, record, text, type Json } from './untyped.ts';
import { nameOf, type UsageInputs } from './usage-inputs.ts';

/** Azure keeps five addresses of every subnet. */
const reservedInSubnet = 5;

/** The node's network containers from its NodeNetworkConfig, and the subnets that Azure itself calls full. */
export function azureUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const config = inputs.objects.NodeNetworkConfig?.find((object) => nameOf(object) === inputs.node);
  const containers = list(config?.status?.['networkContainers']).map(record);
  const requested = count(config?.spec?.['requestedIPCount']);
  const ranges = containers.map((container) => containerUsage(container, requested, inputs));
  return [...ranges, ...containers.flatMap((container) => subnetUsage(container, inputs) ?? []), ...exhaustedSubnets(inputs)];
}

function containerUsage(container: Json, requested: number | undefined, { node, pods }: UsageInputs): PoolUsage {
  const range = text(container['type']) === 'overlay' ? parseCidr(text(container['primaryIP']) ?? '') : undefined;
  // The pod that waits for an address has none of those that were assigned.
  const live = livePodsOf(pods, node).filter(({ addresses }) => addresses.length > 0);
  const assigned = list(container['ipAssignments']).length;
  const capacity = range === undefined ? assigned : Number(cidrSize(range));
  const livePods = range === undefined ? live.length : countIn(live, [range]);
  const waits = requested !== undefined && requested > capacity ? `, ${requested} are requested` : '';
  return {
    plugin: 'azure',
    scope: 'node',
    name: node,
    node,
    cidr: range === undefined ? null : (text(container['primaryIP']) ?? null),
    family: range?.family ?? 4,
    capacity,
    used: null,
    livePods,
    reserved: 0,
    free: null,
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'node-range-full',
    declaredFull: null,
    facts: `${livePods} live pods of node ${node} share the ${capacity} addresses that Azure assigned to it${waits}`,
  };
}

/** Azure's own word that a subnet is full is the proof: other machines than this cluster's take addresses from it. */
function subnetUsage(container: Json, { pods }: UsageInputs): PoolUsage | undefined {
  if (text(container['status']) !== 'NCUpdateSubnetFullError') return undefined;
  return fullSubnet(
    { name: text(container['subnetName']) ?? 'of the node', cidr: text(container['subnetAddressSpace']) ?? null },
    pods,
    'NCUpdateSubnetFullError',
  );
}

function exhaustedSubnets({ objects, pods }: UsageInputs): readonly PoolUsage[] {
  return (objects.ClusterSubnetState ?? [])
    .filter(({ status }) => isTrue(status?.['exhausted']))
    .map((state) => fullSubnet({ name: nameOf(state), cidr: null }, pods, 'ClusterSubnetState says exhausted'));
}

function fullSubnet({ name, cidr }: { name: string; cidr: string | null }, pods: UsageInputs['pods'], words: string): PoolUsage {
  const range = parseCidr(cidr ?? '');
  return {
    plugin: 'azure',
    scope: 'subnet',
    name,
    node: null,
    cidr,
    family: range?.family ?? 4,
    capacity: range === undefined ? 0 : Math.max(0, Number(cidrSize(range)) - reservedInSubnet),
    used: null,
    livePods: range === undefined ? 0 : countIn(livePodsOf(pods, null), [range]),
    reserved: 0,
    free: 0,
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'subnet-full',
    declaredFull: words,
    facts: `Azure says that the subnet ${name}${cidr === null ? '' : ` (${cidr})`} has no free address: ${words}`,
  };
}
