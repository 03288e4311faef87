import type { Guard } from './access.ts';
import { Refusal } from './refusal.ts';

export interface LargeBodyLimit {
  /** What a body has to exceed to count; one of unknown length counts. */
  readonly bytes: number;
  /** How many may be under way at once. */
  readonly atOnce: number;
}

/**
 * Refuses large bodies while enough of them are under way: each is held as bytes, text and objects at once, so their number
 * bounds the memory. 503, which Alertmanager repeats; a 4xx would lose the alerts until the next group_interval.
 */
export function limitLargeBodies({ bytes, atOnce }: LargeBodyLimit): Guard {
  let underWay = 0;
  return async (request, reply) => {
    const length = request.headers['content-length'];
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    if (length === undefined ? !isChunked : Number(length) <= bytes) return;
    if (underWay >= atOnce) throw new Refusal(503, 'Too many large bodies at once: try again', { headers: { 'retry-after': '2' } });
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
  };
}
