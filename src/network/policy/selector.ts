import type { LabelSelector } from '../../cluster/wire.ts';
import { type Doubt, every, isDoubt, type Match, not, some } from './match.ts';

/** The labels of one thing: the value of a key, undefined where it has none, a doubt where its labels were not read. */
export type Labels = (key: string) => string | undefined | Doubt;

/** A compiled selector with its words for people. */
export interface Selector {
  readonly text: string;
  readonly matches: (labels: Labels) => Match;
}

/** The labels of an object that was read in full. */
export function knownLabels(values: Readonly<Record<string, string>>): Labels {
  return (key) => (Object.hasOwn(values, key) ? values[key] : undefined);
}

/** What a label says: `accept` is asked of its value, undefined where there is none. */
export function testLabel(labels: Labels, key: string, accept: (value: string | undefined) => boolean): Match {
  const value = labels(key);
  return isDoubt(value) ? value : accept(value);
}

export const everything: Selector = { text: 'all', matches: () => true };

interface Requirement {
  readonly text: string;
  readonly matches: (labels: Labels) => Match;
}

/** A Kubernetes label selector; `{}` selects everything. An expression that the API server would refuse is a doubt. */
export function labelSelector(selector: LabelSelector | null | undefined): Selector {
  const pairs = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => equal(key, value));
  const expressions = (selector?.matchExpressions ?? []).map(requirement);
  const all = [...pairs, ...expressions];
  if (all.length === 0) return everything;
  return { text: all.map(({ text }) => text).join(','), matches: (labels) => every(all, ({ matches }) => matches(labels)) };
}

function equal(key: string, expected: string): Requirement {
  return { text: `${key}=${expected}`, matches: (labels) => testLabel(labels, key, (value) => value === expected) };
}

/** One `matchExpressions` item. `NotIn` holds for a label that is absent (`labels.Requirement.Matches` of apimachinery). */
export function requirement(expression: { key: string; operator: string; values?: readonly string[] | null }): Requirement {
  const { key, operator } = expression;
  const values = (expression.values ?? []).map(String);
  const isOneOf = (labels: Labels): Match => testLabel(labels, key, (value) => value !== undefined && values.includes(value));
  const exists = (labels: Labels): Match => testLabel(labels, key, (value) => value !== undefined);
  const list = `(${values.join(',')})`;
  if (operator === 'In' && values.length > 0) return { text: `${key} in ${list}`, matches: isOneOf };
  if (operator === 'NotIn' && values.length > 0) return { text: `${key} notin ${list}`, matches: (labels) => not(isOneOf(labels)) };
  if (operator === 'Exists' && values.length === 0) return { text: key, matches: exists };
  if (operator === 'DoesNotExist' && values.length === 0) return { text: `!${key}`, matches: (labels) => not(exists(labels)) };
  const text = `${key} ${operator} ${list}`;
  return { text, matches: () => ({ doubt: `the selector expression "${text}" is not valid` }) };
}

/** Either selector. */
export function anyOf(selectors: readonly Selector[]): Selector {
  return { text: selectors.map(({ text }) => text).join(' or '), matches: (labels) => some(selectors, ({ matches }) => matches(labels)) };
}
