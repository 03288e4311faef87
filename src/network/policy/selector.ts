import type { LabelSelector } from '../../cluster/wire.ts';
import { type Doubt, every, isDoubt, type Match, not } from './match.ts';
import { isSpec, listOf, textIn } from './spec.ts';

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

/** Selects all there is. */
export const everything: Selector = { text: 'all', matches: () => true };

/** A Kubernetes label selector; `{}` selects everything. One that the API server would refuse is a doubt. */
export function labelSelector(selector: LabelSelector | null | undefined): Selector {
  const spec: unknown = selector ?? {};
  const expressions = isSpec(spec) ? listOf(spec['matchExpressions']) : undefined;
  const pairs = isSpec(spec) ? (spec['matchLabels'] ?? {}) : undefined;
  if (expressions === undefined || !isSpec(pairs)) return invalid(JSON.stringify(selector));
  const all = [...Object.entries(pairs).map(([key, value]) => equal(key, value)), ...expressions.map(requirement)];
  if (all.length === 0) return everything;
  return { text: all.map(({ text }) => text).join(','), matches: (labels) => every(all, ({ matches }) => matches(labels)) };
}

function invalid(text: string): Selector {
  return { text, matches: () => ({ doubt: `the selector "${text}" is not valid` }) };
}

function equal(key: string, expected: unknown): Selector {
  if (typeof expected !== 'string') return invalid(`${key}=${JSON.stringify(expected)}`);
  return { text: `${key}=${expected}`, matches: (labels) => testLabel(labels, key, (value) => value === expected) };
}

/** One `matchExpressions` item. `NotIn` holds for a label that is absent (`labels.Requirement.Matches` of apimachinery). */
function requirement(expression: unknown): Selector {
  const key = isSpec(expression) ? textIn(expression, 'key') : undefined;
  const given = isSpec(expression) ? listOf(expression['values']) : undefined;
  const values = given?.filter((value) => typeof value === 'string');
  if (!isSpec(expression) || key === undefined || values?.length !== given?.length || values === undefined)
    return invalid(JSON.stringify(expression));
  const operator = textIn(expression, 'operator') ?? '';
  const isOneOf = (labels: Labels): Match => testLabel(labels, key, (value) => value !== undefined && values.includes(value));
  const exists = (labels: Labels): Match => testLabel(labels, key, (value) => value !== undefined);
  const list = `(${values.join(',')})`;
  if (operator === 'In' && values.length > 0) return { text: `${key} in ${list}`, matches: isOneOf };
  if (operator === 'NotIn' && values.length > 0) return { text: `${key} notin ${list}`, matches: (labels) => not(isOneOf(labels)) };
  if (operator === 'Exists' && values.length === 0) return { text: key, matches: exists };
  if (operator === 'DoesNotExist' && values.length === 0) return { text: `!${key}`, matches: (labels) => not(exists(labels)) };
  return invalid(`${key} ${operator} ${list}`);
}
