import { CursorError } from '../store/triage-store.ts';

/** Redis does not answer: the same request may succeed in a while. */
export class StoreUnavailable extends Error {
  readonly statusCode = 503;
  readonly expose = true;
  readonly headers = { 'retry-after': '5' };

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

/** A request that asks for what cannot be; the message is for its sender. */
export class BadRequest extends Error {
  readonly statusCode: number;
  readonly expose = true;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.name = 'BadRequest';
    this.statusCode = statusCode;
  }
}

/** What the store or queue answers; its failure as 503 with `told`, which says what did not happen. */
export async function orUnavailable<T>(answer: Promise<T>, told: string): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof CursorError) throw new BadRequest(cause.message);
    throw new StoreUnavailable(told, { cause });
  }
}
