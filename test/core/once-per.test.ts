import { expect, test } from 'vitest';
import { oncePer } from '../../src/core/once-per.ts';

test('reckons once for the same object, and anew for another that is equal', () => {
  let reckoned = 0;
  const sum = oncePer((numbers: readonly number[]) => {
    reckoned += 1;
    return numbers.reduce((a, b) => a + b, 0);
  });
  const list = [1, 2];

  expect([sum(list), sum(list), sum([1, 2]), reckoned]).toEqual([3, 3, 3, 2]);
});

test('reckons once for the same two objects, in their order', () => {
  let reckoned = 0;
  const both = oncePer((a: readonly string[], b: readonly string[]) => {
    reckoned += 1;
    return [...a, ...b].join('');
  });
  const [x, y] = [['x'], ['y']];

  expect([both(x, y), both(x, y), both(y, x), both(x, x), reckoned]).toEqual(['xy', 'xy', 'yx', 'xx', 3]);
});
