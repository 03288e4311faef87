import { randomUUID } from 'node:crypto';
import { diagnosisInTurn } from '../core/diagnose.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Alert } from '../core/alert.ts';
import type { Recording } from '../core/evidence.ts';
import { redactObject } from '../core/redact.ts';
import { targetOf } from '../core/target.ts';
import { inTurns } from '../collectors/in-turns.ts';
import { Collection } from '../collectors/collection.ts';
import type { CollectionOptions } from '../collectors/collection.ts';
import { digest } from '../runbooks/digest.ts';
import { claimedAlerts, clearedBy, runbooksFor } from '../runbooks/select.ts';
import type { RunbookMapping } from '../runbooks/select.ts';
import { collectorsOf } from '../runbooks/index.ts';
import { standingOf } from '../runbooks/standing.ts';

/** What an examination works with. */
export interface ExamineOptions extends Omit<CollectionOptions, 'target'> {
  /** The `cluster` label value of the cluster at hand; null where it has no name. */
  readonly clusterName: string | null;
  /** Alert names that users answer with our runbooks, beyond the runbooks' own. */
  readonly mapping?: RunbookMapping;
  /** Id of the triage; a new one where absent. */
  readonly id?: string;
}

/** A diagnosis and all that it was made from. */
export interface Examined {
  readonly diagnosis: Diagnosis;
  readonly recording: Recording;
}

/** Thrown for an alert that no runbook answers. */
export class NoRunbookError extends Error {
  constructor(alertname: string, known: readonly string[]) {
    super(`no runbook answers the alert ${JSON.stringify(alertname)}; the alerts that are answered: ${known.join(', ')}`);
    this.name = 'NoRunbookError';
  }
}

/**
 * One triage: the alert's target, the evidence of every runbook that answers it, and the diagnosis of it all. Ends by
 * the signal's deadline with what it has; rejects only with NoRunbookError or on a fault of our own.
 */
export async function examine(alert: Alert, options: ExamineOptions): Promise<Examined> {
  const { cluster, clusterName, mapping = {}, id = randomUUID() } = options;
  const runbooks = runbooksFor(alert.alertname, mapping);
  if (runbooks.length === 0) throw new NoRunbookError(alert.alertname, claimedAlerts(mapping));
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const target = targetOf(alert.labels);
  const since = alert.startsAt === null ? null : Date.parse(alert.startsAt);
  // Of an alert that has ended, what was read while it fired says nothing any more.
  const notBefore = alert.endsAt === null ? null : Date.parse(alert.endsAt);
  const recording = await new Collection({ since, notBefore, ...options, target }).collect(collectorsOf(runbooks));
  const at = { now: cluster.now().toISOString(), alertStartsAt: alert.startsAt, target, alert };
  await inTurns(digest(recording, at));
  const diagnosis = await inTurns(
    diagnosisInTurn({
      id,
      startedAt,
      durationMs: Math.round(performance.now() - started),
      alert,
      // To Prometheus an empty label is an absent one.
      cluster: clusterName ?? (alert.labels['cluster'] || null),
      at,
      runbooks,
      recording,
      standing: standingOf(target, recording),
      clearedBy: clearedBy(alert.alertname),
    }),
  );
  return { diagnosis: redactObject(diagnosis), recording };
}
