import type { Diagnosis, EvidenceItem } from '../core/diagnosis.ts';
import { cutText } from '../core/evidence.ts';
import type { Recording } from '../core/evidence.ts';
import { boundRecording } from './recording-bound.ts';

/** The evidence of one triage, diagnosis and recording together, as JSON. */
const mostBytes = 1024 * 1024;
/** What the diagnosis may take of it; the recording gets the rest. */
const mostDiagnosisBytes = 512 * 1024;

/** What of a triage is stored: within the bound. */
export interface BoundEvidence {
  readonly diagnosis: Diagnosis;
  /** The diagnosis as JSON. */
  readonly json: string;
  readonly recording: Recording;
}

/**
 * Cuts diagnosis and recording to 1 MiB together. Nothing is dropped in silence: a text that is cut ends in a note, a list that is
 * cut says how much of it is left, and what had to be left out becomes missing evidence with the reason.
 */
export function boundEvidence(diagnosis: Diagnosis, recording: Recording): BoundEvidence {
  const bounded = boundDiagnosis(diagnosis);
  return { ...bounded, recording: boundRecording(recording, mostBytes - Buffer.byteLength(bounded.json)) };
}

function boundDiagnosis(diagnosis: Diagnosis): Omit<BoundEvidence, 'recording'> {
  const limits = [Infinity, 2000, 500, 100];
  for (const limit of limits) {
    const bounded = limit === Infinity ? diagnosis : { ...diagnosis, evidence: diagnosis.evidence.map((item) => withCutText(item, limit)) };
    const json = JSON.stringify(bounded);
    if (Buffer.byteLength(json) <= mostDiagnosisBytes) return { diagnosis: bounded, json };
  }
  const bounded = withoutUncited(diagnosis);
  return { diagnosis: bounded, json: JSON.stringify(bounded) };
}

function withCutText(item: EvidenceItem, limit: number): EvidenceItem {
  return item.text.length <= limit ? item : { ...item, text: cutText(item.text, limit) };
}

/** The last resort: only the proof of the causes stays, and the timeline without its end. */
function withoutUncited(diagnosis: Diagnosis): Diagnosis {
  const causes = [diagnosis.rootCause, ...diagnosis.alternatives, ...diagnosis.symptoms].filter((cause) => cause !== null);
  const cited = new Set(causes.flatMap((cause) => cause.evidence.slice(0, 20)));
  const evidence = diagnosis.evidence.filter(({ id }) => cited.has(id)).map((item) => withCutText(item, 100));
  const left = diagnosis.evidence.length - evidence.length;
  const note = { what: 'all evidence', why: `${left} pieces were left out of the record, because it is larger than 1 MiB`, command: '' };
  const timeline = diagnosis.timeline.filter((entry) => cited.has(entry.evidence)).slice(-100);
  return { ...diagnosis, evidence, timeline, unchecked: [...diagnosis.unchecked.slice(0, 200), note] };
}
