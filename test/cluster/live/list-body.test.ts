import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../../src/cluster/live/list-body.ts';

const read = (list: object): readonly object[] => itemsOf(Buffer.from(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', ...list })));
const typed = { apiVersion: 'v1', kind: 'Pod' };
const managers = [{ manager: 'kubelet', fieldsV1: { 'f:status': { 'k:{"type":"Ready"}': { '.': {} } } } }];

/** Without any `managedFields` that is not the first of its object, which is how the API server writes them. */
function withoutManagers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutManagers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (key === 'managedFields' ? [] : [[key, withoutManagers(one)]])));
}

describe('the items of a list', () => {
  it('have the kind that the server leaves out', () => {
    expect(read({ items: [{ metadata: { name: 'a' } }] })).toEqual([{ metadata: { name: 'a' }, ...typed }]);
  });

  it('are given without the record of who set which field', () => {
    const metadata = { name: 'a', managedFields: managers };
    expect(read({ items: [{ metadata, spec: { nodeName: 'b' } }] })).toEqual([
      { metadata: { name: 'a' }, spec: { nodeName: 'b' }, ...typed },
    ]);
  });

  it('are all there where the name of a field looks like the end of that record', () => {
    const metadata = { name: 'a', managedFields: [{ fieldsV1: { 'v:"],"': {} } }] };
    expect(read({ items: [{ metadata }, { metadata: { name: 'b' } }] })).toEqual([
      { metadata, ...typed },
      { metadata: { name: 'b' }, ...typed },
    ]);
  });

  it('are all there where that record has a list within', () => {
    const metadata = { name: 'a', managedFields: [{ inner: [{}], last: 1 }, {}] };
    expect(read({ items: [{ metadata }] })).toEqual([{ metadata, ...typed }]);
  });

  it('keep a text that looks like that record', () => {
    const annotations = { 'last-applied': JSON.stringify({ metadata: { name: 'a', managedFields: managers } }) };
    expect(read({ items: [{ metadata: { annotations } }] })).toEqual([{ metadata: { annotations }, ...typed }]);
  });

  it('lose nothing but that record, whatever else they hold', () => {
    const text = fc.oneof(fc.constantFrom('managedFields', '}]', ']', ',"managedFields":[{', '"', '\\', '{', '[', 'é'), fc.string());
    // After a field named by a backslash alone, JSON.parse of V8 13.6 gives that name to a field named by a quote.
    const field = text.filter((name) => !name.startsWith('\\'));
    const { value } = fc.letrec<{ value: unknown }>((tie) => {
      const some = fc.dictionary(field, tie('value'), { minKeys: 1, maxKeys: 3 });
      const leaf = fc.oneof(text, fc.integer(), fc.constant(null));
      const record = fc.record({
        name: text,
        managedFields: fc.array(fc.oneof({ weight: 4, arbitrary: some }, leaf), { maxLength: 3 }),
        last: text,
      });
      return { value: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('value'), { maxLength: 3 }), some, record) };
    });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (values) => {
        const items = values.map((spec) => ({ spec }));
        expect(withoutManagers(read({ items }))).toEqual(withoutManagers(items.map((item) => ({ ...item, ...typed }))));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused where the list breaks off', () => {
    expect(() => itemsOf(Buffer.from('{"items":[{"metadata":{"name":"a","managedFields":[{}]'))).toThrow(SyntaxError);
  });
});
