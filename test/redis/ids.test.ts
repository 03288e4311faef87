import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentId, lowestId, triageId } from '../../src/redis/ids.ts';

const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });

test('ids sort by their moment', () => {
  fc.assert(
    fc.property(moment, moment, fc.string(), fc.string(), (a, b, seedA, seedB) => {
      fc.pre(a !== b);
      expect(triageId(a, seedA) < triageId(b, seedB)).toBe(a < b);
    }),
  );
});

test('one moment and seed give one id, and different seeds different ids', () => {
  expect(triageId(1_790_000_000_000, 'a')).toBe(triageId(1_790_000_000_000, 'a'));
  expect(triageId(1_790_000_000_000, 'a')).not.toBe(triageId(1_790_000_000_000, 'b'));
});

test('everything made before a moment sorts under its lowest id', () => {
  fc.assert(
    fc.property(moment, moment, fc.string(), (made, cut, seed) => {
      expect(incidentId(made, seed) >= lowestId('i', cut)).toBe(made >= cut);
    }),
  );
});

test('no id looks like a number or holds a colon, which BullMQ forbids', () => {
  fc.assert(
    fc.property(moment, fc.string(), (at, seed) => {
      expect(triageId(at, seed)).toMatch(/^t[0-9a-z]{21}$/);
    }),
  );
});
