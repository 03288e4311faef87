import { formatCidr } from '../cidr.ts';
import type { BlockHolders, CalicoBlock } from './calico-blocks.ts';
import type { CalicoPool } from './calico-pool.ts';
import { mostLeaks, type Blocked, type PoolUsage } from './pool-usage.ts';
import { count, isTrue } from './untyped.ts';
import type { UsageInputs } from './usage-inputs.ts';

/** Without a setting of its own, Calico gives a node at most 20 blocks (projectcalico/calico:libcalico-go/lib/ipam/ipam.go). */
const defaultMaxBlocks = 20;

const freeOf = ({ size, taken }: CalicoBlock): number => Math.max(0, size - taken);
const total = (blocks: readonly CalicoBlock[], of: (block: CalicoBlock) => number): number =>
  blocks.reduce((sum, block) => sum + of(block), 0);

/** What stands between the node and the pools' free addresses; undefined where nothing does. */
export function calicoReach(pools: readonly CalicoPool[], inputs: UsageInputs): PoolUsage | undefined {
  const open = pools.filter(({ closed }) => closed === null);
  const [first] = pools;
  if (first === undefined) return undefined;
  if (open.length === 0) {
    const why = first.closed === 'disabled' ? 'is disabled' : `does not select node ${inputs.node}`;
    return blockedUsage({ pools: [first], own: [], inputs }, first.closed ?? 'no-block', `pool ${first.name} ${why}`);
  }
  const blocks = open.flatMap(({ blocks }) => blocks);
  const own = blocks.filter(({ node }) => node === inputs.node);
  const limits = limitsOf(inputs);
  const unclaimed = open.some(hasFreeBlock);
  const mayClaim = unclaimed && own.length < limits.maxBlocks;
  const mayBorrow = !limits.strict && total(blocks, freeOf) > 0;
  const nothingLeft = !unclaimed && total(blocks, freeOf) === 0;
  if (total(own, freeOf) > 0 || mayClaim || mayBorrow || nothingLeft) return undefined;
  const why = unclaimed
    ? `it has the ${own.length} blocks that a node may have`
    : 'every block belongs to another node, and strict affinity forbids borrowing';
  return blockedUsage({ pools: open, own, inputs }, unclaimed ? 'max-blocks' : 'strict-affinity', why);
}

function hasFreeBlock({ cidr, blockSize, blocks }: CalicoPool): boolean {
  return blocks.length * blockSize < Number(cidr.last - cidr.first + 1n);
}

function limitsOf({ objects }: UsageInputs): { readonly strict: boolean; readonly maxBlocks: number } {
  const spec = objects.CalicoIPAMConfig?.[0]?.spec;
  const maxBlocks = count(spec?.['maxBlocksPerHost']) ?? 0;
  return { strict: isTrue(spec?.['strictAffinity']), maxBlocks: maxBlocks === 0 ? defaultMaxBlocks : maxBlocks };
}

interface Reach {
  readonly pools: readonly CalicoPool[];
  readonly own: readonly CalicoBlock[];
  readonly inputs: UsageInputs;
}

function blockedUsage({ pools, own, inputs: { node } }: Reach, blockedBy: Blocked, why: string): PoolUsage {
  const held = own.map(({ holders }) => holders());
  const sum = (of: (holders: BlockHolders) => number): number => held.reduce((total, holders) => total + of(holders), 0);
  const capacity = total(own, ({ size }) => size);
  const used = sum((holders) => holders.used);
  const livePods = sum((holders) => holders.livePods);
  return {
    plugin: 'calico',
    scope: 'node',
    name: node,
    node,
    cidr: own.map(({ cidr }) => formatCidr(cidr)).join(', ') || null,
    family: pools[0]?.cidr.family ?? 4,
    capacity,
    used,
    livePods,
    reserved: sum(({ reserved }) => reserved),
    free: 0,
    leaked: held.flatMap(({ leaked }) => leaked).slice(0, mostLeaks),
    blockedBy,
    exhaustedAs: 'no-block-available',
    declaredFull: null,
    facts: `node ${node} holds ${own.length} blocks with ${used} of ${capacity} addresses given out, ${livePods} of them to live pods, and may take no more: ${why}`,
  };
}
