/** Signals nearer together than this are one: a terminal sends Ctrl-C to a program and to its wrapper, which passes it on. */
const oneSignalMs = 1000;

const ending = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Resolves with the first signal that asks the process to end; a second one ends it at once. */
export async function endingSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const take = (signal: NodeJS.Signals): void => {
      if (first !== undefined && Date.now() - first > oneSignalMs) process.exit(1);
      first ??= Date.now();
      resolve(signal);
    };
    for (const signal of ending) process.on(signal, take);
  });
}
