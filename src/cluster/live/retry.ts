import { setTimeout as wait } from 'node:timers/promises';

/** What an attempt came to: an answer, or another attempt after a while unless this was the last. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** `retryAfterMs`: what the server asked for. */
  | { readonly kind: 'again'; readonly retryAfterMs: number | undefined; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface RetryPolicy {
  readonly retries: number;
  readonly firstDelayMs: number;
  /** A longer Retry-After ends the attempts: whoever asks has a deadline of his own. */
  readonly longestDelayMs: number;
}

/**
 * Tries until an attempt is done or the retries are used up; then gives the last answer or throws the last error. Waits
 * as long as the server asked for, else exponentially with jitter. Aborting the signal ends the wait at once.
 */
export async function retry<T>(attempt: () => Promise<Attempt<T>>, policy: RetryPolicy, signal: AbortSignal | undefined): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    const outcome = await attempt();
    if (outcome.kind === 'done') return outcome.value;
    const delay =
      (outcome.kind === 'again' ? outcome.retryAfterMs : undefined) ?? policy.firstDelayMs * 2 ** tried * (0.75 + Math.random() / 2);
    if (tried >= policy.retries || delay > policy.longestDelayMs) {
      if (outcome.kind === 'failed') throw outcome.error;
      return outcome.value;
    }
    await wait(delay, undefined, signal === undefined ? {} : { signal });
  }
}

/** The milliseconds of a Retry-After header, given in seconds or as a date. */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined || value === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
