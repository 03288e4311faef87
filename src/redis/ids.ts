import { createHash } from 'node:crypto';

const timeDigits = 9;

/**
 * The id of a triage: it sorts by the moment it was queued (milliseconds of the Unix epoch), and the same moment and seed give
 * the same id, so that a job that runs twice makes one triage. No colon in it, which BullMQ forbids in job ids.
 */
export function triageId(atMs: number, seed: string): string {
  return `t${timedId(atMs, seed)}`;
}

/** The id of an incident, made like a triage's. */
export function incidentId(atMs: number, seed: string): string {
  return `i${timedId(atMs, seed)}`;
}

/** What every id of that kind made before the moment sorts under. */
export function lowestId(kind: 't' | 'i', atMs: number): string {
  return `${kind}${timePart(atMs)}`;
}

function timedId(atMs: number, seed: string): string {
  return timePart(atMs) + createHash('sha256').update(seed).digest('hex').slice(0, 12);
}

/** Base 32 with digits before letters keeps the order of numbers; nine digits last until the year 3084. */
function timePart(atMs: number): string {
  return Math.max(0, Math.floor(atMs)).toString(32).padStart(timeDigits, '0');
}
