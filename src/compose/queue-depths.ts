import type { QueueDepths } from '../observability/metrics.ts';
import type { Queues } from '../queue/queues.ts';
import { isReady } from '../redis/connection.ts';
import { withDeadline } from '../redis/deadline.ts';
import type { RedisPart } from './redis-part.ts';

const states = ['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const;
const deadlineMs = 1000;

/** Jobs by queue and state. Rejects at once while Redis is away: the queues' own connection would wait for it. */
export function queueDepths({ intake, triage, delivery, annotation }: Queues, redis: RedisPart): QueueDepths {
  const queues = { intake, triage, delivery, annotation };
  return async () => {
    if (!isReady(redis.patient)) throw new Error('Redis is not connected');
    const counted = Promise.all(Object.entries(queues).map(async ([name, queue]) => [name, await queue.getJobCounts(...states)] as const));
    return Object.fromEntries(await withDeadline(counted, deadlineMs, () => new Error('Redis does not answer')));
  };
}
