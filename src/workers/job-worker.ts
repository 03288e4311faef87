import { DelayedError, WaitingError, Worker, type Job } from 'bullmq';
import type { queueNames } from '../queue/jobs.ts';
import { workerOptions } from '../queue/job-options.ts';
import { isReady, type RedisClient } from '../redis/connection.ts';
import { keyPrefix } from '../redis/keys.ts';
import { onceAMinute } from '../redis/once-a-minute.ts';

/** What runs the jobs of one queue in this process. */
export interface JobWorkerOptions<Data extends { readonly version: 1 }> {
  readonly queue: keyof typeof queueNames;
  /** A patient connection, which stays the caller's. */
  readonly redis: RedisClient;
  readonly concurrency: number;
  /** Jobs do run twice: every step must bear it. The signal aborts when the process has to end before the job does. */
  readonly process: (job: Job<Data>, signal: AbortSignal) => Promise<void>;
  /** A job failed for good; also one that lost its worker too often. */
  readonly onFailed: (job: Job<Data>, error: Error) => Promise<void>;
  /** Trouble with Redis or with a failed job's aftermath; the worker goes on. */
  readonly onError: (error: Error) => void;
  /** How long jobs under way may take to finish at close. */
  readonly graceMs: number;
}

/** How long aborted jobs may take to go back into the queue. */
const handBackMs = 3000;
/** How long a job of a newer version is left to workers of that version before one of this version may meet it again. */
const newerMs = 1000;
const newerSaid =
  'the queue holds jobs that a newer version of podnet-triage has made: they wait for a worker of that version. Update this process too, or remove them on /queues';

/**
 * Runs jobs until it is disposed of. Then it takes no more, lets those under way finish, and hands back what is not done in time: another
 * worker starts it anew and no attempt is lost. Jobs that a newer process beside this one has made are left to workers of that version.
 */
export function startJobWorker<Data extends { readonly version: 1 }>(options: JobWorkerOptions<Data>): AsyncDisposable {
  const { queue, redis, concurrency, graceMs, onError } = options;
  let closing = false;
  let sawNewer = false;
  const failed = new WeakSet<Job>();
  const fail = async (job: Job<Data>, error: unknown): Promise<void> => {
    await options.onFailed(job, error instanceof Error ? error : new Error(String(error)));
    failed.add(job);
  };
  const leaveToNewer = async (job: Job<Data>, token?: string): Promise<never> => {
    if (!sawNewer) onError(new Error(newerSaid));
    sawNewer = true;
    await job.moveToDelayed(Date.now() + newerMs, token);
    throw new DelayedError();
  };
  const process = async (job: Job<Data>, token?: string, signal?: AbortSignal): Promise<void> => {
    const abort = signal ?? new AbortController().signal;
    try {
      if (job.data.version !== 1) await leaveToNewer(job, token);
      await options.process(job, abort);
    } catch (error) {
      // The job has put itself off: that is no failure.
      if (error instanceof DelayedError) throw error;
      if (closing && abort.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      // Where it cannot be put down now, it is once the job has failed.
      if (job.attemptsMade + 1 >= (job.opts.attempts ?? 1)) await fail(job, error).catch(onError);
      throw error;
    }
  };
  const worker = new Worker<Data, void>(queue, process, { ...workerOptions, connection: redis, prefix: keyPrefix, concurrency });
  worker.on('error', onceAMinute(onError));
  worker.on('failed', (job, error) => {
    // BullMQ itself fails a job that lost its worker too often. One that will be tried again has no end yet.
    if (job?.finishedOn !== undefined && !failed.has(job)) fail(job, error).catch(onError);
  });

  return {
    async [Symbol.asyncDispose]() {
      closing = true;
      // Without Redis no job can be finished or handed back: the locks expire, and another worker takes the jobs.
      if (!isReady(redis)) return giveUp(worker);
      const closed = worker.close();
      if (await within(closed, graceMs)) return;
      worker.cancelAllJobs('the process ends');
      if (await within(closed, handBackMs)) return;
      await giveUp(worker);
    },
  };
}

/** Lets go of jobs and connections as they are. */
async function giveUp(worker: Worker): Promise<void> {
  worker.cancelAllJobs('the process ends');
  await within(worker.close(true), 1000);
  // A close that was begun before waits for Redis; its connections must not keep the process alive.
  await within(worker.getBackend().close(true), 1000);
}

/** Whether a promise settles in time. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
