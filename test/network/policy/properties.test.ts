import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../../src/cluster/wire.ts';
import { naiveReach, type NaivePod } from './naive.ts';
import { ask, namespace, netpol, pod, world, type Labels } from './support.ts';

const namespaces: Record<string, Labels> = { x: { env: 'prod', team: 'red' }, y: { env: 'prod' }, z: { team: 'red' } };
const withName = Object.fromEntries(
  Object.entries(namespaces).map(([name, labels]) => [name, { 'kubernetes.io/metadata.name': name, ...labels }]),
);

const naivePods: NaivePod[] = ['x', 'y', 'z'].flatMap((home, row) =>
  ['a', 'b', 'c'].map((name, column) => ({
    namespace: home,
    name,
    labels: { pod: name, ...(column === 2 ? {} : { tier: 'front' }) },
    ip: [10, 0, row, column + 1] as const,
    ports: [
      { name: 'serve', port: column === 0 ? 80 : 81, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  })),
);

const pods = naivePods.map((each) =>
  pod(`${each.namespace}/${each.name}`, {
    labels: each.labels,
    address: each.ip.join('.'),
    ports: each.ports.map((port) => ({ ...port, container: 'main' })),
  }),
);

function index(policies: readonly NetworkPolicy[]) {
  return world({
    pods,
    namespaces: Object.entries(namespaces).map(([name, labels]) => namespace(name, labels)),
    policies: { NetworkPolicy: policies },
  });
}

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom('pod', 'tier', 'env', 'team'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.subarray(['a', 'b', 'front', 'prod', 'red'], { minLength: 1 }),
  }),
  fc.record({ key: fc.constantFrom('pod', 'tier', 'env', 'team'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);

const podSelector = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: fc.constantFrom<Labels>({ pod: 'a' }, { pod: 'b' }, { tier: 'front' }, { pod: 'c', tier: 'front' }) }),
  fc.record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) }),
);
const namespaceSelector = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: fc.constantFrom<Labels>({ env: 'prod' }, { team: 'red' }, { 'kubernetes.io/metadata.name': 'y' }) }),
  fc.record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) }),
);

const peer = fc.oneof(
  fc.record({ podSelector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector, namespaceSelector }),
  fc.record({
    ipBlock: fc.constantFrom<{ cidr: string; except?: string[] }>(
      { cidr: '10.0.0.0/16' },
      { cidr: '10.0.1.0/24' },
      { cidr: '10.0.0.0/22', except: ['10.0.1.0/24', '10.0.0.2/32'] },
      { cidr: '0.0.0.0/0', except: ['10.0.2.0/24'] },
    ),
  }),
);
const port = fc.constantFrom<{ port?: number | string; protocol?: string; endPort?: number }>(
  {},
  { port: 80 },
  { port: 81, protocol: 'TCP' },
  { port: 53, protocol: 'UDP' },
  { protocol: 'UDP' },
  { port: 'serve' },
  { port: 'dns', protocol: 'UDP' },
  { port: 'dns' },
  { port: 50, endPort: 80 },
  { port: 132, protocol: 'SCTP' },
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const rule = (key: 'from' | 'to') =>
  fc
    .record({ peers: optional(fc.array(peer, { maxLength: 3 })), ports: optional(fc.array(port, { maxLength: 3 })) })
    .map(({ peers, ports }) => ({ ...(peers && { [key]: peers }), ...(ports && { ports }) }));
const spec = fc
  .record({
    podSelector,
    ingress: optional(fc.array(rule('from'), { maxLength: 3 })),
    egress: optional(fc.array(rule('to'), { maxLength: 3 })),
    policyTypes: fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  })
  .map(
    (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as NonNullable<NetworkPolicy['spec']>,
  );
const policies = fc
  .array(fc.tuple(fc.constantFrom('x', 'y', 'z'), spec), { maxLength: 5 })
  .map((list) => list.map(([home, fields], number) => netpol(`${home}/p${number}`, fields)));

const query = fc.record({
  from: fc.integer({ min: 0, max: 8 }),
  to: fc.integer({ min: 0, max: 8 }),
  port: fc.constantFrom('80/TCP', '81/TCP', '53/UDP', '53/TCP', '132/SCTP', '60/TCP'),
});

const nameOf = (number: number): string => `${naivePods[number]?.namespace}/${naivePods[number]?.name}`;

describe('laws of NetworkPolicy', () => {
  it('agrees with a plain reading of the documentation', () => {
    fc.assert(
      fc.property(policies, fc.array(query, { minLength: 1, maxLength: 20 }), (list, queries) => {
        const built = index(list);
        for (const each of queries) {
          const [from, to] = [naivePods[each.from], naivePods[each.to]];
          const [number, protocol = ''] = each.port.split('/');
          const expected = from && to && naiveReach({ namespaces: withName, policies: list }, { from, to, port: Number(number), protocol });
          expect(ask(built, nameOf(each.from), nameOf(each.to), each.port).verdict).toBe(expected ? 'allowed' : 'blocked');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never blocks by an additional allow rule', () => {
    fc.assert(
      fc.property(policies, query, rule('from'), rule('to'), fc.nat(), (...[before, each, from, to, pick]) => {
        const after = before.map((policy, number) =>
          number !== pick % Math.max(1, before.length)
            ? policy
            : {
                ...policy,
                spec: {
                  policyTypes: typesOf(policy),
                  ...policy.spec,
                  ingress: [...(policy.spec?.ingress ?? []), from],
                  egress: [...(policy.spec?.egress ?? []), to],
                },
              },
        ) as NetworkPolicy[];
        const verdict = (set: readonly NetworkPolicy[]) => ask(index(set), nameOf(each.from), nameOf(each.to), each.port).verdict;
        fc.pre(verdict(before) === 'allowed');
        expect(verdict(after)).toBe('allowed');
      }),
    );
  });

  it('does not depend on the order of policies, rules, peers or ports', () => {
    fc.assert(
      fc.property(policies, query, (list, each) => {
        const reversed = list.toReversed().map((policy) => reverse(policy)) as NetworkPolicy[];
        const [one, other] = [list, reversed].map((set) => ask(index(set), nameOf(each.from), nameOf(each.to), each.port));
        expect(other).toEqual(one);
      }),
    );
  });

  it('leaves a pod open that nothing selects', () => {
    fc.assert(
      fc.property(policies, query, (list, each) => {
        const elsewhere = list.filter(({ metadata }) => metadata?.namespace === 'z');
        fc.pre(!nameOf(each.from).startsWith('z') && !nameOf(each.to).startsWith('z'));
        expect(ask(index(elsewhere), nameOf(each.from), nameOf(each.to), each.port).verdict).toBe('allowed');
      }),
    );
  });

  it('takes {} for everyone, as a pod selector and as a namespace selector', () => {
    const open = netpol('x/open', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] });
    fc.assert(
      fc.property(query, (each) => {
        expect(ask(index([open]), nameOf(each.from), nameOf(each.to), each.port).verdict).toBe('allowed');
      }),
    );
    const shut = netpol('x/shut', { podSelector: {} });
    const verdicts = ['a', 'b', 'c'].map((name) => ask(index([shut]), 'y/a', `x/${name}`).verdict);
    expect(verdicts).toEqual(['blocked', 'blocked', 'blocked']);
  });
});

function typesOf({ spec }: NetworkPolicy): string[] {
  return spec?.policyTypes ?? ['Ingress', ...((spec?.egress ?? []).length > 0 ? ['Egress'] : [])];
}

function reverse(value: unknown): unknown {
  if (Array.isArray(value)) return value.toReversed().map(reverse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reverse(inner)]));
}
