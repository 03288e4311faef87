import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject } from '../../cluster/wire.ts';
import { calicoEntity, calicoSubject } from './calico-entity.ts';
import { both, every, type Match, not, some } from './match.ts';
import { type Action, type Direction, type OrderedPolicy, type Policing, policyRef, possible, type Rule } from './policy.ts';
import { namedPort, portRange, type PortRule } from './ports.ts';
import { misshapenSpec, shapesOf, unreadablePolicy } from './shape.ts';
import { numberIn, objectIn, objectsIn, type Spec, textIn, textsIn, unknownKeys } from './spec.ts';

type CalicoKind = Extract<Kind, 'CalicoNetworkPolicy' | 'CalicoGlobalNetworkPolicy'>;

/** The tier of policies that name none. */
export const defaultTier = 'default';

/** Where Calico puts Kubernetes NetworkPolicies among its own in the tier `default`. */
export const networkPolicyOrder = 1000;

/**
 * A Calico NetworkPolicy or GlobalNetworkPolicy. Selectors, nets, protocols and ports are evaluated; the rest is a doubt.
 * Equal orders are taken by name (reference of `order`); how names of two namespaces, or of both kinds, compare has changed
 * between versions (`PolKVLess` of felix/calc).
 */
export function calicoPolicy(kind: CalicoKind, object: CustomObject): OrderedPolicy {
  const namespace = kind === 'CalicoNetworkPolicy' ? (object.metadata?.namespace ?? 'default') : null;
  const metadata = { name: object.metadata?.name ?? '', ...(namespace === null ? {} : { namespace }) };
  const tier = textIn(object.spec, 'tier') ?? defaultTier;
  const ref = policyRef(kind, { metadata });
  const series = { id: `${kind}/${namespace ?? ''}`, name: nameInTier(metadata.name, tier) };
  const place = { tier, order: numberIn(object.spec, 'order') ?? Number.POSITIVE_INFINITY, series };
  const wrong = mistakeIn(object.spec);
  if (wrong !== undefined) return { ...unreadablePolicy(ref, namespace, wrong), ...place };
  return {
    ref,
    ...place,
    selects: calicoSubject(object.spec ?? {}, namespace),
    ingress: policing(object.spec, 'ingress', namespace),
    egress: policing(object.spec, 'egress', namespace),
  };
}

const shapes = shapesOf({
  text: ['tier', 'action', 'protocol', 'notProtocol', 'selector', 'notSelector', 'namespaceSelector', 'serviceAccountSelector'],
  texts: ['types', 'names', 'nets', 'notNets', 'ports', 'notPorts'],
  number: ['order'],
  object: ['source', 'destination', 'serviceAccounts'],
  objects: ['ingress', 'egress'],
});

function mistakeIn(spec: Spec | undefined): string | undefined {
  const isStrange = textsIn(spec, 'types').some((type) => type !== 'Ingress' && type !== 'Egress');
  return isStrange ? 'types' : misshapenSpec(spec, shapes);
}

/** The API server puts the tier in front of the name, files often leave it out. */
function nameInTier(name: string, tier: string): string {
  return name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
}

/** Without `types`, a policy speaks of the directions that it has rules for, and of ingress when it has none at all. */
function polices(spec: Spec | undefined, direction: Direction): boolean {
  const types = textsIn(spec, 'types');
  if (types.length > 0) return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
  const other = direction === 'ingress' ? 'egress' : 'ingress';
  return objectsIn(spec, direction).length > 0 || (direction === 'ingress' && objectsIn(spec, other).length === 0);
}

function policing(spec: Spec | undefined, direction: Direction, namespace: string | null): Policing | undefined {
  if (!polices(spec, direction)) return undefined;
  return { isolates: true, rules: objectsIn(spec, direction).flatMap((rule) => rulesOf(rule, direction, namespace)) };
}

