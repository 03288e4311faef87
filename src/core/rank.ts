import { explains } from './causes.ts';
import { byConfidence } from './verdict.ts';
import type { Finding, Nearness } from './verdict.ts';

/** A finding and the rule that made it. */
export interface RankedFinding {
  readonly finding: Finding;
  readonly runbook: string;
  readonly rule: number;
}

export interface Ranking {
  /** The root cause; null when nothing was found. */
  readonly root: RankedFinding | null;
  /** True, but explained by the root cause. */
  readonly symptoms: readonly RankedFinding[];
  /** The rest, best first. */
  readonly alternatives: readonly RankedFinding[];
}

const nearnessOrder: Record<Nearness, number> = { target: 0, node: 1, cluster: 2 };

/** Whether `one` brings `other` about. A mere hint explains nothing that is better founded than itself. */
function bringsAbout(one: Finding, other: Finding): boolean {
  if (one === other || (one.confidence === 'possible' && other.confidence !== 'possible')) return false;
  if (one.explains?.includes(other.cause) === true) return true;
  return explains(one.cause, other.cause) && other.explains?.includes(one.cause) !== true;
}

/** What nothing explains comes first. */
function byWeight(findings: readonly RankedFinding[]): (a: RankedFinding, b: RankedFinding) => number {
  const explained = new Map(findings.map((one) => [one, findings.some((other) => bringsAbout(other.finding, one.finding)) ? 1 : 0]));
  const recency = ({ finding }: RankedFinding): number => (finding.at === null ? 0 : Date.parse(finding.at) || 0);
  return (a, b) =>
    (explained.get(a) ?? 0) - (explained.get(b) ?? 0) ||
    byConfidence(a.finding, b.finding) ||
    nearnessOrder[a.finding.nearness] - nearnessOrder[b.finding.nearness] ||
    recency(b) - recency(a) ||
    a.rule - b.rule ||
    compared(a.finding.cause, b.finding.cause) ||
    compared(nameOf(a.finding), nameOf(b.finding));
}

/** By character codes, which every machine orders alike. */
function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function nameOf({ subject }: Finding): string {
  return JSON.stringify([subject.name, subject.namespace, subject.kind]);
}

/**
 * The findings in the order of what explains what: the root cause, its symptoms, and what else was found.
 *
 * Not explained by another finding first, then confidence, nearness to the target, recency, rule order, and at last
 * names, so that the same findings always give the same order whatever order they came in.
 */
export function rank(findings: readonly RankedFinding[]): Ranking {
  const merged = mergeSame(findings);
  const [root, ...rest] = merged.toSorted(byWeight(merged));
  if (root === undefined) return { root: null, symptoms: [], alternatives: [] };
  const brought = broughtAbout(root, rest);
  // The same cause elsewhere stands beside the root cause, whatever lies between them.
  const isSymptom = (one: RankedFinding): boolean => brought.has(one) && one.finding.cause !== root.finding.cause;
  return { root, symptoms: rest.filter(isSymptom), alternatives: rest.filter((one) => !isSymptom(one)) };
}

/** What the root cause brings about, and what that brings about in turn. */
function broughtAbout(root: RankedFinding, rest: readonly RankedFinding[]): ReadonlySet<RankedFinding> {
  const brought = new Set<RankedFinding>();
  const open = [root];
  for (let cause = open.pop(); cause !== undefined; cause = open.pop()) {
    for (const one of rest) {
      if (brought.has(one) || !bringsAbout(cause.finding, one.finding)) continue;
      brought.add(one);
      open.push(one);
    }
  }
  return brought;
}

/**
 * One entry for each cause and subject, and for each cause that rests on the same proof, whatever it was said of: the
 * best founded says it, the others add their proof.
 */
function mergeSame(findings: readonly RankedFinding[]): readonly RankedFinding[] {
  const byKey = new Map<string, RankedFinding>();
  const strongestFirst = findings.toSorted(
    (a, b) =>
      byConfidence(a.finding, b.finding) ||
      Number(a.finding.detail === null) - Number(b.finding.detail === null) ||
      compared(a.runbook, b.runbook) ||
      a.rule - b.rule ||
      nearnessOrder[a.finding.nearness] - nearnessOrder[b.finding.nearness] ||
      compared(nameOf(a.finding), nameOf(b.finding)),
  );
  for (const one of strongestFirst) {
    const { cause, subject } = one.finding;
    const alike = [...byKey].find(([, { finding }]) => restsOnTheSame(finding, one.finding));
    const key = alike?.[0] ?? JSON.stringify([cause, subject.kind, subject.namespace, subject.name]);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? one : { ...merge(known, one), ...firstRunbook(known, one) });
  }
  return [...byKey.values()];
}

function restsOnTheSame(known: Finding, { cause, detail, exhibits: [proof] }: Finding): boolean {
  if (known.cause !== cause || known.detail !== detail) return false;
  return known.exhibits.some(({ source, text }) => text === proof.text && JSON.stringify(source) === JSON.stringify(proof.source));
}

/** Where rules of both runbooks name one cause, the alphabetically first runbook has it: PodIPConflict before PodIPNotReachable. */
function firstRunbook(a: RankedFinding, b: RankedFinding): Pick<RankedFinding, 'runbook' | 'rule'> {
  const first = a.runbook <= b.runbook ? a : b;
  return { runbook: first.runbook, rule: first.rule };
}

function merge(strong: RankedFinding, weak: RankedFinding): RankedFinding {
  const { finding } = strong;
  const seen = new Set(finding.exhibits.map((one) => JSON.stringify(one)));
  const more = weak.finding.exhibits.filter((one) => !seen.has(JSON.stringify(one)));
  const explained = [...new Set([...(finding.explains ?? []), ...(weak.finding.explains ?? [])])];
  return {
    ...strong,
    finding: {
      ...finding,
      detail: finding.detail ?? weak.finding.detail,
      exhibits: [...finding.exhibits, ...more],
      at: later(finding.at, weak.finding.at),
      ...(explained.length === 0 ? {} : { explains: explained }),
    },
  };
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
