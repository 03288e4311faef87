import type { Diagnosis } from '../core/diagnosis.ts';
import type { TriageJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import { startJobWorker } from './shell.ts';
import { failTriage, runTriage, type TriageContext } from './triage.ts';

export interface TriageWorkerSettings extends TriageContext {
  /** A patient connection, which stays the caller's. */
  readonly redis: RedisClient;
  /** TRIAGE_CONCURRENCY. */
  readonly concurrency: number;
  /** How long triages under way may take to finish at close before they are handed back; as long as they may take unless said otherwise. */
  readonly graceMs?: number;
  /** A triage ended; null where it was cancelled. */
  readonly onTriaged: (job: TriageJob, diagnosis: Diagnosis | null) => void;
  /** A triage failed for good. */
  readonly onFailed: (job: TriageJob, error: Error) => void;
  readonly onError: (error: Error) => void;
}

/** Runs triages until it is disposed of; those under way are finished first, or handed back. */
export function startTriageWorker(settings: TriageWorkerSettings): AsyncDisposable {
  return startJobWorker<TriageJob>({
    queue: 'triage',
    redis: settings.redis,
    concurrency: settings.concurrency,
    process: async (job, signal) => settings.onTriaged(job.data, await runTriage(settings, job.data, signal)),
    async onFailed({ data }, error) {
      settings.onFailed(data, error);
      await failTriage(settings, data, error);
    },
    onError: settings.onError,
    graceMs: settings.graceMs ?? settings.timeoutMs + 3000,
  });
}
