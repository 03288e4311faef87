import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject } from '../../cluster/wire.ts';
import { cidrContains, parseRange } from '../cidr.ts';
import { ciliumEndpoints, ciliumSubject } from './cilium-selector.ts';
import type { Endpoint, PodEndpoint } from './endpoint.ts';
import { both, type Match, not, some } from './match.ts';
import { type Peer, unevaluated } from './peers.ts';
import { type Action, type Direction, type Policing, type Policy, policyRef, type Rule, type Traffic } from './policy.ts';
import { allPorts, isProtocol, namedPort, portRange, type PortRule } from './ports.ts';
import { isOwnNode } from './own-node.ts';
import { isSpec, numberIn, objectIn, objectsIn, type Spec, textIn, textsIn, unknownKeys } from './spec.ts';

type CiliumKind = Extract<Kind, 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy'>;

/**
 * The policies of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: one for `spec` and one for each of `specs`.
 * Endpoints, CIDRs, entities and ports are evaluated; a rule with more (FQDNs, layer 7, services) is a doubt where it
 * would match. Policies for nodes (`nodeSelector`) select no pod.
 */
export function ciliumPolicies(kind: CiliumKind, object: CustomObject & { specs?: unknown }): Policy[] {
  const namespace = kind === 'CiliumNetworkPolicy' ? (object.metadata?.namespace ?? 'default') : null;
  const metadata = { name: object.metadata?.name ?? '', ...(namespace === null ? {} : { namespace }) };
  return specsOf(object).map((spec) => ({
    ref: policyRef(kind, { metadata }),
    selects: spec['nodeSelector'] === undefined ? ciliumSubject(spec['endpointSelector'], namespace) : () => false,
    ingress: policing(spec, 'ingress', namespace),
    egress: policing(spec, 'egress', namespace),
  }));
}

/** The spec and the specs of one object. */
export function specsOf(object: CustomObject & { specs?: unknown }): Spec[] {
  return [...(isSpec(object.spec) ? [object.spec] : []), ...objectsIn({ specs: object.specs }, 'specs')];
}

/** A direction with rules is isolated, unless `enableDefaultDeny` says otherwise. */
function policing(spec: Spec, direction: Direction, namespace: string | null): Policing | undefined {
  const [denying, allowing] = [objectsIn(spec, `${direction}Deny`), objectsIn(spec, direction)];
  const asked = objectIn(spec, 'enableDefaultDeny')?.[direction];
  const isolates = typeof asked === 'boolean' ? asked : denying.length + allowing.length > 0;
  if (denying.length + allowing.length === 0 && !isolates) return undefined;
  const rules = [
    ...denying.filter((rule) => speaksOf(rule, direction)).map((rule) => ruleOf(rule, { action: 'deny', direction, namespace })),
    ...allowing.filter((rule) => speaksOf(rule, direction)).map((rule) => ruleOf(rule, { action: 'allow', direction, namespace })),
  ];
  return { rules, isolates };
}

/**
 * Cilium: a rule without any peer and port matches nothing of TCP, UDP and SCTP; `ingress: [{}]` is its default deny, and an
 * empty `toPorts` asks for no port (`mergeIngress` of pkg/policy).
 */
function speaksOf(rule: Spec, direction: Direction): boolean {
  return peerKeysOf(rule, direction).length > 0 || objectsIn(rule, 'toPorts').length > 0;
}

function peerKeysOf(rule: Spec, direction: Direction): string[] {
  const side = sideOf(direction);
  return Object.keys(rule).filter((key) => key.startsWith(side) && key !== 'toPorts' && rule[key] !== null);
}

function sideOf(direction: Direction): 'from' | 'to' {
  return direction === 'ingress' ? 'from' : 'to';
}

interface RuleContext {
  readonly action: Action;
  readonly direction: Direction;
  readonly namespace: string | null;
}

function ruleOf(rule: Spec, { action, direction, namespace }: RuleContext): Rule {
  const peerKeys = peerKeysOf(rule, direction);
  const peers = peerKeys.flatMap((key) => peersOf(key.slice(sideOf(direction).length), rule, { key, namespace }));
  const ports = objectsIn(rule, 'toPorts').map(toPorts);
  const strange = unknownKeys(rule, [...peerKeys, 'toPorts', 'icmps']);
  return {
    action,
    peers: peers.map(({ text }) => text),
    ports: ports.map(({ text }) => text).filter((text) => text !== ''),
    peer: (endpoint, self) =>
      peerKeys.length === 0 ||
      combined(
        peerKeys,
        some(peers, ({ matches }) => matches(endpoint, self)),
      ),
    traffic: (traffic) => rule['icmps'] === undefined && trafficMatch(ports, strange, traffic),
  };
}

function trafficMatch(ports: readonly PortRule[], strange: readonly string[], traffic: Traffic): Match {
  const match = ports.length === 0 || some(ports, ({ matches }) => matches(traffic));
  return both(match, () => strange.length === 0 || { doubt: `${strange.join(', ')} is not evaluated` });
}

