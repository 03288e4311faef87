import { expect, test } from 'vitest';
import { textMemory } from '../../src/core/text-memory.ts';

test('a text is reckoned once, also where nothing follows from it', () => {
  const remembered = textMemory<undefined>(10);
  let reckoned = 0;
  for (let round = 0; round < 3; round += 1) remembered('same', () => void (reckoned += 1));
  expect(reckoned).toBe(1);
});

test('more texts than fit are still answered rightly', () => {
  const remembered = textMemory<string>(3);
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index % 7}`);
  expect(texts.map((text) => remembered(text, () => text))).toEqual(texts);
});
