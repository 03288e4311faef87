import { setTimeout as delay } from 'node:timers/promises';

/** The first value that `look` gives which is neither undefined, null nor false; rejects after `withinMs` with what was last seen. */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 10_000): Promise<NonNullable<Exclude<T, false>>> {
  const until = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(20);
  }
  throw new Error(`not within ${withinMs} ms; last seen: ${String(last)}`, { cause: last });
}
