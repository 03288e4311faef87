import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { nodes } from './nodes.ts';
import { peerNode } from './peer-node.ts';
import { podRows } from './pod-rows.ts';
import type { ProbeAttempt, ProbeOutcome } from './prober.ts';
import type { NetworkPolicy, Node, Pod } from '../cluster/wire.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { holdsAddress, podAddress } from '../network/duplicates.ts';
import type { PodAddress } from '../network/duplicates.ts';
import { policyPod } from '../network/policy/endpoint.ts';
import { policiesSelecting } from '../network/policy/isolation.ts';
import { buildPolicyIndex } from '../network/policy/policy-index.ts';

/** A pod or node that can open connections. */
export interface ProbeSource {
  /** What people call it: `pod shop/web-1`, `node worker-3`. */
  readonly from: string;
  /** `pod`: what it sends is subject to policies as any pod's is. */
  readonly kind: 'pod' | 'node';
  /** The node that it is on; null where that is not known. */
  readonly node: string | null;
  /** NetworkPolicies that restrict what it may send: where it gets no answer, that is no wonder. */
  readonly restrictedBy: readonly string[];
}

/** A source, and how a connection is opened from it. */
export interface ProbePlace {
  readonly source: ProbeSource;
  probe(attempt: ProbeAttempt): Promise<ProbeOutcome | undefined>;
}

/** This process, where one of its addresses belongs to a live pod or a node of the cluster; undefined elsewhere. */
const ownSource = collector({
  name: 'ownSource',
  what: 'the place of this process in the cluster',
  shows: [],
  scope: 'cluster',
  permissions: ['list pods', 'get pods', 'list nodes', 'list networkpolicies.networking.k8s.io', 'list namespaces'],
  command: () => 'kubectl get pods -A -o wide',
  async collect(collecting): Promise<ProbeSource | undefined> {
    const { prober, cluster, read, signal } = collecting;
    if (prober === null) return undefined;
    const own = new Set(prober.ownAddresses.flatMap((one) => canonicalAddress(one) ?? []));
    const node = ownNode(own, await read(nodes));
    if (node !== undefined) return node;
    const pod = await ownPod(own, collecting);
    if (pod === undefined) return undefined;
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const restrictedBy = await egressPolicies(pod, cluster, signal);
    return { from: `pod ${namespace}/${name}`, kind: 'pod', node: pod.spec?.nodeName ?? null, restrictedBy };
  },
});

/** Looked up by the name that a container has from its pod, which costs one read; only where that fails among all pods. */
async function ownPod(own: ReadonlySet<string>, { prober, cluster, read, signal }: Collecting): Promise<Pod | undefined> {
  const isOurs = (one: PodAddress): boolean => one.phase === 'Running' && holdsAddress(one) && one.addresses.some((text) => own.has(text));
  const named = prober?.ownPod ? await cluster.get('Pod', prober.ownPod, signal) : undefined;
  if (named !== undefined && isOurs(podAddress(named))) return named;
  const row = (await read(podRows)).find(isOurs);
  return row === undefined ? undefined : cluster.get('Pod', { namespace: row.namespace, name: row.name }, signal);
}

function ownNode(own: ReadonlySet<string>, all: readonly Node[]): ProbeSource | undefined {
  const isOwn = (address: string): boolean => own.has(canonicalAddress(address) ?? '');
  const name = all.find(({ status }) => status?.addresses?.some(({ address }) => isOwn(address)))?.metadata?.name;
  return name === undefined ? undefined : nodeSource(name);
}

function nodeSource(node: string): ProbeSource {
  return { from: `node ${node}`, kind: 'node', node, restrictedBy: [] };
}

/** The NetworkPolicies that select the pod for egress; none where one of them lets it send anything anywhere. */
async function egressPolicies(pod: Pod, cluster: Collecting['cluster'], signal: AbortSignal): Promise<readonly string[]> {
  const [policies, namespaces] = await Promise.all([
    cluster.list('NetworkPolicy', { namespace: pod.metadata?.namespace, signal }),
    cluster.list('Namespace', { signal }),
  ]);
  const self = policyPod(pod);
  const index = buildPolicyIndex({ pods: { items: [self] }, namespaces, nodes: { items: [] }, policies: { NetworkPolicy: policies } });
  const selecting = policiesSelecting(index, self).flatMap(({ name, directions }) => (directions.includes('egress') ? [name] : []));
  const allows = policies.items.filter(letsAllOut).map(({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`);
  return selecting.some((name) => allows.includes(name)) ? [] : selecting;
}

/** An egress rule that names neither peers nor ports allows everything. */
function letsAllOut({ spec }: NetworkPolicy): boolean {
  return (spec?.egress ?? []).some(({ to = [], ports = [] }) => to.length === 0 && ports.length === 0);
}

/** This process as a place to connect from; none where it is no part of the cluster. */
export async function ownPlaces({ prober, read, signal }: Collecting): Promise<readonly ProbePlace[]> {
  const source = prober === null ? undefined : await read(ownSource);
  return prober === null || source === undefined ? [] : [{ source, probe: async (attempt) => prober.probe(attempt, signal) }];
}

/** The agents of the pod's node and of another one. A pod on the host's network is the node itself, of which agents tell nothing. */
export async function agentPlaces({ nodeView, read, signal }: Collecting, { spec }: Pod): Promise<readonly ProbePlace[]> {
  const here = spec?.nodeName;
  if (nodeView === null || here === undefined || spec?.hostNetwork === true) return [];
  const agents = await nodeView.nodes(signal);
  const peer = peerNode(agents, here, await read(nodes));
  return [...agents.filter((name) => name === here), ...(peer === undefined ? [] : [peer])].map((node) => ({
    source: nodeSource(node),
    probe: async (attempt) => nodeView.probe(node, attempt, signal),
  }));
}
