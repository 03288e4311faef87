import { expect, test } from 'vitest';
import { ownTurn } from '../../src/cluster/turns.ts';

test('callers that wait together are each given a turn of their own, in their order', async () => {
  const seen: (number | 'turn')[] = [];
  const look = (): void => {
    seen.push('turn');
    if (seen.length < 12) setImmediate(look);
  };
  setImmediate(look);
  await Promise.all([1, 2, 3].map(async (caller) => ownTurn().then(() => seen.push(caller))));

  expect(seen.filter((one) => one !== 'turn')).toEqual([1, 2, 3]);
  const places = [1, 2, 3].map((caller) => seen.indexOf(caller));
  expect(places.slice(1).map((place, index) => seen.slice(places[index], place).includes('turn'))).toEqual([true, true]);
});

test('a caller that fails in its turn takes nobody else’s', async () => {
  const failing = ownTurn().then(() => {
    throw new Error('no such page');
  });

  await expect(failing).rejects.toThrow('no such page');
  await expect(ownTurn()).resolves.toBeUndefined();
});
