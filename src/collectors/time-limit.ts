/** How long is waited for the many reads of one triage, or for one shared read. */
export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  /** The promise's outcome, or a TimeoutError as soon as the time is over; the slow read is left to its own devices. */
  within<T>(promise: Promise<T>): Promise<T>;
}

/** The limit that a signal sets. */
export function limitOf(signal: AbortSignal): TimeLimit {
  const over = Promise.withResolvers<never>();
  // When the time is over nobody may be waiting; whoever waits is told by the race.
  over.promise.catch(() => undefined);
  const end = (): void => over.reject(timeoutError());
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return {
    signal,
    within: (promise) => Promise.race([over.promise, promise]),
    [Symbol.dispose]: () => signal.removeEventListener('abort', end),
  };
}

/** A limit of so many milliseconds; dispose of it when the read is done, or its timer stays behind. */
export function limitIn(ms: number): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(timeoutError()), ms);
  const limit = limitOf(controller.signal);
  return { ...limit, [Symbol.dispose]: () => clearTimeout(timer) };
}

function timeoutError(): Error {
  return new DOMException('it did not answer in time', 'TimeoutError');
}
