import { once } from '../../core/once.ts';
import type { Kind, Kinds, policyKinds } from '../../cluster/kinds.ts';
import type { CustomObject, Namespace, NetworkPolicy, Node } from '../../cluster/wire.ts';
import { type Address, formatAddress, parseAddress } from '../cidr.ts';
import { nodesByName } from '../nodes-by-name.ts';
import { adminPolicy } from './admin-policy.ts';
import { antreaPolicy } from './antrea.ts';
import { withoutMirrors } from './calico-mirrors.ts';
import { calicoPolicy, networkPolicyOrder, defaultTier } from './calico.ts';
import { calicoTiers, type CalicoTier } from './calico-tiers.ts';
import { ciliumPolicies } from './cilium.ts';
import { hostPolicies, type HostPolicy } from './host-policy.ts';
import type { PodEndpoint, PolicyPod } from './endpoint.ts';
import { networkPolicy } from './network-policy.ts';
import { underCilium } from './peers.ts';
import type { OrderedPolicy, Policy } from './policy.ts';
import { knownLabels, type Labels } from './selector.ts';
import type { Selection } from './stages.ts';

export type PolicyKind = (typeof policyKinds)[number];

/** What was read of a kind, or why it was not. */
export type Reading<T> = Read<T> | { readonly unread: string };

export interface Read<T> {
  readonly items: readonly T[];
  /** Set where "none" is only an assumption. */
  readonly assumed?: string | undefined;
  /** Set where there may be more than these, with the reason. */
  readonly partial?: string | undefined;
  /** Namespaces of which there are no more, although the whole is partial. */
  readonly completeIn?: readonly string[] | undefined;
}

/** Why a kind, or part of it, is not known. */
export interface Gap {
  readonly why: string;
  /** Namespaces in which it is known nevertheless. */
  readonly except: readonly string[];
}

export interface PolicyInputs {
  readonly pods: Reading<PolicyPod>;
  readonly namespaces: Reading<Namespace>;
  readonly nodes: Reading<Node>;
  /** A kind that is left out is one that the cluster does not have. */
  readonly policies: { readonly [K in PolicyKind | 'CalicoTier']?: Reading<Kinds[K]> };
  /** ClusterIPs, external and load balancers' addresses, canonical, to `namespace/name` of their Service: policies never see them. */
  readonly serviceAddresses?: ReadonlyMap<string, string>;
  /** Set where agents of Cilium were seen to run. */
  readonly runsCilium?: boolean;
}

/** The policies that select a pod, by the place that they have in an evaluation. */
export interface Selections {
  readonly admin: readonly Selection<OrderedPolicy>[];
  readonly antrea: readonly Selection<OrderedPolicy>[];
  readonly calico: readonly Selection<OrderedPolicy>[];
  /** Ordered as Calico orders them, for clusters where Calico's own policies select the pod too. */
  readonly core: readonly Selection<OrderedPolicy>[];
  readonly cilium: readonly Selection[];
}

/** A cluster's policies compiled, and its pods and nodes by name and address: built once, asked thousands of times. */
export interface PolicyIndex {
  readonly pods: ReadonlyMap<string, PolicyPod>;
  /** Running pods with that canonical address as their own. */
  readonly podsAt: (address: string) => readonly PolicyPod[];
  /** The node with that canonical address. */
  readonly nodeAt: (address: string) => string | undefined;
  readonly serviceAddresses: ReadonlyMap<string, string>;
  /** Why pods, nodes or a kind of policy could not be read. */
  readonly unread: ReadonlyMap<Kind, Gap>;
  /** Kinds of policy of which a snapshot held none. */
  readonly assumed: readonly PolicyKind[];
  readonly tiers: ReadonlyMap<string, CalicoTier>;
  readonly hostPolicies: readonly HostPolicy[];
  /** Whether any policy speaks of the label. */
  readonly mentions: (label: string) => boolean;
  readonly nodeLabels: (node: string | null) => Labels;
  readonly namespaceLabels: (namespace: string) => Labels;
  readonly selections: (endpoint: PodEndpoint) => Selections;
}

/** The items, none where it was not read. */
export function itemsOf<T>(reading: Reading<T> | undefined): readonly T[] {
  return reading === undefined || 'unread' in reading ? [] : reading.items;
}

/** Compiles everything; costs about as much as one pass over pods and policies. */
export function buildPolicyIndex(inputs: PolicyInputs): PolicyIndex {
  const pods = itemsOf(inputs.pods);
  // Most evaluations never look up an address.
  const byAddress = once(() => podsByAddress(pods));
  const words = once(() =>
    Object.values(inputs.policies)
      .flatMap(itemsOf)
      .map((object) => JSON.stringify(object)),
  );
  const nodes = once(() => nodesByAddress(itemsOf(inputs.nodes), pods));
  const entries = Object.entries(inputs.policies) as [PolicyKind | 'CalicoTier', Reading<unknown>][];
  const readings: [Kind, Reading<unknown>][] = [['Pod', inputs.pods], ['Node', inputs.nodes], ...entries];
  return {
    pods: new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])),
    podsAt: (address) => byAddress().get(address) ?? [],
    nodeAt: (address) => nodes().get(address),
    serviceAddresses: inputs.serviceAddresses ?? new Map(),
    unread: new Map(readings.flatMap(([kind, reading]) => gapOf(reading).map((gap) => [kind, gap]))),
    assumed: entries.flatMap(([kind, reading]) =>
      kind !== 'CalicoTier' && 'items' in reading && reading.assumed !== undefined ? [kind] : [],
    ),
    tiers: calicoTiers(itemsOf(inputs.policies.CalicoTier)),
    hostPolicies: itemsOf(inputs.policies.CiliumClusterwideNetworkPolicy).flatMap(hostPolicies),
    mentions: (label) => words().some((text) => text.includes(label)),
    nodeLabels: nodeLabels(inputs.nodes),
    namespaceLabels: namespaceLabels(inputs.namespaces),
    selections: selections(inputs),
  };
}

