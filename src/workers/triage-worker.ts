import type { Diagnosis } from '../core/diagnosis.ts';
import type { ClusterJob, TriageJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import { confirmWaiting, type ConfirmContext } from './confirm-waiting.ts';
import { lookAgain, type ResolvedLookContext } from './look-again.ts';
import { startJobWorker } from './job-worker.ts';
import { failTriage, runTriage, type TriageContext } from './triage.ts';

export interface TriageWorkerOptions extends TriageContext {
  readonly incidents: TriageContext['incidents'] & ResolvedLookContext['incidents'];
  readonly triages: TriageContext['triages'] & ConfirmContext['triages'];
  readonly annotations: TriageContext['annotations'] & ConfirmContext['annotations'];
  readonly lookAtPods: ConfirmContext['lookAtPods'];
  readonly triagesWaiting: ConfirmContext['triagesWaiting'];
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
  /** The cause of an incident that ended was looked at once more; null where nothing could be seen. */
  readonly onLookedAgain?: (incident: string, sentence: string | null) => void;
  readonly onLookFailed?: (incident: string, error: Error) => void;
  /** So many waiting alerts were found to have the cause that a triage has proven; not called for none. */
  readonly onConfirmed?: (triage: string, alerts: number) => void;
  readonly onConfirmFailed?: (triage: string, error: Error) => void;
  readonly onError: (error: Error) => void;
}

/** Runs triages, and looks at what has ended, until it is disposed of; those under way are finished first, or handed back. */
export function startTriageWorker(options: TriageWorkerOptions): AsyncDisposable {
  let held: Promise<void> = Promise.resolve();
  const confirming = { ...options, holdTriages: (until: Promise<void>): void => void (held = until) };
  return startJobWorker<ClusterJob>({
    queue: 'triage',
    redis: options.redis,
    concurrency: options.concurrency,
    async process({ data }, signal) {
      if (data.kind === 'confirm') return confirm(confirming, data.triage, signal);
      if (data.kind === 'triage') {
        // Somebody waits for a triage that was asked for.
        if (data.trigger.kind === 'alert') await held;
        return options.onTriaged(data, await runTriage(options, data, signal));
      }
      return options.onLookedAgain?.(data.incident, await lookAgain(options, data.incident, signal));
    },
    async onFailed({ data }, error) {
      if (data.kind === 'confirm') return options.onConfirmFailed?.(data.triage, error);
      if (data.kind === 'look-again') return options.onLookFailed?.(data.incident, error);
      options.onFailed(data, error);
      return failTriage(options, data, error);
    },
    onError: options.onError,
    graceMs: options.graceMs ?? options.timeoutMs + 3000,
  });
}

async function confirm(options: TriageWorkerOptions & ConfirmContext, triage: string, signal: AbortSignal): Promise<void> {
  const confirmed = await confirmWaiting(options, triage, signal);
  if (confirmed > 0) options.onConfirmed?.(triage, confirmed);
}
