/** How long the turns of this thread's event loop were, as far as its own work made them so. */
export interface TurnsTaken {
  /** The most CPU time of this thread in one turn so far, in milliseconds. What other processes and threads took meanwhile is not in it. */
  longestMs(): number;
  /** Forgets what was. */
  forget(): void;
}

/** Begins to look; a look each millisecond at most, so that two short turns may count as one. */
export function watchTurns(): TurnsTaken {
  let before = process.threadCpuUsage();
  let longest = 0;
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, user + system);
    before = process.threadCpuUsage();
  }, 1).unref();
  return {
    longestMs: () => longest / 1000,
    forget() {
      longest = 0;
    },
  };
}
