import { expect, test } from 'vitest';
import { dropNulls } from '../../../src/cluster/snapshot/drop-nulls.ts';

function without(document: unknown): unknown {
  dropNulls(document);
  return document;
}

test('a null in a field or a list is as absent', () => {
  expect(
    without({ kind: 'List', items: [null, { kind: 'Pod', status: null, spec: { containers: [null, { name: 'web', image: null }] } }] }),
  ).toEqual({
    kind: 'List',
    items: [{ kind: 'Pod', spec: { containers: [{ name: 'web' }] } }],
  });
});

test('a free address in a block of Calico keeps its place', () => {
  const block = { kind: 'IPAMBlock', spec: { cidr: '10.244.0.0/30', allocations: [null, 0, null, 0] } };

  expect(without({ items: [structuredClone(block)] })).toEqual({ items: [block] });
});
