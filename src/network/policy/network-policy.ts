import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../cluster/wire.ts';
import { both, type Match, some } from './match.ts';
import { block, isSelectable, type Peer, podsAcross, podsIn, selectsPod, unevaluated } from './peers.ts';
import { type Direction, type Policing, type Policy, policyRef, type Rule } from './policy.ts';
import { allPorts, invalidPort, namedPort, portRange, type PortRule } from './ports.ts';
import { labelSelector } from './selector.ts';
import { misshapenSpec, shapesOf, unreadablePolicy } from './shape.ts';
import { objectsIn, textIn, textsIn } from './spec.ts';

/** How the plugin takes an `ipBlock`. */
export type BlockReading = (block: Peer) => Peer;

/** A Kubernetes NetworkPolicy, as `networking/v1` documents it. */
export function networkPolicy(object: NetworkPolicy, asTaken: BlockReading = (plain) => plain): Policy {
  const namespace = object.metadata?.namespace ?? 'default';
  const ref = policyRef('NetworkPolicy', { ...object, metadata: { ...object.metadata, namespace } });
  const wrong = misshapenSpec(object.spec, shapes);
  if (wrong !== undefined) return unreadablePolicy(ref, namespace, wrong);
  const pods = labelSelector(object.spec?.podSelector);
  return {
    ref,
    selects: (endpoint) =>
      isSelectable(endpoint) && endpoint.pod.namespace === namespace && both(hasValidTypes(object), () => selectsPod(pods, endpoint)),
    ingress: policing(object, 'ingress', asTaken),
    egress: policing(object, 'egress', asTaken),
  };
}

const shapes = shapesOf({
  text: ['protocol', 'port', 'cidr'],
  texts: ['policyTypes', 'except'],
  object: ['ipBlock'],
  objects: ['ingress', 'egress', 'from', 'to', 'ports'],
});

/** Ingress is always meant where `policyTypes` is absent; egress only where the policy has an `egress` section with rules. */
function polices({ spec }: NetworkPolicy, direction: Direction): boolean {
  const types = textsIn({ ...spec }, 'policyTypes');
  if (!types.every(isPolicyType)) return true;
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  return direction === 'ingress' || (spec?.egress ?? []).length > 0;
}

function isPolicyType(type: string): boolean {
  return type === 'Ingress' || type === 'Egress';
}

/** A doubt where `policyTypes` holds something else, so that nobody knows which directions are meant. */
function hasValidTypes({ spec }: NetworkPolicy): Match {
  const strange = textsIn({ ...spec }, 'policyTypes').filter((type) => !isPolicyType(type));
  return strange.length === 0 || { doubt: `the policyTypes ${strange.join(', ')} are not valid` };
}

function policing(object: NetworkPolicy, direction: Direction, asTaken: BlockReading): Policing | undefined {
  if (!polices(object, direction)) return undefined;
  const namespace = object.metadata?.namespace ?? 'default';
  const rules = objectsIn({ ...object.spec }, direction);
  return { isolates: true, rules: rules.map((rule) => allowRule(rule, { namespace, asTaken })) };
}

interface PeerContext {
  /** The policy's own. */
  readonly namespace: string;
  readonly asTaken: BlockReading;
}

/** Peers and ports are alternatives among themselves, and both must hold. An empty or absent list asks nothing. */
function allowRule(rule: NetworkPolicyIngressRule & NetworkPolicyEgressRule, context: PeerContext): Rule {
  const peers = [...objectsIn({ ...rule }, 'from'), ...objectsIn({ ...rule }, 'to')];
  return allowing(
    peers.map((peer) => peerOf(peer, context)),
    objectsIn({ ...rule }, 'ports').map(portOf),
  );
}

/** A rule that allows any of these peers on any of these ports; no peers = anyone, no ports = every port. */
export function allowing(peers: readonly Peer[], ports: readonly PortRule[]): Rule {
  return {
    action: 'allow',
    peers: peers.map(({ text }) => text),
    ports: ports.map(({ text }) => text),
    peer: (endpoint, self) => peers.length === 0 || some(peers, ({ matches }) => matches(endpoint, self)),
    traffic: (traffic) => ports.length === 0 || some(ports, ({ matches }) => matches(traffic)),
  };
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, { namespace, asTaken }: PeerContext): Peer {
  const selects = isSet(podSelector) || isSet(namespaceSelector);
  if (isSet(ipBlock))
    return selects
      ? unevaluated('a peer with ipBlock and selectors')
      : asTaken(block(textIn({ ...ipBlock }, 'cidr') ?? '', textsIn({ ...ipBlock }, 'except')));
  if (!selects) return unevaluated('a peer without selector and ipBlock');
  return isSet(namespaceSelector) ? podsAcross(namespaceSelector, podSelector) : podsIn(namespace, podSelector);
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function portOf(item: NetworkPolicyPort): PortRule {
  const { port, endPort } = item;
  const protocol = textIn({ ...item }, 'protocol') ?? 'TCP';
  const wanted: unknown = port;
  if (!isSet(wanted)) return isSet(endPort) ? invalidPort(`endPort ${endPort} without port`) : allPorts(protocol);
  if (typeof wanted === 'number') {
    return portRange(protocol, wanted, endPort ?? wanted);
  }
  const name = String(wanted);
  return isSet(endPort) || !/[a-z]/.test(name) ? invalidPort(`"${name}"`) : namedPort(name, protocol);
}
