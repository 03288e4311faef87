import { ownTurn } from '../cluster/turns.ts';

/** How long others may have to wait for their turn: webhooks that are to be answered, other triages. */
const turnMs = 10;

/** Runs all the steps, and returns what they come to. Others get their turn before the first step, and after every 10 ms of work. */
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