const actions: Readonly<Record<string, Action>> = { Allow: 'allow', Deny: 'deny', Pass: 'pass' };
const knownKeys = ['action', 'protocol', 'notProtocol', 'ipVersion', 'icmp', 'notICMP', 'source', 'destination', 'metadata'];

/** The rule; none for one that only logs, and a doubtful one for each thing that an action which is not known may do. */
function rulesOf(rule: Spec, direction: Direction, namespace: string | null): Rule[] {
  const action = actions[textIn(rule, 'action') ?? ''];
  if (textIn(rule, 'action') === 'Log') return [];
  const [there, here] = direction === 'ingress' ? ['source', 'destination'] : ['destination', 'source'];
  const other = calicoEntity(objectIn(rule, there ?? '') ?? {}, namespace);
  const own = calicoEntity(objectIn(rule, here ?? '') ?? {}, namespace);
  const strange = [...unknownKeys(rule, knownKeys), ...(action === undefined ? ['its action'] : [])];
  const what: Omit<Rule, 'action'> = {
    peers: other.text === '' ? [] : [other.text],
    ports: portTexts(rule),
    peer: (endpoint, self) => both(familyMatches(rule, endpoint.address?.family), () => other.matches(endpoint, self)),
    traffic: (traffic) =>
      every(
        [
          () => protocolMatches(rule, traffic.protocol),
          () => sourcePorts(objectIn(rule, 'source')),
          () => destinationPorts(objectIn(rule, 'destination'), traffic),
          () => own.matches(traffic.self, traffic.self),
          () => strange.length === 0 || { doubt: `${strange.join(', ')} is not evaluated` },
        ],
        (test) => test(),
      ),
  };
  return possible(action).map((each) => ({ ...what, action: each }));
}

function familyMatches(rule: Spec, family: number | undefined): Match {
  const version = numberIn(rule, 'ipVersion');
  if (version === undefined) return true;
  return family === undefined ? { doubt: 'its address is not known' } : version === family;
}

const protocolNumbers: Readonly<Record<string, string>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

function protocolMatches(rule: Spec, protocol: string): boolean {
  if (rule['icmp'] !== undefined || rule['notICMP'] !== undefined) return false;
  const named = (key: string): string | undefined => {
    const text = textIn(rule, key);
    return text === undefined ? undefined : (protocolNumbers[text] ?? text.toUpperCase());
  };
  const [wanted, unwanted] = [named('protocol'), named('notProtocol')];
  return (wanted === undefined || wanted === protocol) && unwanted !== protocol;
}

function portTexts(rule: Spec): string[] {
  const protocol = textIn(rule, 'protocol');
  const ports = textsIn(objectIn(rule, 'destination'), 'ports');
  if (ports.length === 0) return protocol === undefined ? [] : [protocol];
  return ports.map((port) => (protocol === undefined ? port : `${port}/${protocol}`));
}

/** The port that a client sends from is any; a rule on it may or may not match. */
function sourcePorts(source: Spec | undefined): Match {
  const isAsked = ['ports', 'notPorts'].some((key) => textsIn(source, key).length > 0);
  return isAsked ? { doubt: 'source ports are not evaluated' } : true;
}

function destinationPorts(destination: Spec | undefined, traffic: Parameters<Rule['traffic']>[0]): Match {
  const matches = (key: string): Match => some(textsIn(destination, key).map(portOf), (port) => port.matches(traffic));
  const wanted = textsIn(destination, 'ports').length === 0 ? true : matches('ports');
  return both(wanted, () => not(matches('notPorts')));
}

/** A number, a range `1000:2000`, or a name; the protocol stands in the rule. */
function portOf(text: string): PortRule {
  const [, first, last] = /^(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (first === undefined) return namedPort(text, null);
  const rules = ['TCP', 'UDP', 'SCTP'].map((protocol) => portRange(protocol, Number(first), Number(last ?? first)));
  return { text, matches: (traffic) => some(rules, ({ matches }) => matches(traffic)) };
}
