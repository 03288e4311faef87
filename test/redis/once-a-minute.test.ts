import { expect, test } from 'vitest';
import { onceAMinute } from '../../src/redis/once-a-minute.ts';

function listener() {
  const said: string[] = [];
  let now = 1_000;
  const hear = onceAMinute(
    ({ message }) => void said.push(message),
    () => now,
  );
  return { said, pass: (ms: number) => void (now += ms), hear: (message: string) => hear(new Error(message)) };
}

test('the same trouble is told once a minute, other trouble at once', () => {
  const { said, pass, hear } = listener();
  for (let second = 0; second < 90; second += 1) {
    hear('refused');
    pass(1_000);
  }
  hear('full');
  expect(said).toEqual(['refused', 'refused', 'full']);
});

test('trouble that never has the same words is told each time', () => {
  const { said, hear } = listener();
  for (let n = 0; n < 250; n += 1) hear(`number ${n}`);
  expect(said).toHaveLength(250);
});
