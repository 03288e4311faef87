/** Commits what comes while others are being committed together with all that came meanwhile. */
export interface GroupCommitOptions<T, R> {
  /** Commits all of a group, and returns a result for each of it. */
  readonly commit: (group: readonly T[]) => Promise<readonly R[]>;
  /** How many of those that wait, from the first on, may go together; one at least. */
  readonly together: (waiting: readonly T[]) => number;
  readonly groupsAtOnce: number;
}

interface Waiting<T, R> {
  readonly one: T;
  readonly done: PromiseWithResolvers<R>;
}

/**
 * Commits one entry: at once where few are under way, else in one group with the others that wait. What is withdrawn by the signal before
 * its group began is not committed, and rejects with the signal's reason. A failure is that of the whole group.
 */
export function groupCommit<T, R>({ commit, together, groupsAtOnce }: GroupCommitOptions<T, R>) {
  let waiting: Waiting<T, R>[] = [];
  let underWay = 0;
  const commitGroup = async (group: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await commit(group.map(({ one }) => one));
      for (const [place, { done }] of group.entries()) done.resolve(results[place] as R);
    } catch (error) {
      for (const { done } of group) done.reject(error);
    }
    underWay -= 1;
    begin();
  };
  const begin = (): void => {
    while (underWay < groupsAtOnce && waiting.length > 0) {
      const group = waiting.splice(0, Math.max(1, together(waiting.map(({ one }) => one))));
      underWay += 1;
      void commitGroup(group);
    }
  };
  return async (one: T, signal: AbortSignal): Promise<R> => {
    signal.throwIfAborted();
    const entry = { one, done: Promise.withResolvers<R>() };
    const withdraw = (): void => {
      waiting = waiting.filter((other) => other !== entry);
      entry.done.reject(signal.reason);
    };
    signal.addEventListener('abort', withdraw, { once: true });
    waiting.push(entry);
    begin();
    try {
      return await entry.done.promise;
    } finally {
      signal.removeEventListener('abort', withdraw);
    }
  };
}
