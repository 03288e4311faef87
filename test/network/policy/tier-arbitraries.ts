import * as fc from 'fast-check';
import type { CustomObject, NetworkPolicy } from '../../../src/cluster/wire.ts';
import type { NaivePeer, NaivePolicy, NaivePort, NaiveRule } from './naive-tiers.ts';
import type { NaivePod } from './naive.ts';
import { asAdmin, asCluster, specOf } from './tier-spellings.ts';
import { custom, netpol, pod, type Labels } from './support.ts';

/** The labels of three namespaces, each with pods a and b. */
export const namespaces: Record<string, Labels> = { x: { env: 'prod', team: 'red' }, y: { env: 'prod' }, z: { team: 'red' } };
export const withName = Object.fromEntries(
  Object.entries(namespaces).map(([name, labels]) => [name, { 'kubernetes.io/metadata.name': name, ...labels }]),
);
export const naivePods: NaivePod[] = ['x', 'y', 'z'].flatMap((home, row) =>
  ['a', 'b'].map((name, column) => ({
    namespace: home,
    name,
    labels: { pod: name },
    ip: [10, 0, row, column + 1] as const,
    ports: [{ name: 'serve', port: column === 0 ? 80 : 81, protocol: 'TCP' }],
  })),
);
export const pods = naivePods.map((each) =>
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
/** A policy of that tier with rules of those actions, before it is spelled as a kind. */
export const policy = (tier: NaivePolicy['tier'], actions: NaiveRule['action'][]) =>
  fc.record({
    tier: fc.constant(tier),
    subject: fc.oneof(ofNamespaces, ofPods),
    ingress: rules(fc.oneof(ofNamespaces, ofPods), actions),
    egress: rules(fc.oneof(ofNamespaces, ofPods, ofNetworks), actions),
  });
export const every: NaiveRule['action'][] = ['allow', 'deny', 'pass'];
/** NetworkPolicies beside it. */
export const core = fc.constantFrom(
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
export interface Query {
  readonly from: NaivePod;
  readonly to: NaivePod;
  readonly port: string;
}

export const query: fc.Arbitrary<Query> = fc.record({
  from: fc.constantFrom(...naivePods),
  to: fc.constantFrom(...naivePods),
  port: fc.constantFrom('80/TCP', '81/TCP', '80/UDP', '82/TCP'),
});

/** Each with a priority of its own, for policies of equal priority may be applied in any order. */
export const ranked = (list: readonly Omit<NaivePolicy, 'priority'>[]): NaivePolicy[] =>
  list.map((each, position) => ({ ...each, priority: ((position * 7) % 10) * 100 }));

export const nameOf = ({ namespace: home, name }: NaivePod): string => `${home}/${name}`;

/** Kinds of policy and what there is of each. */
export interface Tiers {
  readonly AdminNetworkPolicy?: readonly CustomObject[];
  readonly BaselineAdminNetworkPolicy?: readonly CustomObject[];
  readonly ClusterNetworkPolicy?: readonly CustomObject[];
  readonly NetworkPolicy: readonly NetworkPolicy[];
}

/** The policies, each with its priority, as AdminNetworkPolicies and the BaselineAdminNetworkPolicy. */
export const asAdminKinds = (admin: readonly NaivePolicy[], baseline: readonly NaivePolicy[]): Omit<Tiers, 'NetworkPolicy'> => ({
  AdminNetworkPolicy: admin.map((each) => custom(`p${each.priority}`, { ...specOf(each, asAdmin), priority: each.priority })),
  BaselineAdminNetworkPolicy: baseline.map((each) => custom('default', specOf(each, asAdmin))),
});

/** The policies as ClusterNetworkPolicies of their tiers. */
export const asClusterKind = (list: readonly NaivePolicy[]): Omit<Tiers, 'NetworkPolicy'> => ({
  ClusterNetworkPolicy: list.map((each) =>
    custom(`p${each.priority}`, { ...specOf(each, asCluster), tier: each.tier, priority: each.priority }),
  ),
});