/** How several kinds of peers in one rule combine has changed between versions of Cilium. */
function combined(keys: readonly string[], match: Match): Match {
  return keys.length > 1 ? { doubt: `${keys.join(' with ')} in one rule is not evaluated` } : match;
}

function peersOf(what: string, rule: Spec, { key, namespace }: { key: string; namespace: string | null }): Peer[] {
  switch (what) {
    case 'Endpoints':
      return objectsIn(rule, key).map((spec) => ciliumEndpoints(spec, namespace));
    case 'CIDR':
      return textsIn(rule, key).map((cidr) => outsideBlock(cidr, []));
    case 'CIDRSet':
      return objectsIn(rule, key).map(cidrSet);
    case 'Entities':
      return [entities(textsIn(rule, key))];
    default:
      return [unevaluated(key)];
  }
}

function cidrSet(spec: Spec): Peer {
  const cidr = textIn(spec, 'cidr');
  const isPlain = cidr !== undefined && unknownKeys(spec, ['cidr', 'except']).length === 0;
  return isPlain ? outsideBlock(cidr, textsIn(spec, 'except')) : unevaluated('a CIDR group');
}

/** Cilium's CIDRs speak of addresses outside the cluster: never of pods, and of nodes only by `policy-cidr-match-mode`. */
function outsideBlock(cidr: string, except: readonly string[]): Peer {
  const [range, ...holes] = [cidr, ...except].map(parseRange);
  return {
    text: except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`,
    matches: ({ kind, address, name }) => {
      if (kind === 'pod') return false;
      if (range === undefined || holes.includes(undefined) || address === null) return { doubt: `${cidr} cannot be compared with ${name}` };
      const isIn = cidrContains(range, address) && !holes.some((hole) => hole !== undefined && cidrContains(hole, address));
      return isIn && kind === 'node' ? { doubt: `whether ${cidr} covers nodes is a setting of Cilium` } : isIn;
    },
  };
}

function entities(names: readonly string[]): Peer {
  return { text: `entities ${names.join(', ')}`, matches: (endpoint, self) => some(names, (name) => entity(name, endpoint, self)) };
}

function entity(name: string, ...[endpoint, self]: Parameters<Peer['matches']>): Match {
  const ofNode = (match: Match): Match => {
    if (endpoint.kind === 'pod') return false;
    if (endpoint.kind === 'node') return match;
    return endpoint.maybeNode && { doubt: `nodes were not read, so ${endpoint.name} may be one` };
  };
  switch (name) {
    case 'all':
      return true;
    case 'cluster':
      return endpoint.kind === 'pod' || ofNode(true);
    case 'world':
      return endpoint.kind === 'outside' && (endpoint.maybeNode ? ofNode(true) : true);
    case 'host':
      return ofNode(isItsNode(endpoint, self));
    case 'remote-node':
      return ofNode(not(isItsNode(endpoint, self)));
    case 'none':
      return false;
    default:
      return endpoint.kind === 'pod' ? false : { doubt: `the entity ${name} is not evaluated` };
  }
}

/** Whether the node is the one that runs the policed pod. */
function isItsNode(endpoint: Endpoint, { name, pod }: PodEndpoint): Match {
  if (endpoint.kind !== 'node') return false;
  if (isOwnNode(pod, endpoint)) return true;
  return endpoint.node === null || pod.node === null ? { doubt: `which node runs ${name} is not known` } : false;
}

function toPorts(item: Spec): PortRule {
  const strange = unknownKeys(item, ['ports']);
  const ports = objectsIn(item, 'ports').map(portOf);
  return {
    text: ports.map(({ text }) => text).join(', '),
    matches: (traffic) =>
      both(ports.length === 0 || some(ports, ({ matches }) => matches(traffic)), () =>
        strange.length === 0 ? true : { doubt: `${strange.join(', ')} (layer 7) is not evaluated` },
      ),
  };
}

/** Without a protocol, or with ANY, a port is meant in every protocol; port 0 is every port. Others have no ports (VRRP). */
function portOf(item: Spec): PortRule {
  const protocol = textIn(item, 'protocol')?.toUpperCase() ?? 'ANY';
  const port = textIn(item, 'port') ?? '0';
  if (protocol === 'ANY') return anyProtocol(port, numberIn(item, 'endPort'));
  if (!isProtocol(protocol)) return { text: protocol, matches: () => false };
  return ofProtocol(protocol, port, numberIn(item, 'endPort'));
}

function anyProtocol(port: string, endPort: number | undefined): PortRule {
  const rules = ['TCP', 'UDP', 'SCTP'].map((protocol) => ofProtocol(protocol, port, endPort));
  return { text: port, matches: (traffic) => some(rules, ({ matches }) => matches(traffic)) };
}

function ofProtocol(protocol: string, port: string, endPort: number | undefined): PortRule {
  if (!/^\d+$/.test(port)) return namedPort(port, protocol);
  const first = Number(port);
  if (first === 0) return allPorts(protocol);
  return portRange(protocol, first, endPort ?? first);
}
