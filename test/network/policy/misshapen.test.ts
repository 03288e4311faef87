import { describe, expect, it } from 'vitest';
import { ask, custom, namespace, pod, world } from './support.ts';
import { samples } from './whole-policies.ts';

const others: readonly unknown[] = ['word', 7, true, {}, { word: 1 }, [], ['word'], [{}]];

/** Where something stands that can be replaced, the whole of the spec first. */
function placesIn(value: unknown): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner).map((place) => [key, ...place]))];
}

/** The value with what `change` makes of the part at that place. */
function changed(value: unknown, [key, ...rest]: readonly string[], change: (part: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const entries = Object.entries(value as object).map(([name, inner]) => [name, name === key ? changed(inner, rest, change) : inner]);
  return Array.isArray(value) ? entries.map(([, inner]: unknown[]) => inner) : Object.fromEntries(entries);
}

/** Texts and numbers count as one, for YAML makes numbers of texts that somebody forgot to quote. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'number' ? 'string' : typeof value;
}

function verdictUnder(kind: string, spec: unknown): string {
  const isNamespaced = ['NetworkPolicy', 'CiliumNetworkPolicy'].includes(kind);
  const object = { ...custom(isNamespaced ? 'b/policy' : 'default', {}), spec };
  const pods = ['a/p', 'b/p'].map((name, row) => pod(name, { labels: { app: 'p' }, address: `10.0.${row}.1` }));
  const namespaces = ['a', 'b'].map((name) => namespace(name, { team: name }));
  return ask(world({ pods, namespaces, policies: { [kind]: [object] } }), 'a/p', 'b/p').verdict;
}

describe('a policy with something of another shape at any place', () => {
  it.each(samples)('leaves open what the policy decides: %s', (_what, kind, spec) => {
    expect(verdictUnder(kind, spec)).not.toBe('unknown');
    const guessed = placesIn(spec).flatMap((place) =>
      others.flatMap((other) => {
        const wrong = changed(spec, place, (part) => (typeOf(part) === typeOf(other) ? undefined : other));
        const isSame = JSON.stringify(wrong) === JSON.stringify(changed(spec, place, () => undefined));
        return isSame || verdictUnder(kind, wrong) === 'unknown' ? [] : [`${place.join('.')}: ${JSON.stringify(other)}`];
      }),
    );
    expect(guessed).toEqual([]);
  });
});
