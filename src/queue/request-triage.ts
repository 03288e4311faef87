import { randomUUID } from 'node:crypto';
import { alertOfLabels } from '../core/alert.ts';
import type { Alert } from '../core/alert.ts';
import { maskedAlert } from '../core/masked-alert.ts';
import { redact } from '../core/redact.ts';
import { withDeadline } from '../redis/deadline.ts';
import { triageId } from '../redis/ids.ts';
import type { TriageJob } from './jobs.ts';
import { manualPriority } from './priority.ts';
import type { Producer } from './producer.ts';
import { QueueUnavailableError, unavailable } from './unavailable.ts';

/** Which alert somebody wants triaged: one that is known, or labels of their own. */
export type TriageRequest =
  | { readonly fingerprint: string; readonly reason: string | null }
  | { readonly labels: Readonly<Record<string, string>>; readonly reason: string | null };

/**
 * Queues a triage that somebody asked for, ahead of the alerts and whatever the dedup window says. Null where the fingerprint
 * is unknown. Labels are not checked here; those of a known alert stand for that alert. Rejects within two seconds with a
 * QueueUnavailableError while Redis is away.
 */
export type RequestTriage = (request: TriageRequest) => Promise<{ readonly id: string } | null>;

export interface RequestTriageOptions {
  readonly producer: Producer<TriageJob>;
  /** The alerts that are known (`AlertStore`, on a fail-fast connection). */
  readonly alerts: {
    get(fingerprint: string): Promise<{ readonly alert: Alert } | null>;
    find(labels: Alert['labels']): Promise<{ readonly alert: Alert } | null>;
  };
  /** Makes the record, so that it can be read as soon as the id is known. */
  readonly record: (job: TriageJob) => Promise<void>;
  readonly now?: () => number;
}

const deadlineMs = 1900;

/** See RequestTriage. */
export function createRequestTriage(options: RequestTriageOptions): RequestTriage {
  const { now = Date.now } = options;
  const request = async (asked: TriageRequest): Promise<{ id: string } | null> => {
    const alert = await alertOf(asked, options.alerts);
    if (alert === null) return null;
    const at = now();
    const id = triageId(at, randomUUID());
    const trigger = { kind: 'manual', reason: asked.reason === null ? null : redact(asked.reason) } as const;
    const job: TriageJob = { version: 1, kind: 'triage', triage: id, alert, trigger, queuedAt: new Date(at).toISOString() };
    // The job before the record: the worker makes a record that is missing, but nobody makes a job that is missing.
    await options.producer.add('triage', job, { jobId: id, priority: manualPriority });
    await options.record(job);
    return { id };
  };
  return async (asked) => {
    const late = (): Error => new QueueUnavailableError(`Redis did not answer within ${deadlineMs} ms`);
    try {
      return await withDeadline(request(asked), deadlineMs, late);
    } catch (error) {
      throw unavailable(error);
    }
  };
}

async function alertOf(asked: TriageRequest, alerts: RequestTriageOptions['alerts']): Promise<Alert | null> {
  if ('fingerprint' in asked) return (await alerts.get(asked.fingerprint))?.alert ?? null;
  const known = await alerts.find(asked.labels);
  return known?.alert ?? maskedAlert(alertOfLabels(asked.labels));
}
