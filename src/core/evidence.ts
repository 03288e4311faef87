/** Why a piece of evidence is not there. */
export type MissingReason =
  | 'forbidden'
  | 'unauthorized'
  | 'timeout'
  | 'unreachable'
  | 'not-installed'
  | 'not-captured'
  | 'not-applicable'
  | 'manual'
  | 'failed';

/** A part of what was asked for that could not be read, while the rest was. */
export interface Gap {
  readonly reason: MissingReason;
  readonly why: string;
  /**
   * `decisive`: the rules that ask for it cannot be ruled out without it. `open`: there may be more of it than is known,
   * and no rule that cites it can be ruled out. `minor`: the rest says enough.
   */
  readonly weight: 'decisive' | 'open' | 'minor';
}

/** What came back. `value` is undefined where the thing does not exist: absent is not missing. */
export interface Collected<T> {
  readonly status: 'collected';
  readonly value: T;
  /** The command that shows the same to a person. */
  readonly command: string;
  /** RFC 3339. */
  readonly collectedAt: string;
  /** What was cut from it, e.g. "the newest 200 of 1,400 events"; null when it is whole. */
  readonly truncated: string | null;
  /** What of it could not be read; absent when it is whole. */
  readonly gaps?: readonly Gap[];
  readonly durationMs: number;
}

/** What could not be read. It stops nothing and becomes no verdict. */
export interface Missing {
  readonly status: 'missing';
  readonly reason: MissingReason;
  readonly why: string;
  readonly command: string;
  readonly durationMs: number;
}

export type Evidence<T> = Collected<T> | Missing;

/** All evidence of one triage by the name of what was read; plain JSON, so that it can be stored and replayed. */
export type Recording = Readonly<Record<string, Evidence<unknown>>>;

/** Where an exhibit was seen. Fields that do not apply are null. */
export interface ExhibitSource {
  /** The Kubernetes kind, or `Log`, `Probe`, `Route`, `Interface`. */
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly container: string | null;
  /** The field of the object, as a path such as `status.conditions[Ready]`. */
  readonly field: string | null;
}

/** One thing that proves something: where it stands, when, and its words. */
export interface Exhibit {
  readonly source: ExhibitSource;
  /** RFC 3339 of when it happened; null where it has no time of its own. */
  readonly at: string | null;
  readonly text: string;
}

/** An exhibit with the fields that apply; the rest are null. Long texts are cut at 2,000 characters, and say so. */
export function exhibit(source: Partial<ExhibitSource> & { kind: string }, text: string, at: string | null = null): Exhibit {
  return { source: { namespace: null, name: null, container: null, field: null, ...source }, at, text: cutText(text, 2000) };
}

/** The text, or its beginning with a note of how long it was. */
export function cutText(text: string, mostCharacters: number): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)} … [cut, ${text.length} characters]`;
}

/** Why a rule that needs all of it cannot be ruled out: what is missing, in whole or in a decisive part; undefined where nothing is. */
export function lackOf(evidence: Evidence<unknown>): string | undefined {
  if (evidence.status === 'missing') return isNothingToRead(evidence.reason) ? undefined : evidence.why;
  const decisive = (evidence.gaps ?? []).filter(({ weight }) => weight !== 'minor');
  return decisive.length === 0 ? undefined : gapText(decisive);
}

/** What there may be more of than was read, in words; undefined where it was read to the end. */
export function opennessOf(evidence: Evidence<unknown>): string | undefined {
  const open = evidence.status === 'missing' ? [] : (evidence.gaps ?? []).filter(({ weight }) => weight === 'open');
  return open.length === 0 ? undefined : gapText(open);
}

/** Nothing is lacking: there is no such thing here to be read. */
export function isNothingToRead(reason: MissingReason): boolean {
  return reason === 'not-applicable' || reason === 'not-installed';
}

const mostGapsTold = 3;

/** What several gaps have to say: the first three reasons, and how many more there are. */
export function gapText(gaps: readonly Gap[]): string {
  const reasons = [...new Set(gaps.map(({ why }) => why))];
  const more = reasons.length - mostGapsTold;
  return `${reasons.slice(0, mostGapsTold).join('; ')}${more > 0 ? `; and ${more} more reads that failed` : ''}`;
}

/** The value of what a recording holds under a name, which the caller says the type of; undefined where it is missing. */
export function recorded<T>(recording: Recording, name: string): T | undefined {
  const evidence = recording[name];
  return evidence?.status === 'collected' ? (evidence.value as T) : undefined;
}

/** The value of collected evidence; undefined where it is missing. */
export function valueOf<T>(evidence: Evidence<T>): T | undefined {
  return evidence.status === 'collected' ? evidence.value : undefined;
}
