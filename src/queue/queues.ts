import { Queue } from 'bullmq';
import type { RedisClient } from '../redis/connection.ts';
import { keyPrefix } from '../redis/keys.ts';
import { onceAMinute } from '../redis/once-a-minute.ts';
import { jobOptions } from './job-options.ts';
import { queueNames, type AnnotationJob, type ClusterJob, type DeliveryJob, type IntakeJob } from './jobs.ts';

/** Every queue, for those who watch them or add to them from a worker. */
export interface Queues extends AsyncDisposable {
  readonly intake: Queue<IntakeJob>;
  readonly triage: Queue<ClusterJob>;
  readonly delivery: Queue<DeliveryJob>;
  readonly annotation: Queue<AnnotationJob>;
}

/** Opens the queues on a patient connection, which stays the caller's. Returns at once, also while Redis is away: adding then waits. */
export function openQueues(redis: RedisClient, onError: (error: Error) => void): Queues {
  const open = <Job>(name: keyof typeof queueNames): Queue<Job> => openQueue<Job>(name, redis, onError);
  const queues = {
    intake: open<IntakeJob>('intake'),
    triage: open<ClusterJob>('triage'),
    delivery: open<DeliveryJob>('delivery'),
    annotation: open<AnnotationJob>('annotation'),
  };
  return {
    ...queues,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}

/** One queue with its options. */
export function openQueue<Job>(name: keyof typeof queueNames, redis: RedisClient, onError: (error: Error) => void): Queue<Job> {
  const queue = new Queue<Job>(queueNames[name], {
    connection: redis,
    prefix: keyPrefix,
    defaultJobOptions: jobOptions[name],
    // Nobody reads the queues' event streams further back.
    streams: { events: { maxLen: 1000 } },
  });
  queue.on('error', onceAMinute(onError));
  return queue;
}
