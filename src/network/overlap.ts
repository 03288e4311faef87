import { type Cidr, formatCidr, parseRange } from './cidr.ts';

/** What a range is for. `cluster` is the range that node pod CIDRs are cut from, `node-network` a subnet of the nodes' own NICs. */
export type RangeKind = 'node-pod-cidr' | 'node-address' | 'node-network' | 'service' | 'cluster' | 'pool';

/** A range and whose it is. `cidr` is a CIDR or a bare address. */
export interface LabelledRange {
  readonly owner: string;
  readonly cidr: string;
  readonly kind: RangeKind;
}

/** A range and its addresses; undefined where its text is no CIDR and no address. */
export interface ParsedRange {
  readonly range: LabelledRange;
  readonly cidr: Cidr | undefined;
}

/** Two ranges that must not share addresses and do. `wider` covers `narrower`: CIDRs are nested or apart, never askew. */
export interface Overlap {
  readonly wider: LabelledRange;
  readonly narrower: LabelledRange;
  /** The addresses both have, in canonical form. */
  readonly shared: string;
}

export interface Overlaps {
  /** Ordered by address, wider first, then by kind and owner. */
  readonly pairs: readonly Overlap[];
  /** True when the limit cut the pairs. */
  readonly truncated: boolean;
}

/**
 * The kinds that must be apart. Node pod CIDRs are cut from `cluster` and `pool`, and node addresses lie in
 * `node-network`, so those pairs are healthy.
 */
const conflicting: Readonly<Record<RangeKind, readonly RangeKind[]>> = {
  'node-pod-cidr': ['node-pod-cidr', 'node-address', 'node-network', 'service'],
  'node-address': ['node-pod-cidr', 'node-address', 'service', 'cluster', 'pool'],
  'node-network': ['node-pod-cidr', 'service', 'cluster', 'pool'],
  service: ['node-pod-cidr', 'node-address', 'node-network', 'cluster', 'pool'],
  cluster: ['node-address', 'node-network', 'service'],
  pool: ['node-address', 'node-network', 'service', 'pool'],
};

/** Parses a range. Of the work on thousands of ranges this is the most, so the caller does it, a part at a time. */
export function parsedRange(range: LabelledRange): ParsedRange {
  return { range, cidr: parseRange(range.cidr) };
}

interface ValidRange extends ParsedRange {
  readonly cidr: Cidr;
}

/**
 * The pairs of ranges that must be apart and are not, at most 1,000 where no limit is given, found by one sorted sweep. One owner's ranges
 * of the same kind are not compared with each other, and a node's own addresses may repeat. A text that is no range overlaps nothing.
 */
export function findOverlaps(ranges: readonly ParsedRange[], limit = 1000): Overlaps {
  const sorted = ranges.filter((each): each is ValidRange => each.cidr !== undefined).sort(byAddress);
  const pairs: Overlap[] = [];
  const open: ValidRange[] = [];
  for (const next of sorted) {
    closeBefore(open, next.cidr);
    for (const outer of open) {
      if (!mustBeApart(outer.range, next.range)) continue;
      if (pairs.length === limit) return { pairs, truncated: true };
      pairs.push({ wider: outer.range, narrower: next.range, shared: formatCidr(next.cidr) });
    }
    open.push(next);
  }
  return { pairs, truncated: false };
}

/** Drops the ranges that end before `next` begins; what stays open covers it, since CIDRs are nested or apart. */
function closeBefore(open: ValidRange[], next: Cidr): void {
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.cidr.family === next.family && top.cidr.last >= next.first) return;
    open.pop();
  }
}

function mustBeApart(a: LabelledRange, b: LabelledRange): boolean {
  return !(a.owner === b.owner && a.kind === b.kind) && conflicting[a.kind].includes(b.kind);
}

function compare<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Wider ranges before the ranges inside them; equal ranges by kind and owner, so that the order of input never shows. */
function byAddress(a: ValidRange, b: ValidRange): number {
  return (
    a.cidr.family - b.cidr.family ||
    compare(a.cidr.first, b.cidr.first) ||
    a.cidr.prefix - b.cidr.prefix ||
    compare(a.range.kind, b.range.kind) ||
    compare(a.range.owner, b.range.owner) ||
    compare(a.range.cidr, b.range.cidr)
  );
}
