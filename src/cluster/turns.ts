import { setImmediate as nextTurn } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that no other caller gets; callers are served in their order. Whoever waits for it before some
 * milliseconds of work delays webhooks and other triages by no more than that, also when pages of several lists arrive together.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => nextTurn());
  return last;
}
