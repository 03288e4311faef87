import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Diagnosis, EvidenceItem } from '../core/diagnosis.ts';
import type { Evidence, Recording } from '../core/evidence.ts';

/** The evidence of one triage, diagnosis and recording together, as JSON. */
const mostBytes = 1024 * 1024;
/** What the diagnosis may take of it; the recording gets the rest. */
const mostDiagnosisBytes = 512 * 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** A recording as it is stored: JSON, compressed, about a tenth of its size. */
export async function packRecording(recording: Recording): Promise<Buffer> {
  return compress(JSON.stringify(recording), { level: 1 });
}

/** What `packRecording` stored. */
export async function unpackRecording(packed: Buffer): Promise<Recording> {
  return JSON.parse((await decompress(packed)).toString()) as Recording;
}

/**
 * Cuts diagnosis and recording to 1 MiB together. Nothing is dropped in silence: a text that is cut ends in a note, a list that is
 * cut says how much of it is left, and what had to be left out becomes missing evidence with the reason.
 */
export function boundEvidence(diagnosis: Diagnosis, recording: Recording): { diagnosis: Diagnosis; recording: Recording } {
  const bounded = boundDiagnosis(diagnosis);
  return { diagnosis: bounded, recording: boundRecording(recording, mostBytes - bytesOf(bounded)) };
}

function boundDiagnosis(diagnosis: Diagnosis): Diagnosis {
  const limits = [2000, 500, 100];
  const candidates = limits.map((limit) => (): Diagnosis => ({
    ...diagnosis,
    evidence: diagnosis.evidence.map((item) => cutText(item, limit)),
  }));
  for (const candidate of [(): Diagnosis => diagnosis, ...candidates]) {
    const bounded = candidate();
    if (bytesOf(bounded) <= mostDiagnosisBytes) return bounded;
  }
  return withoutUncited(diagnosis);
}

function cutText(item: EvidenceItem, limit: number): EvidenceItem {
  return item.text.length <= limit ? item : { ...item, text: `${item.text.slice(0, limit)} … [cut, ${item.text.length} characters]` };
}

/** The last resort: only the proof of the causes stays, and the timeline without its end. */
function withoutUncited(diagnosis: Diagnosis): Diagnosis {
  const causes = [diagnosis.rootCause, ...diagnosis.alternatives, ...diagnosis.symptoms].filter((cause) => cause !== null);
  const cited = new Set(causes.flatMap((cause) => cause.evidence.slice(0, 20)));
  const evidence = diagnosis.evidence.filter(({ id }) => cited.has(id)).map((item) => cutText(item, 100));
  const left = diagnosis.evidence.length - evidence.length;
  const note = { what: 'all evidence', why: `${left} pieces were left out of the record, because it is larger than 1 MiB`, command: '' };
  const timeline = diagnosis.timeline.filter((entry) => cited.has(entry.evidence)).slice(-100);
  return { ...diagnosis, evidence, timeline, unchecked: [...diagnosis.unchecked.slice(0, 200), note] };
}

function boundRecording(recording: Recording, limit: number): Recording {
  const entries = Object.entries(recording).map(([name, evidence]) => ({ name, evidence, bytes: bytesOf(evidence) + name.length + 4 }));
  let excess = entries.reduce((sum, { bytes }) => sum + bytes, 2) - limit;
  for (const entry of [...entries].sort((a, b) => b.bytes - a.bytes)) {
    if (excess <= 0) break;
    const before = entry.bytes;
    entry.evidence = cutEvidence(entry.evidence, Math.max(0, before - excess));
    entry.bytes = bytesOf(entry.evidence) + entry.name.length + 4;
    excess -= before - entry.bytes;
  }
  return Object.fromEntries(entries.map(({ name, evidence }) => [name, evidence]));
}

/** The evidence in at most about so many bytes: a list keeps its beginning, anything else is left out. */
function cutEvidence(evidence: Evidence<unknown>, limit: number): Evidence<unknown> {
  if (evidence.status === 'missing') return evidence;
  const { value } = evidence;
  if (Array.isArray(value) && limit > 1024) {
    const kept = fitting(value, limit - 512);
    const truncated = `the first ${kept.length} of ${value.length}, cut when stored${evidence.truncated === null ? '' : `; ${evidence.truncated}`}`;
    if (kept.length > 0) return { ...evidence, value: kept, truncated };
  }
  const why = `it was read, but left out of the record, because it is ${Math.ceil(bytesOf(evidence) / 1024)} KiB`;
  return { status: 'missing', reason: 'not-captured', why, command: evidence.command, durationMs: evidence.durationMs };
}

function fitting(items: readonly unknown[], limit: number): unknown[] {
  let room = limit;
  const tooMuch = items.findIndex((item) => (room -= bytesOf(item) + 1) < 0);
  return tooMuch === -1 ? [...items] : items.slice(0, tooMuch);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
