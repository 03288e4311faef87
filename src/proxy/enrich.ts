import { type Annotations, withOurs } from '../sinks/alertmanager/annotations.ts';
import { alertSpans } from './alert-spans.ts';
import { BatchMemory } from './batch-memory.ts';
import { isPostedAlert, type PostedAlert } from './posted-alert.ts';

/** A batch of alerts as it is to be forwarded. */
export interface Batch {
  readonly body: Uint8Array;
  /** How many alerts it holds; 0 where it was not read. */
  readonly alerts: number;
  /** How many of them were given annotations of ours. */
  readonly enriched: number;
}

/** What is known of alerts. */
export interface Known {
  /** What Alertmanager shall carry on the alert; null where nothing is known of it. */
  annotationsFor(alert: PostedAlert): Annotations | null;
  /** False where nothing is known of any alert whose label `pod` has that value. */
  mayKnow(pod: string): boolean;
}

/** Reading a larger one would hold up the others; Prometheus' own batches are a hundredth of it. */
const largestRead = 8 * 1024 * 1024;

/** Bytes that are not UTF-8 must not be forwarded as something else. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Adds what is known to the alerts of a batch. All other bytes are forwarded as they came, and so is an alert that cannot be read, or not be
 * written again unchanged: whatever a source sends, it is Alertmanager who judges it. A batch with something added lies in the memory, and is
 * the caller's to give back.
 */
export function enrich(body: Uint8Array, known: Known, memory = new BatchMemory()): Batch {
  if (body.length > largestRead) return { body, alerts: 0, enriched: 0 };
  const came = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces: (Buffer | string)[] = [];
  let [alerts, enriched, copied] = [0, 0, 0];
  for (const { from, to } of alertSpans(came)) {
    alerts += 1;
    const alert = came.subarray(from, to);
    const written = isWorthReading(alert, known) ? enrichedAlert(alert, known) : null;
    if (written === null) continue;
    enriched += 1;
    pieces.push(came.subarray(copied, from), written);
    copied = to;
  }
  if (enriched === 0) return { body, alerts, enriched };
  return { body: joined([...pieces, came.subarray(copied)], memory), alerts, enriched };
}

const labelsBegin = Buffer.from('"labels":{');
const podBegins = Buffer.from('"pod":"');
const quote = 0x22;
const backslash = 0x5c;
const closingBrace = 0x7d;

/** False where the label `pod` can be found without parsing, and nothing is known of that pod: so it is for most alerts of most batches. */
function isWorthReading(alert: Buffer, known: Known): boolean {
  const begin = beginOfPod(alert);
  if (begin < 0) return true;
  const pod = alert.toString('utf8', begin, alert.indexOf(quote, begin));
  return pod.includes('\\') || known.mayKnow(pod);
}

/** Where the value of the label `pod` begins, if the alert is written without spaces, as by Prometheus; -1 where only parsing can tell. */
function beginOfPod(alert: Buffer): number {
  const labels = alert.lastIndexOf(labelsBegin);
  const pod = labels < 0 ? -1 : alert.indexOf(podBegins, labels);
  if (pod < 0 || alert[pod - 1] === backslash) return -1;
  // Behind a brace it may be the name of an annotation.
  return alert.indexOf(closingBrace, labels) < pod ? -1 : pod + podBegins.length;
}

/** The alert as JSON with what is known of it; null where that is nothing. */
function enrichedAlert(json: Buffer, known: Known): string | null {
  const alert = parsed(json);
  if (!isPostedAlert(alert)) return null;
  const ours = known.annotationsFor(alert);
  return ours === null ? null : written({ ...alert, annotations: withOurs(alert.annotations ?? {}, ours) });
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(json));
  } catch {
    // Alertmanager answers what is wrong with it.
    return null;
  }
}

/** The alert as JSON; null where something in it would not be written as it came: a number beyond a double, or a very deep nesting. */
function written(alert: PostedAlert): string | null {
  try {
    return isCarried(alert) ? JSON.stringify(alert) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isCarried(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return true;
  for (const name in value) if (!isCarried((value as Readonly<Record<string, unknown>>)[name])) return false;
  return true;
}

/** A character takes three bytes at most. */
const mostBytes = (piece: Buffer | string): number => (typeof piece === 'string' ? 3 * piece.length : piece.length);

function joined(pieces: readonly (Buffer | string)[], memory: BatchMemory): Buffer {
  const batch = memory.take(pieces.reduce((sum, piece) => sum + mostBytes(piece), 0));
  let length = 0;
  for (const piece of pieces) length += typeof piece === 'string' ? batch.write(piece, length) : piece.copy(batch, length);
  return batch.subarray(0, length);
}
