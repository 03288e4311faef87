import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelSetMap } from '../../src/proxy/label-sets.ts';

const name = fc.oneof(fc.constantFrom('alertname', 'namespace', 'pod', 'constructor', '__proto__'), fc.string({ unit: 'binary' }));
const labelSet = fc.dictionary(name, fc.oneof(fc.constantFrom('', 'shop', '\n'), fc.string({ unit: 'binary' })));
const filled = (labels: Record<string, string>): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('values by label set', () => {
  it('are those of a map that is keyed by the sorted labels, an empty value counting as none', () => {
    fc.assert(
      fc.property(fc.array(labelSet), labelSet, (sets, asked) => {
        const map = new LabelSetMap<number>();
        const model = new Map<string, number>();
        for (const [index, labels] of sets.entries()) {
          map.set(labels, index);
          model.set(filled(labels), index);
        }
        for (const labels of [...sets, asked]) {
          const turned = Object.fromEntries(Object.entries(labels).toReversed());
          expect(map.get(turned)).toBe(model.get(filled(labels)));
        }
        expect([map.size, map.entries().length]).toEqual([model.size, model.size]);
      }),
    );
  });
});
