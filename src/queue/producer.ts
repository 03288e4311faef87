import type { JobsOptions, Queue } from 'bullmq';
import { isReady, type RedisClient } from '../redis/connection.ts';
import { withDeadline } from '../redis/deadline.ts';
import type { queueNames } from './jobs.ts';
import { openQueue } from './queues.ts';
import { QueueUnavailableError, unavailable } from './unavailable.ts';

/** Adds jobs on behalf of somebody who waits for the answer. */
export interface Producer<Job> extends AsyncDisposable {
  /** Resolves when the job is stored; rejects with a QueueUnavailableError at the latest after 1.8 s. */
  add(name: string, job: Job, options: JobsOptions & { readonly jobId: string }): Promise<void>;
}

export interface ProducerOptions {
  readonly queue: keyof typeof queueNames;
  /** A fail-fast connection, which stays the caller's. */
  readonly redis: RedisClient;
  readonly onError: (error: Error) => void;
}

const deadlineMs = 1800;

/**
 * A producer that never hangs. BullMQ's own `add` waits for ever when Redis was away as the queue was made, so the queue is made only
 * when the connection is there, and made anew when that failed.
 */
export function openProducer<Job>({ queue: name, redis, onError }: ProducerOptions): Producer<Job> {
  let opened: Promise<Queue<Job>> | undefined;
  const open = async (): Promise<Queue<Job>> => {
    const queue = openQueue<Job>(name, redis, onError);
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      opened = undefined;
      await queue.close();
      throw error;
    }
  };
  const store = async (jobName: string, job: Job, options: JobsOptions): Promise<void> => {
    opened ??= open();
    const queue = (await opened) as Queue;
    await queue.add(jobName, job, options);
  };
  return {
    async add(jobName, job, options) {
      if (!isReady(redis)) throw new QueueUnavailableError('Redis is not connected');
      const late = (): Error => new QueueUnavailableError(`Redis did not answer within ${deadlineMs} ms`);
      try {
        await withDeadline(store(jobName, job, options), deadlineMs, late);
      } catch (error) {
        throw unavailable(error);
      }
    },
    async [Symbol.asyncDispose]() {
      // A queue that could not be opened has nothing to close; who wanted to add to it was told.
      const queue = await opened?.catch(() => undefined);
      await queue?.close();
    },
  };
}
