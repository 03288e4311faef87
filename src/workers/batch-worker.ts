import type { BatchJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import { dealOut, type BatchContext, type BatchOutcome } from './batch.ts';
import { startJobWorker } from './shell.ts';

export interface BatchWorkerSettings extends BatchContext {
  /** A patient connection, which stays the caller's. */
  readonly redis: RedisClient;
  /** A stored webhook was dealt out. */
  readonly onDealt: (batch: BatchJob, outcome: BatchOutcome) => void;
  /** A stored webhook could not be dealt out, again and again; it stays among the failed jobs of the intake queue. */
  readonly onLost: (batch: BatchJob, error: Error) => void;
  readonly onError: (error: Error) => void;
}

/** Webhooks at once: they only talk to Redis, so that a few keep it busy. */
const concurrency = 4;

/** Deals out stored webhooks until it is disposed of. */
export function startBatchWorker(settings: BatchWorkerSettings): AsyncDisposable {
  return startJobWorker<BatchJob>({
    queue: 'intake',
    redis: settings.redis,
    concurrency,
    process: async (job) => settings.onDealt(job.data, await dealOut(settings, job.data, job.id ?? '')),
    onFailed: async (job, error) => settings.onLost(job.data, error),
    onError: settings.onError,
    graceMs: 5000,
  });
}
