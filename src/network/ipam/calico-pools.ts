import type { CustomObject, Node } from '../../cluster/wire.ts';
import { oncePer } from '../../core/once-per.ts';
import { cidrCovers, cidrSize, formatCidr, parseRange, type Cidr } from '../cidr.ts';
import { calicoSelector } from '../policy/calico-selector.ts';
import { knownLabels } from '../policy/selector.ts';
import { blockRecords, calicoBlocks, type BlockHolders, type CalicoBlock } from './calico-blocks.ts';
import type { CalicoPool } from './calico-pool.ts';
import { calicoReach } from './calico-reach.ts';
import { mostLeaks, type PoolUsage } from './pool-usage.ts';
import { count, isTrue, list, text } from './untyped.ts';
import { nameOf, nodeOf, type UsageInputs } from './usage-inputs.ts';

/**
 * Calico's pools, and what of them the node can reach. A pool may have room and the node none: blocks belong to nodes,
 * and with strict affinity a node may not borrow (projectcalico/calico:libcalico-go/lib/ipam/ipam.go).
 */
export function calicoUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const { CalicoIPPool: objects, CalicoIPAMBlock: blocks } = inputs.objects;
  if (objects === undefined || blocks === undefined) return [];
  const scanned = calicoBlocks(blocks, inputs.pods);
  const pools = objects.flatMap((object) => poolOf(object, scanned, nodeOf(inputs)) ?? []);
  const open = pools.filter(({ closed }) => closed === null);
  const reach = calicoReach(pools, inputs);
  return [...(reach === undefined ? [] : [reach]), ...open.map((pool) => poolUsage(pool, reservedRanges(inputs)))];
}

/** So many blocks of 64 addresses take some milliseconds. */
const blocksPerStep = 20;

/** Works out in steps what `calicoUsages` asks for of each of thousands of blocks, so that others get their turn between. */
export function* calicoInTurn({ objects, pods }: Pick<UsageInputs, 'objects' | 'pods'>): Generator<void, void> {
  const { CalicoIPPool: pools, CalicoIPAMBlock: blocks } = objects;
  if (pools === undefined || blocks === undefined) return;
  yield* blockRecords.stepwise(blocks);
  const scanned = calicoBlocks(blocks, pods);
  for (const pool of pools.flatMap((object) => poolOf(object, scanned, undefined) ?? [])) {
    if (!isCounted(pool.blocks, Number(cidrSize(pool.cidr)))) continue;
    for (const [place, { holders }] of pool.blocks.entries()) {
      holders();
      if (place % blocksPerStep === blocksPerStep - 1) yield;
    }
  }
}

/** Several rules of many triages ask for the same. */
const blocksWithin = oncePer((blocks: readonly CalicoBlock[], pool: CustomObject): readonly CalicoBlock[] => {
  const cidr = parseRange(text(pool.spec?.['cidr']) ?? '');
  return cidr === undefined ? [] : blocks.filter((block) => cidrCovers(cidr, block.cidr));
});

function poolOf(object: CustomObject, blocks: readonly CalicoBlock[], node: Node | undefined): CalicoPool | undefined {
  const { spec } = object;
  const cidr = parseRange(text(spec?.['cidr']) ?? '');
  const uses = list(spec?.['allowedUses']);
  if (cidr === undefined || (uses.length > 0 && !uses.includes('Workload')) || spec?.['assignmentMode'] === 'Manual') return undefined;
  const bits = cidr.family === 4 ? 32 : 128;
  const blockPrefix = count(spec?.['blockSize']) ?? (cidr.family === 4 ? 26 : 122);
  return {
    name: nameOf(object),
    cidr,
    blockSize: 2 ** (bits - blockPrefix),
    closed: isTrue(spec?.['disabled']) ? 'disabled' : excludes(text(spec?.['nodeSelector']) ?? 'all()', node) ? 'node-selector' : null,
    blocks: blocksWithin(blocks, object),
  };
}

/** Only a selector that is understood, and says no, keeps a node out. */
function excludes(selector: string, node: Node | undefined): boolean {
  return node !== undefined && calicoSelector(selector)?.matches(knownLabels(node.metadata?.labels ?? {})) === false;
}

function reservedRanges({ objects }: UsageInputs): readonly Cidr[] {
  const cidrs = (objects.CalicoIPReservation ?? []).flatMap(({ spec }) => list(spec?.['reservedCIDRs']));
  return cidrs.flatMap((cidr) => parseRange(text(cidr) ?? '') ?? []);
}

/** Up to so many addresses their holders are looked at even where the pool has room. */
const fewEnough = 20_000;

/** From this share on, a pool is full enough to ask who holds it. */
const nearlyFull = 0.9;

function poolUsage(pool: CalicoPool, reservations: readonly Cidr[]): PoolUsage {
  const { name, cidr, blocks } = pool;
  const kept = reservations.filter((range) => cidrCovers(cidr, range)).reduce((total, range) => total + Number(cidrSize(range)), 0);
  const capacity = Number(cidrSize(cidr));
  const { used, livePods, reserved, leaked, counted } = holdersOf(blocks, capacity);
  return {
    plugin: 'calico',
    scope: 'pool',
    name,
    node: null,
    cidr: formatCidr(cidr),
    family: cidr.family,
    capacity,
    used,
    livePods,
    reserved: reserved + kept,
    free: Math.max(0, capacity - used - reserved - kept),
    leaked: leaked.slice(0, mostLeaks),
    blockedBy: null,
    exhaustedAs: 'pool-full',
    declaredFull: null,
    facts: sentence(pool, { used, livePods: counted ? livePods : null, capacity, reserved: reserved + kept }),
  };
}

const takenOf = (blocks: readonly CalicoBlock[]): number => blocks.reduce((total, block) => total + block.taken, 0);

/** Live pods are counted where it matters; in a large pool with room the records are taken at their word. */
function isCounted(blocks: readonly CalicoBlock[], capacity: number): boolean {
  const taken = takenOf(blocks);
  return taken <= fewEnough || taken >= capacity * nearlyFull;
}

function holdersOf(blocks: readonly CalicoBlock[], capacity: number): BlockHolders & { readonly counted: boolean } {
  const taken = takenOf(blocks);
  if (!isCounted(blocks, capacity)) return { used: taken, livePods: taken, reserved: 0, leaked: [], counted: false };
  const all = blocks.map(({ holders }) => holders());
  const sum = (of: (holders: BlockHolders) => number): number => all.reduce((total, holders) => total + of(holders), 0);
  return {
    used: sum(({ used }) => used),
    livePods: sum(({ livePods }) => livePods),
    reserved: sum(({ reserved }) => reserved),
    leaked: all.flatMap(({ leaked }) => leaked),
    counted: true,
  };
}

interface Figures {
  readonly capacity: number;
  readonly used: number;
  /** Null where they were not counted. */
  readonly livePods: number | null;
  readonly reserved: number;
}

function sentence({ name, cidr }: CalicoPool, { used, livePods, capacity, reserved }: Figures): string {
  const live = livePods === null ? '' : livePods === used ? ', all of them to live pods' : `, ${livePods} of them to live pods`;
  return `${used} of ${capacity} addresses of pool ${name} (${formatCidr(cidr)}) are given out${live}${reserved === 0 ? '' : `, and ${reserved} are reserved`}`;
}
