import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIndex } from '../../src/core/list-index.ts';
import { ShardedMap } from '../../src/core/sharded-map.ts';

const byLength = () =>
  listIndex(
    () => new Map<number, string[]>(),
    (index, text: string) => index.set(text.length, [...(index.get(text.length) ?? []), text]),
  );
const words = (count: number): readonly string[] => Array.from({ length: count }, (_, place) => 'x'.repeat(place % 7));

describe('the index of a list', () => {
  it('holds what each item adds to it, in the order of the list', () => {
    expect(byLength().of(['a', 'bb', 'c'])).toEqual(
      new Map([
        [1, ['a', 'c']],
        [2, ['bb']],
      ]),
    );
  });

  it('is made once for one list', () => {
    const index = byLength();
    const list = ['a'];
    expect(index.of(list)).toBe(index.of(list));
    expect(index.of(['a'])).not.toBe(index.of(list));
  });

  it('gives others a turn after every five hundred items', () => {
    expect([...byLength().stepwise(words(1_250))]).toHaveLength(2);
    expect([...byLength().stepwise(words(499))]).toHaveLength(0);
  });
});

describe('a map in parts', () => {
  it('answers as a map does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.integer())), fc.string({ maxLength: 4 }), (pairs, other) => {
        const [parts, whole] = [new ShardedMap<number>(), new Map(pairs)];
        for (const [key, value] of pairs) parts.set(key, value);
        for (const key of [other, ...whole.keys()]) expect(parts.get(key)).toBe(whole.get(key));
      }),
    );
  });
});
