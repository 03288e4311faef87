import type { Alert } from '../../src/core/alert.ts';
import { diagnose } from '../../src/core/diagnose.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Recording } from '../../src/core/evidence.ts';
import { targetOf } from '../../src/core/target.ts';
import { clearedBy, runbooksFor, type RunbookMapping } from '../../src/runbooks/select.ts';
import { standingOf } from '../../src/runbooks/standing.ts';

/** What a triage was made from. */
export interface Recorded {
  readonly alert: Alert;
  readonly recording: Recording;
  /** Of the diagnosis that was made then: its id, cluster and duration are kept, nothing else. */
  readonly diagnosis: Diagnosis;
}

/** The diagnosis that today's runbooks make of recorded evidence, at the time of the recording. Reads nothing. */
export function replay({ alert, recording, diagnosis: then }: Recorded, mapping: RunbookMapping = {}): Diagnosis {
  const target = targetOf(alert.labels);
  return diagnose({
    id: then.id,
    startedAt: then.startedAt,
    durationMs: then.durationMs,
    alert,
    cluster: then.target.cluster,
    at: { now: collectedAt(recording) ?? then.startedAt, alertStartsAt: alert.startsAt, target, alert },
    runbooks: runbooksFor(alert.alertname, mapping),
    recording,
    standing: standingOf(target, recording),
    clearedBy: clearedBy(alert.alertname),
  });
}

/** When the last of it was collected; null where nothing was. */
function collectedAt(recording: Recording): string | null {
  const times = Object.values(recording).flatMap((evidence) => (evidence.status === 'collected' ? [evidence.collectedAt] : []));
  return times.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null;
}
