import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/network/cidr.ts';
import { buildPolicyIndex, type PolicyInputs } from '../../../src/network/policy/policy-index.ts';
import { asAdminKinds, core, every, nameOf, namespaces, pods, policy, query, type Query, ranked, type Tiers } from './tier-arbitraries.ts';
import { ask, namespace, node, type Labels } from './support.ts';

const tiers: fc.Arbitrary<Tiers> = fc
  .record({
    admin: fc.array(policy('Admin', every), { maxLength: 3 }),
    baseline: fc.array(policy('Baseline', ['allow', 'deny']), { maxLength: 1 }),
    NetworkPolicy: core,
  })
  .map(({ admin, baseline, NetworkPolicy }) => ({ ...asAdminKinds(ranked(admin), ranked(baseline)), NetworkPolicy }));
const labels = fc.constantFrom<Labels>({}, { env: 'prod' }, { team: 'red' }, { env: 'prod', team: 'red' }, { env: 'test' });
const queries = fc.array(query, { minLength: 5, maxLength: 20 });
const unread = { unread: 'not captured' };

/** All that is known, but for the changes. */
function inputs({ NetworkPolicy, ...admin }: Tiers, changes: Partial<PolicyInputs> = {}): PolicyInputs {
  const read = Object.entries({ ...admin, NetworkPolicy }).map(([kind, items]) => [kind, { items }]);
  return {
    pods: { items: pods },
    namespaces: { items: Object.entries(namespaces).map(([name, own]) => namespace(name, own)) },
    nodes: { items: [node('worker-1', '192.168.1.1')] },
    policies: Object.fromEntries(read) as PolicyInputs['policies'],
    ...changes,
  };
}

/** The connections on which less knowledge was sure of something that the whole does not say. */
function overconfident(less: PolicyInputs, whole: PolicyInputs, asked: readonly Query[]): string[] {
  const [dim, bright] = [buildPolicyIndex(less), buildPolicyIndex(whole)];
  return asked.flatMap(({ from, to, port }) => {
    const [said, holds] = [dim, bright].map((index) => ask(index, nameOf(from), nameOf(to), port));
    if (said?.verdict === 'unknown' || said?.verdict === holds?.verdict) return [];
    return [`${nameOf(from)} -> ${nameOf(to)} ${port}: ${said?.verdict}, but ${holds?.verdict}: ${said?.egress.why}; ${said?.ingress.why}`];
  });
}

describe('a verdict without all the facts holds whatever the missing ones are', () => {
  it('as the labels of a namespace', () => {
    fc.assert(
      fc.property(tiers, labels, queries, (policies, own, asked) => {
        const others = ['y', 'z'].map((name) => namespace(name, namespaces[name]));
        const less = inputs(policies, { namespaces: { items: others } });
        const whole = inputs(policies, { namespaces: { items: [...others, namespace('x', own)] } });
        expect(overconfident(less, whole, asked)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('as the labels of every namespace', () => {
    fc.assert(
      fc.property(tiers, fc.tuple(labels, labels, labels), queries, (policies, [x, y, z], asked) => {
        const whole = inputs(policies, { namespaces: { items: [namespace('x', x), namespace('y', y), namespace('z', z)] } });
        expect(overconfident(inputs(policies, { namespaces: unread }), whole, asked)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'NetworkPolicy'] as const)('as what there is of %s', (kind) => {
    fc.assert(
      fc.property(tiers, queries, (policies, asked) => {
        const whole = inputs(policies);
        const less = { ...whole, policies: { ...whole.policies, [kind]: unread } };
        expect(overconfident(less, whole, asked)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['AdminNetworkPolicy', 'NetworkPolicy'] as const)('as some of %s', (kind) => {
    fc.assert(
      fc.property(tiers, queries, (policies, asked) => {
        const whole = inputs(policies);
        const less = { ...whole, policies: { ...whole.policies, [kind]: { items: (policies[kind] ?? []).slice(1), partial: 'cut off' } } };
        expect(overconfident(less as PolicyInputs, whole, asked)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('as the address of a pod', () => {
    const address = fc.constantFrom('10.0.0.9', '10.0.1.9', '10.0.2.2', '203.0.113.9');
    fc.assert(
      fc.property(tiers, fc.nat(pods.length - 1), address, queries, (...[policies, place, text, asked]) => {
        const at = (addresses: string[]) => ({
          items: pods.with(place, { ...pods[place], addresses: addresses.flatMap((each) => parseAddress(each) ?? []) } as (typeof pods)[0]),
        });
        expect(overconfident(inputs(policies, { pods: at([]) }), inputs(policies, { pods: at([text]) }), asked)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
