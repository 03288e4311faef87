/** A delivery that failed. `retryable` is false where the same call can only fail again: a wrong channel, a revoked token. */
export class DeliveryError extends Error {
  readonly retryable: boolean;
  /** How long the receiver asked us to wait, in milliseconds; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, how: { retryable: boolean; retryAfterMs?: number | null }, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeliveryError';
    this.retryable = how.retryable;
    this.retryAfterMs = how.retryAfterMs ?? null;
  }
}

/** A place that a diagnosis is delivered to. */
export interface Sink<Subject, Receipt> {
  readonly name: string;
  /**
   * Delivers, or brings what `previous` delivered up to date, and returns the receipt to pass next time.
   * Throws a DeliveryError when the receiver refuses or does not answer.
   */
  deliver(subject: Subject, previous: Receipt | null, signal: AbortSignal): Promise<Receipt>;
}
