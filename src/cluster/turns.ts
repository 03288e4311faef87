import { setImmediate as nextTurn } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that nobody else was given, one caller after the other. Whoever waits for it before some milliseconds of
 * work keeps webhooks and other triages waiting no longer than that: pages of several lists that arrive together are not read in one go.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => nextTurn());
  return last;
}
