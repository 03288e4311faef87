import type { Alert } from '../core/alert.ts';

/** What became of a webhook's alerts; `received` is the sum of the others. */
export interface Accepted {
  readonly received: number;
  readonly queued: number;
  readonly deduplicated: number;
  readonly resolved: number;
  readonly ignored: number;
}

/** Takes alerts in. */
export interface Intake extends AsyncDisposable {
  /**
   * Answers when every alert is stored in Redis. Rejects within two seconds with a QueueUnavailableError when Redis does not
   * take them; the caller has to send them again.
   */
  accept(alerts: readonly Alert[], from: { readonly origin: string }): Promise<Accepted>;
}
