import { ownTurn } from '../cluster/turns.ts';

/** So long others wait for their turn: webhooks that are to be answered, other triages. */
const turnMs = 10;

/** What the steps come to; before the first, and after some milliseconds, others get their turn. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await ownTurn();
    const began = performance.now();
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (performance.now() - began < turnMs);
  }
}
