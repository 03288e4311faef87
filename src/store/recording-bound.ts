import type { Evidence, Recording } from '../core/evidence.ts';
import { fitting, mostOfOne, weigh, weightOf } from './weigh.ts';

interface Weighed {
  readonly value: unknown;
  readonly bytes: number;
  /** What was cut from it; null when it is whole, undefined when it had to be left out. */
  readonly cut: string | null | undefined;
}

/** In a storm many triages store the very same values, and each is cut once. */
const known = new WeakMap<object, Weighed>();

/**
 * Cuts a recording to so many bytes. A list that is cut says how much of it is left, and what had to be left out becomes
 * missing evidence with the reason. A value that stays whole stays the same object.
 */
export function boundRecording(recording: Recording, limit: number): Recording {
  const entries = Object.entries(recording).map(([name, evidence]) => boundOne(name, evidence));
  let excess = entries.reduce((sum, { bytes }) => sum + bytes, 2) - limit;
  for (const entry of entries.toSorted((a, b) => b.bytes - a.bytes)) {
    if (excess <= 0) break;
    const before = entry.bytes;
    entry.evidence = cutEvidence(entry.evidence, Math.max(0, before - excess));
    entry.bytes = bytesOf(entry.name, entry.evidence);
    excess -= before - entry.bytes;
  }
  return Object.fromEntries(entries.map(({ name, evidence }) => [name, evidence]));
}

function boundOne(name: string, evidence: Evidence<unknown>): { name: string; evidence: Evidence<unknown>; bytes: number } {
  if (evidence.status === 'missing' || typeof evidence.value !== 'object' || evidence.value === null) {
    const bounded = evidence.status === 'collected' && weigh(evidence, mostOfOne) > mostOfOne ? leftOut(evidence) : evidence;
    return { name, evidence: bounded, bytes: bytesOf(name, bounded) };
  }
  const { value, bytes, cut } = known.get(evidence.value) ?? weighed(evidence.value);
  if (cut === undefined) return { name, evidence: leftOut(evidence), bytes: bytesOf(name, leftOut(evidence)) };
  const bounded = cut === null ? evidence : { ...evidence, value, truncated: both(cut, evidence.truncated) };
  return { name, evidence: bounded, bytes: bytes + bytesOf(name, { ...bounded, value: null }) };
}

function weighed(value: object): Weighed {
  const result = weighOnce(value);
  known.set(value, result);
  return result;
}

function weighOnce(value: object): Weighed {
  const bytes = weightOf(value);
  if (bytes <= mostOfOne) return { value, bytes, cut: null };
  const fit = Array.isArray(value) ? fitting(value, mostOfOne) : undefined;
  if (!Array.isArray(value) || fit === undefined || fit.count === 0) return { value: undefined, bytes: 0, cut: undefined };
  return { value: value.slice(0, fit.count), bytes: fit.bytes, cut: cutNote(fit.count, value.length) };
}

/** The evidence in at most about so many bytes: a list keeps its beginning, anything else is left out. */
function cutEvidence(evidence: Evidence<unknown>, limit: number): Evidence<unknown> {
  if (evidence.status === 'missing') return evidence;
  const { value } = evidence;
  if (Array.isArray(value) && limit > 1024) {
    const { count } = fitting(value, limit - 512);
    if (count > 0) return { ...evidence, value: value.slice(0, count), truncated: both(cutNote(count, value.length), evidence.truncated) };
  }
  return leftOut(evidence);
}

function leftOut(evidence: Evidence<unknown> & { status: 'collected' }): Evidence<never> {
  const why = `it was read, but left out of the record, because it is larger than ${mostOfOne / 1024} KiB`;
  return { status: 'missing', reason: 'not-captured', why, command: evidence.command, durationMs: evidence.durationMs };
}

function cutNote(kept: number, of: number): string {
  return `the first ${kept} of ${of}, cut when stored`;
}

function both(cut: string, before: string | null): string {
  return before === null || before === cut ? cut : `${cut}; ${before}`;
}

function bytesOf(name: string, evidence: Evidence<unknown>): number {
  return weigh(evidence, Infinity) + weigh(name, Infinity) + 2;
}
