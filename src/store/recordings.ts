import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Collected, Evidence, Recording } from '../core/evidence.ts';
import type { RedisClient } from '../redis/connection.ts';
import { key } from '../redis/keys.ts';
import { weightOf } from './weigh.ts';

/** At once, and not in another thread: a recording is bounded, and to hand it over takes longer than to compress it. */
const compress = (json: string): Buffer => zstdCompressSync(json, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/** Evidence whose value stands in a part of its own. */
type InPart = Omit<Collected<unknown>, 'value'> & { readonly part: string };
type StoredEvidence = Readonly<Record<string, Evidence<unknown> | InPart>>;
interface StoredRecording {
  readonly version: 1;
  readonly evidence: StoredEvidence;
}

/** The recordings of triages, in Redis. What many triages have in common is stored once, as a part under its digest. */
export interface Recordings {
  put(id: string, recording: Recording): Promise<void>;
  /** Null where there is none any more, and for one that a newer version has stored. */
  get(id: string): Promise<Recording | null>;
  /** The keys that hold it, its parts' among them. */
  keysOf(id: string): Promise<readonly string[]>;
}

const recordingKey = (id: string): string => key('recording', id);
const partKey = (digest: string): string => key('recording-part', digest);

/** A part lives so much longer than the recordings that need it, and is renewed when it is used after so long again. */
const renewAfterMs = 300_000;

/** Smaller values are not worth a key of their own. */
const leastBytes = 2_048;
/** A value of this size gets one at once; a smaller one when a second triage brings it. */
const largeBytes = 16_384;

interface Part {
  /** Null for a value that is too small to be one. */
  readonly digest: string | null;
  readonly storedAt: number;
}

/** Recordings on a connection that stays the caller's. */
export function openRecordings(redis: RedisClient, { retentionMs }: { readonly retentionMs: number }): Recordings {
  const seen = new WeakSet<object>();
  const parts = new WeakMap<object, Promise<Part>>();

  const storePart = async (value: object): Promise<Part> => {
    const json = JSON.stringify(value);
    if (json.length < leastBytes) return { digest: null, storedAt: Infinity };
    const digest = createHash('sha256').update(json).digest('hex').slice(0, 32);
    await redis.set(partKey(digest), compress(json), 'PX', retentionMs + 2 * renewAfterMs);
    return { digest, storedAt: Date.now() };
  };
  /** The digest of a stored value; null where the value is to stand in the recording itself. */
  const partOf = async (value: unknown): Promise<string | null> => {
    if (typeof value !== 'object' || value === null) return null;
    if (!seen.has(value)) {
      seen.add(value);
      if (weightOf(value) < largeBytes) return null;
    }
    const known = await parts.get(value);
    if (known !== undefined && Date.now() - known.storedAt < renewAfterMs) return known.digest;
    const part = storePart(value);
    parts.set(value, part);
    part.catch(() => parts.delete(value));
    return (await part).digest;
  };
  const stored = async (id: string): Promise<StoredEvidence | null> => {
    const packed = await redis.getBuffer(recordingKey(id));
    const recording = packed === null ? null : (unpacked(packed) as StoredRecording);
    // What a newer process beside this one has stored is not read as if it were ours.
    return recording?.version === 1 ? recording.evidence : null;
  };

  return {
    async put(id, recording) {
      const entries = Object.entries(recording).map(async ([name, evidence]) => [name, await split(evidence, partOf)] as const);
      const recorded: StoredRecording = { version: 1, evidence: Object.fromEntries(await Promise.all(entries)) };
      await redis.set(recordingKey(id), compress(JSON.stringify(recorded)), 'PX', retentionMs);
    },
    async get(id) {
      const recording = await stored(id);
      if (recording === null) return null;
      const entries = Object.entries(recording).map(async ([name, evidence]) => {
        return [name, isInPart(evidence) ? await joined(evidence, redis) : evidence] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    async keysOf(id) {
      const recording = (await stored(id)) ?? {};
      return [recordingKey(id), ...Object.values(recording).flatMap((one) => (isInPart(one) ? [partKey(one.part)] : []))];
    },
  };
}

async function split(evidence: Evidence<unknown>, partOf: (value: unknown) => Promise<string | null>): Promise<Evidence<unknown> | InPart> {
  if (evidence.status === 'missing') return evidence;
  const part = await partOf(evidence.value);
  if (part === null) return evidence;
  const { value: _value, ...rest } = evidence;
  return { ...rest, part };
}

async function joined({ part, ...evidence }: InPart, redis: RedisClient): Promise<Evidence<unknown>> {
  const packed = await redis.getBuffer(partKey(part));
  if (packed !== null) return { ...evidence, value: unpacked(packed) };
  const { command, durationMs } = evidence;
  return { status: 'missing', reason: 'not-captured', why: 'it is not stored any more', command, durationMs };
}

function isInPart(evidence: Evidence<unknown> | InPart): evidence is InPart {
  return 'part' in evidence;
}

function unpacked(packed: Buffer): unknown {
  return JSON.parse(zstdDecompressSync(packed).toString());
}