function gapOf(reading: Reading<unknown>): Gap[] {
  if ('unread' in reading) return [{ why: reading.unread, except: [] }];
  return reading.partial === undefined ? [] : [{ why: reading.partial, except: reading.completeIn ?? [] }];
}

function podsByAddress(pods: readonly PolicyPod[]): Map<string, PolicyPod[]> {
  const found = new Map<string, PolicyPod[]>();
  for (const pod of pods) {
    if (pod.hostNetwork || pod.finished) continue;
    for (const address of pod.addresses) {
      const key = formatAddress(address);
      const holders = found.get(key);
      if (holders === undefined) found.set(key, [pod]);
      else holders.push(pod);
    }
  }
  return found;
}

/** Nodes by their own addresses, and by what their pods say of them. */
function nodesByAddress(nodes: readonly Node[], pods: readonly PolicyPod[]): Map<string, string> {
  const told = pods.flatMap(({ node, nodeAddresses }) => (node === null ? [] : nodeAddresses.map((address) => ({ node, address }))));
  const own = nodes.flatMap(({ metadata, status }) =>
    (status?.addresses ?? []).flatMap(({ address }) => {
      const parsed: Address | undefined = parseAddress(address);
      return parsed === undefined ? [] : [{ node: metadata?.name ?? '', address: parsed }];
    }),
  );
  return new Map([...told, ...own].map(({ node, address }) => [formatAddress(address), node]));
}

/** The API server gives every namespace its name as a label; of one that was not read no other label is known. */
function namespaceLabels(reading: Reading<Namespace>): (namespace: string) => Labels {
  const nameLabel = 'kubernetes.io/metadata.name';
  const read = new Map(itemsOf(reading).map(({ metadata }) => [metadata?.name ?? '', metadata?.labels ?? {}]));
  return (namespace) => {
    const labels = read.get(namespace);
    if (labels !== undefined) return knownLabels({ [nameLabel]: namespace, ...labels });
    return (key) => (key === nameLabel ? namespace : { doubt: `the labels of namespace ${namespace} were not read` });
  };
}

function nodeLabels(reading: Reading<Node>): (node: string | null) => Labels {
  const read = nodesByName(itemsOf(reading));
  return (node) => {
    const found = node === null ? undefined : read.get(node);
    const labels = found === undefined ? undefined : (found.metadata?.labels ?? {});
    return labels === undefined ? () => ({ doubt: `the labels of node ${node ?? '(unknown)'} were not read` }) : knownLabels(labels);
  };
}

function selections({ policies, runsCilium }: PolicyInputs): (endpoint: PodEndpoint) => Selections {
  const core = itemsOf(policies.NetworkPolicy).map((object) => networkPolicy(object, runsCilium ? underCilium : undefined));
  const coreByNamespace = Map.groupBy(
    core.map((policy): OrderedPolicy => ({ ...policy, tier: defaultTier, order: networkPolicyOrder })),
    ({ ref }) => ref.name.split('/')[0] ?? '',
  );
  const admin = [
    ...itemsOf(policies.AdminNetworkPolicy).map((object) => adminPolicy('AdminNetworkPolicy', object)),
    ...itemsOf(policies.BaselineAdminNetworkPolicy).map((object) => adminPolicy('BaselineAdminNetworkPolicy', object)),
    ...itemsOf(policies.ClusterNetworkPolicy).map((object) => adminPolicy('ClusterNetworkPolicy', object)),
  ];
  const antrea = [
    ...itemsOf(policies.AntreaNetworkPolicy).map((object) => antreaPolicy('AntreaNetworkPolicy', object)),
    ...itemsOf(policies.AntreaClusterNetworkPolicy).map((object) => antreaPolicy('AntreaClusterNetworkPolicy', object)),
  ];
  const own = (objects: readonly CustomObject[]): CustomObject[] =>
    withoutMirrors(objects, (kind) => itemsOf<CustomObject | NetworkPolicy>(policies[kind]));
  const calico = [
    ...own(itemsOf(policies.CalicoNetworkPolicy)).map((object) => calicoPolicy('CalicoNetworkPolicy', object)),
    ...own(itemsOf(policies.CalicoGlobalNetworkPolicy)).map((object) => calicoPolicy('CalicoGlobalNetworkPolicy', object)),
  ];
  const cilium = [
    ...itemsOf(policies.CiliumNetworkPolicy).flatMap((object) => ciliumPolicies('CiliumNetworkPolicy', object)),
    ...itemsOf(policies.CiliumClusterwideNetworkPolicy).flatMap((object) => ciliumPolicies('CiliumClusterwideNetworkPolicy', object)),
  ];
  const known = new Map<PolicyPod, Selections>();
  return (endpoint) => {
    const found = known.get(endpoint.pod) ?? {
      admin: selecting(admin, endpoint),
      antrea: selecting(antrea, endpoint),
      calico: selecting(calico, endpoint),
      core: selecting(coreByNamespace.get(endpoint.pod.namespace) ?? [], endpoint),
      cilium: selecting(cilium, endpoint),
    };
    known.set(endpoint.pod, found);
    return found;
  };
}

function selecting<P extends Policy>(policies: readonly P[], endpoint: PodEndpoint): Selection<P>[] {
  return policies.flatMap((policy) => {
    const selected = policy.selects(endpoint);
    return selected === false ? [] : [{ policy, selected }];
  });
}
