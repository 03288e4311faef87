import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NaivePeer, type NaivePolicy, type NaivePort, type NaiveRule, naiveTiersReach } from './naive-tiers.ts';
import type { NaivePod } from './naive.ts';
import { asAdmin, asCluster, specOf } from './tier-spellings.ts';
import { ask, custom, namespace, netpol, pod, world, type Labels } from './support.ts';

const namespaces: Record<string, Labels> = { x: { env: 'prod', team: 'red' }, y: { env: 'prod' }, z: { team: 'red' } };
const withName = Object.fromEntries(
  Object.entries(namespaces).map(([name, labels]) => [name, { 'kubernetes.io/metadata.name': name, ...labels }]),
);
const naivePods: NaivePod[] = ['x', 'y', 'z'].flatMap((home, row) =>
  ['a', 'b'].map((name, column) => ({
    namespace: home,
    name,
    labels: { pod: name },
    ip: [10, 0, row, column + 1] as const,
    ports: [{ name: 'serve', port: column === 0 ? 80 : 81, protocol: 'TCP' }],
  })),
);
const pods = naivePods.map((each) =>
  pod(`${each.namespace}/${each.name}`, {
    labels: each.labels,
    address: each.ip.join('.'),
    ports: each.ports.map((port) => ({ ...port, container: 'main' })),
  }),
);

const ofNamespaces = fc.constantFrom<NaivePeer>(
  { namespaces: {} },
  { namespaces: { matchLabels: { env: 'prod' } } },
  { namespaces: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } },
  { namespaces: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] } },
);
const ofPods = fc
  .tuple(ofNamespaces, fc.constantFrom({}, { matchLabels: { pod: 'a' } }, { matchLabels: { pod: 'b' } }))
  .map(([outer, selector]): NaivePeer => ({ ...outer, pods: selector }));
const ofNetworks = fc.constantFrom<NaivePeer>({ network: '0.0.0.0/0' }, { network: '10.0.1.0/24' }, { network: '10.0.2.2/32' });
const port = fc.constantFrom<NaivePort>(
  { name: 'serve' },
  { protocol: 'TCP', first: 80, last: 80 },
  { protocol: 'TCP', first: 70, last: 81 },
  { protocol: 'UDP', first: 80, last: 80 },
);

const rules = (peer: fc.Arbitrary<NaivePeer>, actions: NaiveRule['action'][]) =>
  fc.array(
    fc.record({
      action: fc.constantFrom(...actions),
      peers: fc.array(peer, { minLength: 1, maxLength: 2 }),
      ports: fc.oneof(fc.constant([]), fc.array(port, { minLength: 1, maxLength: 2 })),
    }),
    { maxLength: 3 },
  );
const policy = (tier: NaivePolicy['tier'], actions: NaiveRule['action'][]) =>
  fc.record({
    tier: fc.constant(tier),
    subject: fc.oneof(ofNamespaces, ofPods),
    ingress: rules(fc.oneof(ofNamespaces, ofPods), actions),
    egress: rules(fc.oneof(ofNamespaces, ofPods, ofNetworks), actions),
  });
const every: NaiveRule['action'][] = ['allow', 'deny', 'pass'];
const core = fc.constantFrom(
  [],
  [netpol('x/closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })],
  [netpol('y/some', { podSelector: { matchLabels: { pod: 'a' } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] })],
  [
    netpol('z/out', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] }],
    }),
  ],
);
interface Query {
  readonly from: NaivePod;
  readonly to: NaivePod;
  readonly port: string;
}

const query: fc.Arbitrary<Query> = fc.record({
  from: fc.constantFrom(...naivePods),
  to: fc.constantFrom(...naivePods),
  port: fc.constantFrom('80/TCP', '81/TCP', '80/UDP', '82/TCP'),
});

/** Each with a priority of its own, for policies of equal priority may be applied in any order. */
const ranked = (list: readonly Omit<NaivePolicy, 'priority'>[]): NaivePolicy[] =>
  list.map((each, position) => ({ ...each, priority: ((position * 7) % 10) * 100 }));

type Policies = NonNullable<Parameters<typeof world>[0]['policies']>;

/** The connections of which the two evaluators say something different. */
function differences(list: readonly NaivePolicy[], policies: Policies, asked: readonly Query[]): string[] {
  const index = world({ pods, namespaces: Object.entries(namespaces).map(([name, labels]) => namespace(name, labels)), policies });
  const cluster = { namespaces: withName, policies: (policies.NetworkPolicy ?? []) as never[] };
  return asked.flatMap(({ from, to, port }) => {
    const [number, protocol = ''] = port.split('/');
    const expected = naiveTiersReach(cluster, list, { from, to, port: Number(number), protocol }) ? 'allowed' : 'blocked';
    const { verdict, egress, ingress } = ask(index, nameOf(from), nameOf(to), port);
    return verdict === expected
      ? []
      : [`${nameOf(from)} -> ${nameOf(to)} ${port}: ${verdict}, not ${expected}: ${egress.why}; ${ingress.why}`];
  });
}

const nameOf = ({ namespace: home, name }: NaivePod): string => `${home}/${name}`;

const queries = fc.array(query, { minLength: 1, maxLength: 20 });

describe('the tiers around NetworkPolicy agree with a plain reading of the API', () => {
  it('as AdminNetworkPolicies and the one BaselineAdminNetworkPolicy', () => {
    const baseline = fc.array(policy('Baseline', ['allow', 'deny']), { maxLength: 1 });
    const drawn = fc.record({ admin: fc.array(policy('Admin', every), { maxLength: 4 }), baseline, core, queries });
    fc.assert(
      fc.property(drawn, ({ admin, baseline: base, core: NetworkPolicy, queries: asked }) => {
        const [first, last] = [ranked(admin), ranked(base)];
        const policies = {
          AdminNetworkPolicy: first.map((each) => custom(`p${each.priority}`, { ...specOf(each, asAdmin), priority: each.priority })),
          BaselineAdminNetworkPolicy: last.map((each) => custom('default', specOf(each, asAdmin))),
          NetworkPolicy,
        };
        expect(differences([...first, ...last], policies, asked)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('as ClusterNetworkPolicies of both tiers', () => {
    const some = fc.array(fc.oneof(policy('Admin', every), policy('Baseline', every)), { maxLength: 6 });
    fc.assert(
      fc.property(some, core, queries, (drawn, networkPolicies, asked) => {
        const list = ranked(drawn);
        const ClusterNetworkPolicy = list.map((each) =>
          custom(`p${each.priority}`, { ...specOf(each, asCluster), tier: each.tier, priority: each.priority }),
        );
        expect(differences(list, { ClusterNetworkPolicy, NetworkPolicy: networkPolicies }, asked)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
