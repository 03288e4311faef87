import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { targetOf } from '../../src/core/target.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';

/** A finished triage's record with the diagnosis, with what matters to a test put over it. */
export function triageRecordOf(diagnosis: Diagnosis, given: Partial<TriageRecord> = {}): TriageRecord {
  return {
    version: 1,
    id: diagnosis.id,
    status: 'done',
    alert: { ...diagnosis.alert, endsAt: null, generatorUrl: '' },
    target: targetOf(diagnosis.alert.labels),
    trigger: { kind: 'alert' },
    queuedAt: diagnosis.startedAt,
    startedAt: diagnosis.startedAt,
    finishedAt: diagnosis.startedAt,
    diagnosis,
    error: null,
    incident: 'inc-1',
    ...given,
  };
}
