import { Refusal } from '../http/refusal.ts';
import { CursorError } from '../store/triage-store.ts';

/**
 * What the store or the queue answers. While it does not, the request is refused with 503 and `told`, which says what did not
 * happen; the same request may succeed in a while.
 */
export async function orUnavailable<T>(answer: Promise<T>, told: string): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof CursorError) throw new Refusal(400, cause.message);
    throw new Refusal(503, told, { headers: { 'retry-after': '5' }, cause });
  }
}
