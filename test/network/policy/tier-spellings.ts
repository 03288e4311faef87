import type { NaivePeer, NaivePolicy, NaivePort, NaiveRule } from './naive-tiers.ts';

const peerOf = ({ namespaces: outer, pods: inner, network }: NaivePeer): unknown => {
  if (network !== undefined) return { networks: [network] };
  return inner === undefined ? { namespaces: outer } : { pods: { namespaceSelector: outer, podSelector: inner } };
};
const adminPort = (each: NaivePort): unknown =>
  'name' in each ? { namedPort: each.name } : { portRange: { protocol: each.protocol, start: each.first, end: each.last } };
const clusterPort = (each: NaivePort): unknown =>
  'name' in each
    ? { destinationNamedPort: each.name }
    : { [each.protocol.toLowerCase()]: { destinationPort: { range: { start: each.first, end: each.last } } } };

/** How one of the kinds writes actions and ports. */
export interface Spelling {
  readonly allow: string;
  readonly portsKey: string;
  readonly port: (each: NaivePort) => unknown;
}

/** The policy as a spec of that kind, without priority and tier. */
export function specOf(each: NaivePolicy, { allow, portsKey, port: spelled }: Spelling): Record<string, unknown> {
  const ruleOf = (peersKey: string) => (rule: NaiveRule) => ({
    action: rule.action === 'allow' ? allow : rule.action === 'deny' ? 'Deny' : 'Pass',
    [peersKey]: rule.peers.map(peerOf),
    ...(rule.ports.length > 0 && { [portsKey]: rule.ports.map(spelled) }),
  });
  return { subject: peerOf(each.subject), ingress: each.ingress.map(ruleOf('from')), egress: each.egress.map(ruleOf('to')) };
}

export const asAdmin: Spelling = { allow: 'Allow', portsKey: 'ports', port: adminPort };
export const asCluster: Spelling = { allow: 'Accept', portsKey: 'protocols', port: clusterPort };
