import type { Diagnosis } from '../../core/diagnosis.ts';
import { redact } from '../../core/redact.ts';
import { cut, oneLine } from '../visible-text.ts';

export type Annotations = Readonly<Record<string, string>>;

/**
 * Every annotation that is ours. Only letters and underscores: Alertmanager 0.25 and 0.26 answer 400 to any other name
 * (Prometheus' label name pattern; UTF-8 names came with 0.27).
 */
export const ownAnnotations = [
  'triage_status',
  'triage_summary',
  'triage_root_cause',
  'triage_confidence',
  'triage_runbook',
  'triage_url',
  'triage_at',
] as const;

const summaryLimit = 300;
const valueLimit = 1_000;

/** Where the triage can be read, and the time (RFC 3339) that its annotations carry. */
export interface TriagePointer {
  readonly url: string;
  readonly at: string;
}

/** The annotations of a diagnosis. `triage_at` is the moment at which it was ready. */
export function diagnosisAnnotations(diagnosis: Diagnosis, url: string): Annotations {
  const { rootCause, runbook } = diagnosis;
  return lines({
    triage_status: 'done',
    triage_summary: summary(diagnosis.headline),
    triage_root_cause: rootCause?.id ?? diagnosis.outcome,
    ...(rootCause !== null && { triage_confidence: rootCause.confidence }),
    ...(rootCause !== null && runbook !== null && { triage_runbook: runbook }),
    triage_url: url,
    triage_at: new Date(Date.parse(diagnosis.startedAt) + diagnosis.durationMs).toISOString(),
  });
}

/** The annotations of an alert whose own pod says what the diagnosis of another alert has proven: the same, but likely. */
export function confirmedAnnotations(diagnosis: Diagnosis, { url, at }: TriagePointer): Annotations {
  return lines({ ...diagnosisAnnotations(diagnosis, url), triage_confidence: 'likely', triage_at: at });
}

/** The annotations of an alert whose diagnosis is not ready yet. */
export function pendingAnnotations({ url, at }: TriagePointer): Annotations {
  return lines({
    triage_status: 'pending',
    triage_summary: 'Triage is still running, so there is no diagnosis yet. This does not mean that nothing is wrong.',
    triage_url: url,
    triage_at: at,
  });
}

/** The annotations of an alert whose triage died. */
export function failedAnnotations(why: string, { url, at }: TriagePointer): Annotations {
  return lines({
    triage_status: 'failed',
    triage_summary: summary(`Triage failed, so there is no diagnosis of this alert: ${why}`),
    triage_url: url,
    triage_at: at,
  });
}

const own: ReadonlySet<string> = new Set(ownAnnotations);

/** `theirs` without what an earlier triage left of ours, and with `ours`. */
export function withOurs(theirs: Annotations, ours: Annotations): Annotations {
  const kept = Object.entries(theirs).filter(([name]) => !own.has(name));
  return Object.fromEntries([...kept, ...Object.entries(ours)]);
}

/** Whether an alert's annotations hold exactly `ours` of our own, whatever else they hold. */
export function carries(annotations: Annotations, ours: Annotations): boolean {
  return ownAnnotations.every((name) => annotations[name] === ours[name]);
}

/** Masked while the text is whole: half a credential is not recognised as one. */
function summary(text: string): string {
  return cut(oneLine(redact(text)), summaryLimit);
}

/** Alertmanager drops an annotation without a value, which would then look missing at every look. */
function lines(annotations: Record<string, string>): Annotations {
  const filled = Object.entries(annotations).map(([name, value]) => [name, cut(oneLine(value), valueLimit)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}
