import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordFinder } from '../../../src/network/cni/word-finder.ts';

const byName = (a: string | undefined, b: string | undefined): number => ((a ?? '') < (b ?? '') ? -1 : 1);

test('finds words that lie in each other, overlap and come twice', () => {
  const words = ['he', 'she', 'his', 'hers', 'usher'];

  expect(
    wordFinder(words)
      .find('ushers and his')
      .map((at) => words[at])
      .toSorted(byName),
  ).toEqual(['he', 'hers', 'his', 'she', 'usher']);
});

test('finds nothing across characters of no word', () => {
  expect(wordFinder(['noip']).find('no\u00e9ip no ip no-ip')).toEqual([]);
});

test('finds exactly what looking for each word would find', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ':'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { minLength: 1, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', ':', 'x'), maxLength: 60 }),
      (words, text) => {
        const found = wordFinder(words)
          .find(text)
          .map((at) => words[at]);
        expect(found.toSorted(byName)).toEqual(words.filter((word) => text.includes(word)).toSorted(byName));
      },
    ),
  );
});

test('a word that is broken over pieces ends in the last of them', () => {
  expect(wordFinder(['available', 'pool']).endsIn(['no ip avail', 'able', ' in', 'pool'])).toEqual([false, true, false, true]);
});
