import type { CustomObject, Namespace, NetworkPolicy, Node } from '../../../src/cluster/wire.ts';
import { parseAddress } from '../../../src/network/cidr.ts';
import type { PolicyPod, Protocol } from '../../../src/network/policy/endpoint.ts';
import { buildPolicyIndex, type PolicyIndex, type PolicyInputs, type Reading } from '../../../src/network/policy/policy-index.ts';
import { reach, type ReachResult } from '../../../src/network/policy/reach.ts';

export type Labels = Record<string, string>;

/** A running pod `namespace/name` on worker-1 with one address, and port 80 named http. */
export function pod(fullName: string, changes: Partial<Omit<PolicyPod, 'addresses'>> & { address?: string | null } = {}): PolicyPod {
  const [namespace = '', name = ''] = fullName.split('/');
  const { address, ...rest } = changes;
  const text = address === undefined ? `10.244.${hash(namespace)}.${hash(name)}` : address;
  const parsed = parseAddress(text ?? '');
  return {
    namespace,
    name,
    labels: { app: name },
    addresses: parsed === undefined ? [] : [parsed],
    node: 'worker-1',
    nodeAddresses: [],
    hostNetwork: false,
    serviceAccount: 'default',
    finished: false,
    ports: [{ name: 'http', port: 80, protocol: 'TCP', container: 'main' }],
    workload: null,
    ...rest,
  };
}

function hash(text: string): number {
  return Array.from(text).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 251, 7);
}

export function namespace(name: string, labels: Labels = {}): Namespace {
  return { metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } } };
}

export function node(name: string, address: string, labels: Labels = {}): Node {
  return { metadata: { name, labels }, status: { addresses: [{ type: 'InternalIP', address }] } };
}

/** A NetworkPolicy `namespace/name`. */
export function netpol(fullName: string, spec: NonNullable<NetworkPolicy['spec']>): NetworkPolicy {
  const [namespace = '', name = ''] = fullName.split('/');
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name }, spec };
}

/** A custom policy; `namespace/name`, or a bare name where it is cluster-scoped. */
export function custom(fullName: string, spec: Record<string, unknown>): CustomObject {
  const [first = '', second] = fullName.split('/');
  return { metadata: second === undefined ? { name: first } : { namespace: first, name: second }, spec };
}

export interface World {
  readonly pods?: readonly PolicyPod[];
  readonly namespaces?: readonly Namespace[];
  readonly nodes?: readonly Node[];
  readonly policies?: { readonly [K in keyof PolicyInputs['policies']]?: readonly unknown[] };
}

const defaultPods = [pod('shop/web'), pod('shop/api'), pod('bank/web'), pod('bank/ledger')];
const defaultNamespaces = [namespace('shop', { team: 'red' }), namespace('bank', { team: 'blue' })];
const defaultNodes = [node('worker-1', '192.168.1.1', { zone: 'a' }), node('worker-2', '192.168.1.2', { zone: 'b' })];

/** A small cluster: pods web and api in shop (team red), web and ledger in bank (team blue), two nodes. */
export function world({ pods = defaultPods, namespaces = defaultNamespaces, nodes = defaultNodes, policies = {} }: World): PolicyIndex {
  const readings = Object.entries(policies).map(([kind, items]) => [kind, { items: items ?? [] } satisfies Reading<unknown>]);
  return buildPolicyIndex({
    pods: { items: pods },
    namespaces: { items: namespaces },
    nodes: { items: nodes },
    policies: Object.fromEntries(readings) as PolicyInputs['policies'],
  });
}

/** Who connects to whom; the port is 80/TCP unless said otherwise. */
export type Connection = [from: string, to: string, port?: string | undefined];

/** The result of `from -> to port/protocol`; throws where the query cannot be asked. */
export function ask(index: PolicyIndex, ...[from, to, port = '80/TCP']: Connection): ReachResult {
  const [number, protocol] = port.split('/');
  const result = reach(index, { from, to, port: Number(number), protocol: (protocol ?? 'TCP') as Protocol });
  if ('error' in result) throw new Error(result.error);
  return result;
}

/** Whether one NetworkPolicy in shop, of the spec given, lets `from` connect to `to`. */
export function verdictUnder(spec: NonNullable<NetworkPolicy['spec']>, ...connection: Connection): string {
  return ask(world({ policies: { NetworkPolicy: [netpol('shop/policy', spec)] } }), ...connection).verdict;
}
