import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrsOverlap, parseRange } from '../../src/network/cidr.ts';
import { findOverlaps, parsedRange, type LabelledRange, type Overlaps, type RangeKind } from '../../src/network/overlap.ts';

const range = (owner: string, cidr: string, kind: RangeKind = 'node-pod-cidr'): LabelledRange => ({ owner, cidr, kind });
const overlaps = (ranges: readonly LabelledRange[], limit?: number): Overlaps => findOverlaps(ranges.map(parsedRange), limit);
const names = (ranges: readonly LabelledRange[]): string[] =>
  overlaps(ranges).pairs.map(({ wider, narrower, shared }) => `${wider.owner} ${narrower.owner} ${shared}`);

describe('findOverlaps', () => {
  it('finds nodes with the same pod CIDR, whatever its spelling', () => {
    expect(names([range('b', '10.244.1.0/24'), range('a', '10.244.1.7/24'), range('c', '10.244.2.0/24')])).toEqual(['a b 10.244.1.0/24']);
  });

  it('finds a CIDR within another, in both families', () => {
    const pairs = names([range('a', '10.244.0.0/16'), range('b', '10.244.9.0/24'), range('a', 'fd00::/48'), range('b', 'fd00:0:0:9::/64')]);
    expect(pairs).toEqual(['a b 10.244.9.0/24', 'a b fd00:0:0:9::/64']);
  });

  it('finds pod CIDRs over the node network, a node address and the service CIDR', () => {
    const pairs = names([
      range('worker', '10.0.0.0/16'),
      range('worker-2', '10.0.0.5', 'node-address'),
      range('nodes', '10.0.0.0/24', 'node-network'),
      range('services', '10.0.128.0/17', 'service'),
    ]);
    expect(pairs).toEqual(['worker nodes 10.0.0.0/24', 'worker worker-2 10.0.0.5/32', 'worker services 10.0.128.0/17']);
  });

  it('finds pools that overlap, and lets node CIDRs lie in a pool and in the cluster range', () => {
    const healthy = [range('cluster', '10.244.0.0/16', 'cluster'), range('pool', '10.244.0.0/16', 'pool'), range('a', '10.244.1.0/24')];
    expect(names(healthy)).toEqual([]);
    expect(names([...healthy, range('second', '10.244.128.0/17', 'pool')])).toEqual(['pool second 10.244.128.0/17']);
  });

  it('does not compare one owner with itself', () => {
    expect(names([range('a', '10.244.1.0/24'), range('a', '10.244.1.0/24')])).toEqual([]);
  });

  it('finds a node whose own address lies in its own pod CIDR', () => {
    expect(names([range('a', '10.244.1.0/24'), range('a', '10.244.1.9', 'node-address')])).toHaveLength(1);
  });

  it('stops at the limit and says so', () => {
    const same = Array.from({ length: 100 }, (_, index) => range(`node-${index}`, '10.244.1.0/24'));
    expect(overlaps(same, 10)).toMatchObject({ truncated: true, pairs: { length: 10 } });
    expect(overlaps(same.slice(0, 5), 10)).toMatchObject({ truncated: false, pairs: { length: 10 } });
  });

  it('finds nothing in what is no range', () => {
    expect(names([range('a', 'nonsense'), range('b', 'nonsense'), range('c', '10.0.0.0/8')])).toEqual([]);
  });

  it('agrees with comparing every pair, in any order of input', () => {
    const kinds: RangeKind[] = ['node-pod-cidr', 'node-address', 'service', 'pool'];
    const apart = (a: LabelledRange, b: LabelledRange): boolean =>
      a.owner !== b.owner && a.kind === 'node-pod-cidr' && b.kind === 'node-pod-cidr' && overlap(a, b);
    const overlap = (a: LabelledRange, b: LabelledRange): boolean => {
      const [left, right] = [parseRange(a.cidr), parseRange(b.cidr)];
      return left !== undefined && right !== undefined && cidrsOverlap(left, right);
    };
    const some = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', 'd'),
      cidr: fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 22, max: 32 })).map(([third, bits]) => `10.0.${third}.0/${bits}`),
      kind: fc.constantFrom(...kinds),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), (ranges) => {
        const expected = ranges.flatMap((a, index) => ranges.slice(index + 1).filter((b) => apart(a, b))).length;
        const found = overlaps(ranges).pairs.filter(
          ({ wider, narrower }) => wider.kind === narrower.kind && wider.kind === 'node-pod-cidr',
        );
        expect(found).toHaveLength(expected);
        expect(overlaps(ranges.toReversed())).toEqual(overlaps(ranges));
      }),
    );
  });
});
