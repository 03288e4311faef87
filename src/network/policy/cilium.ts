import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject } from '../../cluster/wire.ts';
import { ciliumPeers } from './cilium-peers.ts';
import { ciliumPorts } from './cilium-ports.ts';
import { ciliumMistake, ciliumSpecMistake } from './cilium-shape.ts';
import { ciliumSubject } from './cilium-selector.ts';
import { both, type Match, some } from './match.ts';
import { type Action, type Direction, type Policing, type Policy, policyRef, type Rule, type Traffic } from './policy.ts';
import type { PortRule } from './ports.ts';
import { unreadablePolicy } from './shape.ts';
import { isSpec, objectIn, objectsIn, type Spec, unknownKeys } from './spec.ts';

type CiliumKind = Extract<Kind, 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy'>;

/**
 * The policies of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: one for `spec` and one for each of `specs`.
 * Endpoints, CIDRs, entities and ports are evaluated; a rule with more (FQDNs, layer 7, services) is a doubt where it
 * would match. Policies for nodes (`nodeSelector`) select no pod.
 */
export function ciliumPolicies(kind: CiliumKind, object: CustomObject & { specs?: unknown }): Policy[] {
  const namespace = kind === 'CiliumNetworkPolicy' ? (object.metadata?.namespace ?? 'default') : null;
  const ref = policyRef(kind, { metadata: { name: object.metadata?.name ?? '', ...(namespace === null ? {} : { namespace }) } });
  const mistake = ciliumMistake(object);
  if (mistake !== undefined) return [unreadablePolicy(ref, namespace, mistake)];
  return specsOf(object).map((spec) => {
    const wrong = ciliumSpecMistake(spec);
    if (wrong !== undefined) return unreadablePolicy(ref, namespace, wrong);
    return {
      ref,
      selects: (spec['nodeSelector'] ?? undefined) === undefined ? ciliumSubject(spec['endpointSelector'], namespace) : () => false,
      ingress: policing(spec, 'ingress', namespace),
      egress: policing(spec, 'egress', namespace),
    };
  });
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
  const peers = peerKeys.flatMap((key) => ciliumPeers(rule, key, namespace));
  const ports = objectsIn(rule, 'toPorts').map(ciliumPorts);
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
