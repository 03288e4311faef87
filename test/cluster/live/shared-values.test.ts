import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueSharer } from '../../../src/cluster/live/shared-values.ts';

test('no value becomes another', () => {
  const row = fc.record({
    name: fc.string(),
    node: fc.constantFrom('worker-1', 'worker-2', null),
    owner: fc.option(fc.record({ kind: fc.string() })),
    addresses: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const share = valueSharer();
      const copies = structuredClone(rows);
      for (const copy of copies) share(copy);
      expect(copies).toEqual(rows);
    }),
  );
});

test('lists of more different values than are known stay as they are', () => {
  const share = valueSharer();
  const rows = Array.from({ length: 25_000 }, (_, index) => ({ uid: `uid-${index}` }));
  for (const row of rows) share(row);
  expect(rows.map(({ uid }) => uid)).toEqual(Array.from({ length: 25_000 }, (_, index) => `uid-${index}`));
});

test('values that recur are one in a list of any length', () => {
  const share = valueSharer();
  const rows = Array.from({ length: 100_000 }, (_, index) => ({ owner: { name: `web-${Math.floor(index / 4)}-${index % 2}` } }));
  for (const row of rows) share(row);
  expect(new Set(rows.slice(0, 1_000).map(({ owner }) => owner)).size).toBe(500);
});

test('texts of a field that seldom recur are still one where they follow each other', () => {
  const share = valueSharer();
  const rows = Array.from({ length: 60_000 }, (_, index) => ({ owner: { name: `web-${Math.floor(index / 2)}` } }));
  for (const row of rows) share(row);
  expect(rows.at(-1)?.owner).toBe(rows.at(-2)?.owner);
});

test('equal values of a list are one', () => {
  const share = valueSharer();
  const rows = [{ owner: { kind: 'Deployment', name: 'web' } }, { owner: { kind: 'Deployment', name: 'web' } }];
  for (const row of rows) share(row);
  expect(rows[1]?.owner).toBe(rows[0]?.owner);
});

test('a text that reads like an object stays a text', () => {
  const share = valueSharer();
  const rows = [{ owner: { kind: 'Job' } as unknown }, { owner: '{"kind":"Job"}' as unknown }];
  for (const row of rows) share(row);
  expect(rows).toEqual([{ owner: { kind: 'Job' } }, { owner: '{"kind":"Job"}' }]);
});
