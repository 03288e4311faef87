import type { Kind } from '../kinds.ts';
import { kinds } from '../kinds.ts';
import type { UnreadableReason } from '../reader.ts';
import type { LogRef } from './log-path.ts';

/** The name of the file in which `podnet-triage snapshot` says what it read. */
export const manifestFile = 'podnet-triage-snapshot.json';
/** The version of its form; a file of another form is not read. */
export const manifestSchema = 'podnet-triage/snapshot/v1';

/** What became of reading one kind. Kinds that are not named were not asked for. */
export interface CapturedKind {
  /** Null when it was read; otherwise why not. */
  readonly missing: { readonly reason: UnreadableReason; readonly why: string } | null;
  /** The namespaces that were read; null for all of them. */
  readonly namespaces: readonly string[] | null;
  /** True when a bound cut the list. */
  readonly truncated: boolean;
}

/** What a snapshot that we wrote says of itself, so that "none exist" and "could not be read" stay apart in it. */
export interface Manifest {
  readonly schema: typeof manifestSchema;
  readonly kinds: Partial<Record<Kind, CapturedKind>>;
  /** Logs that were asked for and do not exist. */
  readonly absentLogs: readonly LogRef[];
}

/** The manifest in a parsed file; undefined when it is none, so that a foreign file of that name does no harm. */
export function manifestOf(document: unknown): Manifest | undefined {
  const { schema, kinds: captured, absentLogs } = (document ?? {}) as Partial<Record<keyof Manifest, unknown>>;
  if (schema !== manifestSchema || typeof captured !== 'object' || captured === null) return undefined;
  const known = Object.entries(captured).filter(([kind, one]) => Object.hasOwn(kinds, kind) && isCapturedKind(one));
  return { schema, kinds: Object.fromEntries(known), absentLogs: Array.isArray(absentLogs) ? (absentLogs as LogRef[]) : [] };
}

function isCapturedKind(value: unknown): value is CapturedKind {
  if (typeof value !== 'object' || value === null || !('namespaces' in value) || !('missing' in value)) return false;
  return value.namespaces === null || Array.isArray(value.namespaces);
}
