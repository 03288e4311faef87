import type { CauseId } from './causes.ts';
import type { Exhibit } from './evidence.ts';

/** `certain` is direct proof, `likely` one inference, `possible` a hint. */
export type Confidence = 'certain' | 'likely' | 'possible';

const confidences: readonly Confidence[] = ['certain', 'likely', 'possible'];

/** For sorting: the best founded first. */
export function byConfidence(a: { readonly confidence: Confidence }, b: { readonly confidence: Confidence }): number {
  return confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence);
}

/** What a finding is about, e.g. the plugin's pod, the node, the policy. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

export interface NextAction {
  readonly title: string;
  readonly command: string;
  readonly risk: 'read-only' | 'disruptive';
}

/** How near a finding is to what the alert is about. */
export type Nearness = 'target' | 'node' | 'cluster';

/** A cause that a rule named, with its proof. At least one exhibit: nothing is claimed without evidence. */
export interface Finding {
  readonly cause: CauseId;
  readonly detail: string | null;
  /** One line with names in it: "Pod CIDR of node worker-3 has no free address". */
  readonly title: string;
  readonly subject: Subject;
  readonly confidence: Confidence;
  /** One or two sentences with the figures and names that prove it. */
  readonly summary: string;
  readonly exhibits: readonly [Exhibit, ...Exhibit[]];
  readonly nearness: Nearness;
  /** RFC 3339 of its latest sign; null where it is a state without a time. */
  readonly at: string | null;
  readonly actions: readonly NextAction[];
  /** Causes that this very finding brings about, beyond what the catalogue says of its cause; it wins over the catalogue. */
  readonly explains?: readonly CauseId[];
}

/** A rule's answer. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly kind: 'ruled-out'; readonly why: string; readonly exhibits: readonly Exhibit[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** The rule holds: it names one cause, or several that stand side by side. */
export function confirmed(first: Finding, ...more: Finding[]): Verdict {
  return { kind: 'confirmed', findings: [first, ...more] };
}

/** The rule does not hold; `why` says what was seen instead. */
export function ruledOut(why: string, exhibits: readonly Exhibit[] = []): Verdict {
  return { kind: 'ruled-out', why, exhibits };
}

const inapplicable = 'does not apply: ';

/** The rule's own "if" does not hold; `why` says why it is not asked. */
export function doesNotApply(why: string): Verdict {
  return ruledOut(`${inapplicable}${why}`);
}

/** Whether a ruled-out rule's reason is that it was not asked at all. */
export function isInapplicable({ why }: { readonly why: string }): boolean {
  return why.startsWith(inapplicable);
}

/** What was read does not decide the rule. */
export function unknown(why: string): Verdict {
  return { kind: 'unknown', why };
}

/** Confirmed when there is a finding, otherwise ruled out with the reason given. */
export function confirmedOr(findings: readonly Finding[], otherwise: string): Verdict {
  const [first, ...more] = findings;
  return first === undefined ? ruledOut(otherwise) : confirmed(first, ...more);
}
