import type { Alert } from './alert.ts';
import type { Evidence } from './evidence.ts';
import type { Moment } from './moment.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

/** Something that a step reads. Its name is the key under which a rule finds the value. */
export interface Reading<Name extends string = string, Value = unknown> {
  readonly name: Name;
  /** What people call it: "the pod's events". */
  readonly what: string;
  /** Kinds of exhibits that come from it, so that a step can be shown with its evidence. */
  readonly shows: readonly string[];
  /** Carries the value's type; nothing is ever stored here. */
  readonly value?: Value;
  /** A rule that cites its step does without it, and gets its evidence instead of its value. */
  readonly dispensable?: true;
}

/** The same reading, but rules that cite its step do without it where it is missing. */
export function also<R extends Reading>(reading: R): R & { readonly dispensable: true } {
  return { ...reading, dispensable: true };
}

/** A numbered step of a playbook: what has to be read. */
export interface Step<R extends Reading = Reading> {
  readonly title: string;
  readonly readings: readonly R[];
}

/** What a rule knows besides the evidence. */
export interface Case extends Moment {
  readonly target: Target;
  readonly alert: Pick<Alert, 'alertname' | 'labels' | 'status'>;
}

/** A numbered rule of a diagnosis, as the evaluator sees it. */
export interface Rule {
  readonly title: string;
  /** The steps it cites: all their evidence must be there, otherwise the rule is unknown. */
  readonly from: readonly number[];
  /** The steps it can do without: it gets their evidence, collected or missing. */
  readonly optional: readonly number[];
  readonly decide: (values: Readonly<Record<string, unknown>>, at: Case) => Verdict;
}

export interface Runbook {
  readonly id: string;
  /** Names of the alerts it answers. */
  readonly alerts: readonly string[];
  readonly steps: Readonly<Record<number, Step>>;
  readonly rules: Readonly<Record<number, Rule>>;
  /** The closing paragraph: what is left to ask when the numbered rules have been asked. Its number is the one after the last rule. */
  readonly otherwise: readonly Rule[];
}

type Playbook = Readonly<Record<number, Step>>;
type ReadingsOf<P extends Playbook, N extends keyof P> = [N] extends [never] ? never : P[N] extends Step<infer R> ? R : never;
type ValueOf<R> = R extends Reading<string, infer V> ? V : never;
type Values<R extends Reading> = {
  readonly [X in R as X['name']]: X extends { readonly dispensable: true } ? Evidence<ValueOf<X>> : ValueOf<X>;
};
type Evidences<R extends Reading> = { readonly [X in R as X['name']]: Evidence<ValueOf<X>> };

/** A rule as it is written down: `decide` gets the values of the cited steps and the evidence of the optional ones. */
export interface RuleText<P extends Playbook, F extends keyof P, O extends keyof P> {
  readonly title: string;
  readonly from: readonly F[];
  readonly optional?: readonly O[];
  decide(values: Values<ReadingsOf<P, F>> & Evidences<ReadingsOf<P, Exclude<O, F>>>, at: Case): Verdict;
}

interface RuleOf<P extends Playbook> {
  <F extends keyof P>(text: RuleText<P, F, never> & { readonly optional?: never }): Rule;
  <F extends keyof P, O extends keyof P>(text: RuleText<P, F, O> & { readonly optional: readonly O[] }): Rule;
}

/** A step that reads all the readings given. */
export function step<const R extends readonly Reading[]>(title: string, ...readings: R): Step<R[number]> {
  return { title, readings };
}

/**
 * Begins a runbook: `.playbook({1: step(…)}).diagnosis((rule) => ({1: rule({…})})).otherwise((rule) => [rule({…})])`.
 *
 * The numbers are those of the written runbook. A number used twice, a step cited that does not exist and a value read
 * that is not cited do not compile.
 */
export function runbook(head: { readonly id: string; readonly alerts: readonly string[] }) {
  return {
    playbook<const P extends Playbook>(steps: P) {
      const rule: RuleOf<P> = <F extends keyof P, O extends keyof P>(text: RuleText<P, F, O>): Rule => ({
        title: text.title,
        from: text.from as readonly number[],
        optional: (text.optional ?? []) as readonly number[],
        decide: (values, at) => text.decide(values as Parameters<typeof text.decide>[0], at),
      });
      return {
        diagnosis(rules: (rule: RuleOf<P>) => Readonly<Record<number, Rule>>) {
          return {
            otherwise: (last: (rule: RuleOf<P>) => readonly Rule[]): Runbook => ({
              ...head,
              steps,
              rules: rules(rule),
              otherwise: last(rule),
            }),
          };
        },
      };
    },
  };
}

/** Steps in the order of their numbers. */
export function stepsOf(book: Runbook): readonly (readonly [number: number, step: Step])[] {
  return Object.entries(book.steps)
    .map(([number, value]) => [Number(number), value] as const)
    .toSorted(([a], [b]) => a - b);
}

/** Rules in the order of their numbers, the closing paragraph not among them. */
export function rulesOf(book: Runbook): readonly (readonly [number: number, rule: Rule])[] {
  return Object.entries(book.rules)
    .map(([number, value]) => [Number(number), value] as const)
    .toSorted(([a], [b]) => a - b);
}

/** Everything that the steps of the runbooks read; what several steps read comes once for each. */
export function readingsOf(books: readonly Runbook[]): readonly Reading[] {
  return books.flatMap(({ steps }) => Object.values(steps).flatMap(({ readings }) => readings));
}

/** The number of the closing paragraph. */
export function closingNumber(book: Runbook): number {
  return rulesOf(book).length + 1;
}
