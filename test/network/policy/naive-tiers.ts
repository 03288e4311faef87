import { inBlock, type LabelSelector, type NaiveCluster, type NaiveConnection, naiveSide, type NaivePod, selected } from './naive.ts';

/**
 * A second evaluator of the tiers around NetworkPolicy, written from the words of the API alone: a policy as it is before it
 * is spelled as an AdminNetworkPolicy, a BaselineAdminNetworkPolicy or a ClusterNetworkPolicy.
 */
export interface NaivePolicy {
  readonly tier: 'Admin' | 'Baseline';
  readonly priority: number;
  readonly subject: NaivePeer;
  readonly ingress: readonly NaiveRule[];
  readonly egress: readonly NaiveRule[];
}

export interface NaivePeer {
  readonly namespaces?: LabelSelector;
  readonly pods?: LabelSelector;
  readonly network?: string;
}

export interface NaiveRule {
  readonly action: 'allow' | 'deny' | 'pass';
  readonly peers: readonly NaivePeer[];
  /** None: every port of every protocol. */
  readonly ports: readonly NaivePort[];
}

export type NaivePort = { readonly name: string } | { readonly protocol: string; readonly first: number; readonly last: number };

/** Whether policies of all three tiers let the connection through. */
export function naiveTiersReach(cluster: NaiveCluster, policies: readonly NaivePolicy[], connection: NaiveConnection): boolean {
  if (connection.from === connection.to) return true;
  return (['Egress', 'Ingress'] as const).every((direction) => {
    const admin = naiveTier({ cluster, policies, connection, direction }, 'Admin');
    const core = admin ?? naiveSide(cluster, connection, direction);
    return core ?? naiveTier({ cluster, policies, connection, direction }, 'Baseline') ?? true;
  });
}

interface Side {
  readonly cluster: NaiveCluster;
  readonly policies: readonly NaivePolicy[];
  readonly connection: NaiveConnection;
  readonly direction: 'Ingress' | 'Egress';
}

/** What one tier says; undefined where no rule matches, or the first that does passes. */
function naiveTier({ cluster, policies, connection, direction }: Side, tier: NaivePolicy['tier']): boolean | undefined {
  const [self, peer] = direction === 'Ingress' ? [connection.to, connection.from] : [connection.from, connection.to];
  const inOrder = policies.filter((policy) => policy.tier === tier).toSorted((a, b) => a.priority - b.priority);
  for (const policy of inOrder) {
    if (!isPeer(policy.subject, self, cluster)) continue;
    for (const rule of direction === 'Ingress' ? policy.ingress : policy.egress) {
      const matches = rule.peers.some((each) => isPeer(each, peer, cluster)) && isPort(rule.ports, connection);
      if (matches) return rule.action === 'pass' ? undefined : rule.action === 'allow';
    }
  }
  return undefined;
}

function isPeer({ namespaces, pods, network }: NaivePeer, pod: NaivePod, cluster: NaiveCluster): boolean {
  if (network !== undefined) return inBlock(pod.ip, network);
  return selected(namespaces, cluster.namespaces[pod.namespace] ?? {}) && selected(pods, pod.labels);
}

function isPort(ports: readonly NaivePort[], { to, port, protocol }: NaiveConnection): boolean {
  if (ports.length === 0) return true;
  return ports.some((each) =>
    'name' in each
      ? to.ports.some((declared) => declared.name === each.name && declared.port === port && declared.protocol === protocol)
      : each.protocol === protocol && each.first <= port && port <= each.last,
  );
}
