import { expect, test } from 'vitest';
import { commonSignatures, genericSignatures } from '../../../src/network/cni/generic.ts';
import { plugins } from '../../../src/network/cni/registry.ts';
import { requiredWords, squeezed } from '../../../src/network/cni/required-words.ts';
import { samples } from '../../contract/cni-samples/index.ts';
import { generic } from '../../contract/cni-samples/generic.ts';
import { bare, read } from '../../../src/network/cni/reading.ts';

test.each<[RegExp, readonly string[] | null]>([
  [/No IPs available in pools: /, ['noipsavailableinpools:']],
  [/node \S+ pod cidr not assigned/, ['podcidrnotassigned']],
  [/(connect|dial) failed for/, ['failedfor']],
  [/(connection refused|dial timed out) \S+/, ['connectionrefused', 'dialtimedout']],
  [/(?!ignored words)plain text/, ['plaintext']],
  [/InsufficientCidrBlocks|SubnetIsFull/, ['insufficientcidrblocks', 'subnetisfull']],
  [/doesn'?t exist (at [a-z)]+)?/, ['texist']],
  [/open \/run\/flannel\/subnet\.env/, ['open/run/flannel/subnet.env']],
  [/abc|\d+/, null],
  [/colou{0,1}red tape/, ['redtape']],
])('%s', (pattern, words) => {
  expect(requiredWords(pattern)).toEqual(words);
});

test('whatever a pattern matches holds one of its words', () => {
  const texts = [...Object.values(samples), generic].flatMap(({ texts }) =>
    Object.values(texts).flatMap((list) => list.map(([, text]) => text)),
  );
  const signatures = [...plugins.flatMap((plugin) => plugin.signatures), ...genericSignatures, ...commonSignatures];

  for (const { pattern } of signatures) {
    const words = requiredWords(pattern);
    for (const text of texts.filter((text) => pattern.test(bare(read(text).spaced)))) {
      expect(words === null || words.some((word) => squeezed(text).includes(word)), `${pattern.source} in ${text}`).toBe(true);
    }
  }
});

test('every signature has such a word', () => {
  const signatures = [...plugins.flatMap((plugin) => plugin.signatures), ...genericSignatures, ...commonSignatures];
  const without = signatures.filter(({ pattern }) => requiredWords(pattern) === null);

  expect(without.map(({ pattern }) => pattern.source)).toEqual([]);
});
