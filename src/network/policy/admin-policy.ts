import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject, LabelSelector } from '../../cluster/wire.ts';
import { type Match, some } from './match.ts';
import { block, isSelectable, nodesPeer, type Peer, podsAcross, unevaluated } from './peers.ts';
import { type Action, type Direction, type OrderedPolicy, type Policing, policyRef, type Rule } from './policy.ts';
import { allPorts, invalidPort, namedPort, portRange, type PortRule } from './ports.ts';
import { numberIn, objectIn, objectsIn, type Spec, textIn, textsIn, unknownKeys } from './spec.ts';

type AdminKind = Extract<Kind, 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy'>;

/** The tiers around NetworkPolicy. */
export type AdminTier = 'Admin' | 'Baseline';

/**
 * An AdminNetworkPolicy or BaselineAdminNetworkPolicy (`policy.networking.k8s.io/v1alpha1`), or a ClusterNetworkPolicy
 * (`v1alpha2`), as kubernetes-sigs/network-policy-api documents them. A rule with a field that is not known is a doubt.
 */
export function adminPolicy(kind: AdminKind, object: CustomObject): OrderedPolicy {
  const subject = podsPeer(objectIn(object.spec, 'subject') ?? {}) ?? unevaluated('the subject');
  return {
    ref: policyRef(kind, { metadata: { name: object.metadata?.name ?? '' } }),
    tier: tierOf(kind, object.spec),
    order: numberIn(object.spec, 'priority') ?? 0,
    selects: (endpoint) => isSelectable(endpoint) && subject.matches(endpoint),
    ingress: policing(object.spec, 'ingress'),
    egress: policing(object.spec, 'egress'),
  };
}

function tierOf(kind: AdminKind, spec: Spec | undefined): AdminTier {
  if (kind === 'BaselineAdminNetworkPolicy') return 'Baseline';
  return kind === 'ClusterNetworkPolicy' && textIn(spec, 'tier') === 'Baseline' ? 'Baseline' : 'Admin';
}

/** A policy without rules for a direction does not affect it. */
function policing(spec: Spec | undefined, direction: Direction): Policing | undefined {
  const rules = objectsIn(spec, direction);
  return rules.length === 0 ? undefined : { isolates: false, rules: rules.map((rule) => ruleOf(rule, direction)) };
}

const actions: Readonly<Record<string, Action>> = { Allow: 'allow', Accept: 'allow', Deny: 'deny', Pass: 'pass' };

function ruleOf(rule: Spec, direction: Direction): Rule {
  const peers = objectsIn(rule, direction === 'ingress' ? 'from' : 'to').map((peer) => peerOf(peer, direction));
  const ports = [...objectsIn(rule, 'ports').map(portOf), ...objectsIn(rule, 'protocols').map(protocolOf)];
  const strange = unknownKeys(rule, ['name', 'action', 'from', 'to', 'ports', 'protocols']);
  const action = actions[textIn(rule, 'action') ?? ''];
  const doubt = action === undefined ? 'its action is not known' : strange.length > 0 ? `${strange.join(', ')} is not evaluated` : null;
  return {
    action: action ?? 'deny',
    peers: peers.map(({ text }) => text),
    ports: ports.map(({ text }) => text),
    peer: (endpoint) => some(peers, ({ matches }) => matches(endpoint)),
    traffic: (traffic): Match => {
      const match = ports.length === 0 || some(ports, ({ matches }) => matches(traffic));
      return doubt === null || match === false ? match : { doubt };
    },
  };
}

/** Exactly one field is set; one that is not known came with a newer version of the API. */
function peerOf(peer: Spec, direction: Direction): Peer {
  const pods = podsPeer(peer);
  if (pods !== undefined) return pods;
  const nodes = objectIn(peer, 'nodes');
  if (nodes !== undefined && direction === 'egress') return nodesPeer(nodes);
  const networks = textsIn(peer, 'networks');
  if (networks.length > 0 && direction === 'egress') return anyBlock(networks);
  return unevaluated(`a peer by ${Object.keys(peer).join(', ') || 'nothing'}`);
}

function anyBlock(networks: readonly string[]): Peer {
  const blocks = networks.map((network) => block(network));
  return { text: networks.join(', '), matches: (endpoint) => some(blocks, ({ matches }) => matches(endpoint)) };
}

/** Peers and subjects by `namespaces` or `pods`. Early v1alpha1 wrapped the selector of namespaces once more. */
function podsPeer(peer: Spec): Peer | undefined {
  if (Object.keys(peer).length !== 1) return undefined;
  const namespaces = objectIn(peer, 'namespaces');
  const pods = objectIn(peer, 'pods');
  if (namespaces !== undefined) return isLabelSelector(namespaces) ? podsAcross(namespaces) : wrapped(namespaces, undefined);
  if (pods === undefined) return undefined;
  const podSelector = objectIn(pods, 'podSelector');
  if (podSelector !== undefined && !isLabelSelector(podSelector)) return unevaluated('a peer by pods');
  const wrap = objectIn(pods, 'namespaces');
  return wrap === undefined ? wrapped(pods, podSelector) : wrapped(wrap, podSelector);
}

function wrapped(spec: Spec, podSelector: LabelSelector | undefined): Peer {
  const selector = objectIn(spec, 'namespaceSelector');
  const strange = unknownKeys(spec, ['namespaceSelector', 'podSelector']);
  const isPlain = strange.length === 0 && (selector === undefined || isLabelSelector(selector));
  return isPlain ? podsAcross(selector, podSelector) : unevaluated(`a peer by ${[...strange, 'namespaces'].join(', ')}`);
}

function isLabelSelector(spec: Spec): spec is Spec & LabelSelector {
  return unknownKeys(spec, ['matchLabels', 'matchExpressions']).length === 0;
}

/** One of v1alpha1's `portNumber`, `namedPort` and `portRange`. */
function portOf(item: Spec): PortRule {
  const single = objectIn(item, 'portNumber');
  const range = objectIn(item, 'portRange');
  const name = textIn(item, 'namedPort');
  const protocol = textIn(single ?? range, 'protocol') ?? 'TCP';
  if (name !== undefined) return namedPort(name, null);
  return rangeOf(protocol, numberIn(single, 'port') ?? numberIn(range, 'start'), numberIn(single, 'port') ?? numberIn(range, 'end'));
}

/** One of v1alpha2's `tcp`, `udp`, `sctp` and `destinationNamedPort`. */
function protocolOf(item: Spec): PortRule {
  const name = textIn(item, 'destinationNamedPort');
  if (name !== undefined) return namedPort(name, null);
  const protocol = ['tcp', 'udp', 'sctp'].find((each) => objectIn(item, each) !== undefined);
  if (protocol === undefined) return invalidPort(Object.keys(item).join(', '));
  const port = objectIn(objectIn(item, protocol), 'destinationPort');
  if (port === undefined) return allPorts(protocol.toUpperCase());
  const range = objectIn(port, 'range');
  const number = numberIn(port, 'number');
  return rangeOf(protocol.toUpperCase(), number ?? numberIn(range, 'start'), number ?? numberIn(range, 'end'));
}

function rangeOf(protocol: string, first: number | undefined, last: number | undefined): PortRule {
  if (first === undefined || last === undefined || last < first) return invalidPort(`${first ?? '?'}-${last ?? '?'}/${protocol}`);
  return portRange(protocol, first, last);
}
