import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../src/cluster/wire.ts';

/**
 * A second evaluator, written from the words of the API documentation alone and with no thought of speed or doubt, for the
 * product's evaluator to agree with.
 */
export interface NaivePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly ip: readonly [number, number, number, number];
  readonly ports: readonly { name: string; port: number; protocol: string }[];
}

export interface NaiveCluster {
  readonly namespaces: Record<string, Record<string, string>>;
  readonly policies: readonly NetworkPolicy[];
}

export interface NaiveConnection {
  readonly from: NaivePod;
  readonly to: NaivePod;
  readonly port: number;
  readonly protocol: string;
}

/** The part of a label selector that is asked. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Whether the selector takes what has these labels. */
export function selected(selector: LabelSelector | undefined, labels: Record<string, string>): boolean {
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const value = labels[key];
    const isIn = value !== undefined && values.includes(value);
    if (operator === 'In' && !isIn) return false;
    if (operator === 'NotIn' && isIn) return false;
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
  }
  return true;
}

/** Whether the address lies in the block. */
export function inBlock(ip: readonly number[], cidr: string): boolean {
  const [base = '', bits = ''] = cidr.split('/');
  const binary = (octets: readonly number[]): string => octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return binary(ip).slice(0, Number(bits)) === binary(base.split('.').map(Number)).slice(0, Number(bits));
}

function isPeer(peer: NetworkPolicyPeer, { home, pod, cluster }: { home: string; pod: NaivePod; cluster: NaiveCluster }): boolean {
  if (peer.ipBlock !== undefined) {
    return inBlock(pod.ip, peer.ipBlock.cidr) && !(peer.ipBlock.except ?? []).some((cidr) => inBlock(pod.ip, cidr));
  }
  if (peer.namespaceSelector === undefined) return pod.namespace === home && selected(peer.podSelector, pod.labels);
  return selected(peer.namespaceSelector, cluster.namespaces[pod.namespace] ?? {}) && selected(peer.podSelector, pod.labels);
}

function isPort(item: NetworkPolicyPort, { to, port, protocol }: NaiveConnection): boolean {
  if ((item.protocol ?? 'TCP') !== protocol) return false;
  const wanted = item.port;
  if (wanted === undefined) return true;
  if (typeof wanted === 'string') return to.ports.some((each) => each.name === wanted && each.protocol === protocol && each.port === port);
  return wanted <= port && port <= (item.endPort ?? wanted);
}

/** Whether the policies let the connection through, both sides considered. */
export function naiveReach(cluster: NaiveCluster, connection: NaiveConnection): boolean {
  if (connection.from === connection.to) return true;
  return (naiveSide(cluster, connection, 'Egress') ?? true) && (naiveSide(cluster, connection, 'Ingress') ?? true);
}

/** What NetworkPolicies say of one side; undefined where none of them isolates the pod. */
export function naiveSide(cluster: NaiveCluster, connection: NaiveConnection, direction: 'Ingress' | 'Egress'): boolean | undefined {
  const [self, peer] = direction === 'Ingress' ? [connection.to, connection.from] : [connection.from, connection.to];
  const isolating = cluster.policies.filter(({ metadata, spec }) => {
    const types = spec?.policyTypes ?? ['Ingress', ...((spec?.egress ?? []).length > 0 ? ['Egress'] : [])];
    return metadata?.namespace === self.namespace && types.includes(direction) && selected(spec?.podSelector, self.labels);
  });
  if (isolating.length === 0) return undefined;
  return isolating.some(({ metadata, spec }) => {
    const rules = (direction === 'Ingress' ? spec?.ingress : spec?.egress) ?? [];
    return rules.some((rule) => {
      const peers = ('from' in rule ? rule.from : 'to' in rule ? rule.to : undefined) ?? [];
      const ports = rule.ports ?? [];
      const peerOk = peers.length === 0 || peers.some((each) => isPeer(each, { home: metadata?.namespace ?? '', pod: peer, cluster }));
      return peerOk && (ports.length === 0 || ports.some((each) => isPort(each, connection)));
    });
  });
}
