import type { BatchJob, IntakeJob, RestJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import { dealOut, type BatchOutcome } from './deal-out.ts';
import { startJobWorker } from './job-worker.ts';
import { dealOutRest, type RestContext } from './deal-out-rest.ts';

export interface BatchWorkerOptions extends RestContext {
  /** A patient connection, which stays the caller's. */
  readonly redis: RedisClient;
  /** A stored webhook was dealt out. */
  readonly onDealt: (batch: BatchJob, outcome: BatchOutcome) => void;
  /** What a webhook had left out was dealt out; null where there is no Alertmanager to ask for it. */
  readonly onRestDealt: (rest: RestJob, outcome: BatchOutcome | null) => void;
  /** A job could not be dealt out, again and again; it stays among the failed jobs of the intake queue. */
  readonly onLost: (job: IntakeJob, error: Error) => void;
  readonly onError: (error: Error) => void;
}

/** Webhooks at once: a storm may bring an alert each, and what is not dealt out yet is seen by nobody. */
const concurrency = 16;

/** Deals out stored webhooks, and what they left out, until it is disposed of. */
export function startBatchWorker(options: BatchWorkerOptions): AsyncDisposable {
  return startJobWorker<IntakeJob>({
    queue: 'intake',
    redis: options.redis,
    concurrency,
    async process({ data, id = '' }) {
      if (data.kind === 'batch') options.onDealt(data, await dealOut(options, data, id));
      else options.onRestDealt(data, await dealOutRest(options, data, id));
    },
    onFailed: async (job, error) => options.onLost(job.data, error),
    onError: options.onError,
    graceMs: 5000,
  });
}
