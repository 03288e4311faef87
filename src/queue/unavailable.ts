/** Redis did not take it in time: nothing is known to be stored, and the sender should try again. */
export class QueueUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueUnavailableError';
  }
}

/** Any failure as a QueueUnavailableError, its cause kept. */
export function unavailable(error: unknown): QueueUnavailableError {
  if (error instanceof QueueUnavailableError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new QueueUnavailableError(`Redis does not take jobs: ${why}`, { cause: error });
}
