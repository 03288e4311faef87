import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject } from '../../cluster/wire.ts';
import { adminPeer, adminSubject } from './admin-peer.ts';
import { adminPort, adminProtocol } from './admin-port.ts';
import { type Match, some } from './match.ts';
import { isSelectable, unevaluated } from './peers.ts';
import { type Action, type Direction, type OrderedPolicy, type Policing, policyRef, possible, type Rule } from './policy.ts';
import { misshapenSpec, shapesOf, unreadablePolicy } from './shape.ts';
import { numberIn, objectIn, objectsIn, type Spec, textIn, unknownKeys } from './spec.ts';

type AdminKind = Extract<Kind, 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy'>;

/** The tiers around NetworkPolicy. */
export type AdminTier = 'Admin' | 'Baseline';

/**
 * An AdminNetworkPolicy or BaselineAdminNetworkPolicy (`policy.networking.k8s.io/v1alpha1`), or a ClusterNetworkPolicy
 * (`v1alpha2`, `v1beta1`), as kubernetes-sigs/network-policy-api documents them. A rule with a field that is not known is a doubt, and
 * so is every rule of a policy that the API server would not have accepted.
 */
export function adminPolicy(kind: AdminKind, object: CustomObject): OrderedPolicy {
  const ref = policyRef(kind, { metadata: { name: object.metadata?.name ?? '' } });
  const place = { tier: tierOf(kind, object.spec), order: numberIn(object.spec, 'priority') ?? 0 };
  const wrong = misshapenSpec(object.spec, shapes);
  if (wrong !== undefined) return { ...unreadablePolicy(ref, null, wrong), ...place };
  const subject = adminSubject(objectIn(object.spec, 'subject') ?? {});
  const context = { kind, doubt: mistakeIn(kind, object) };
  return {
    ref,
    ...place,
    selects: (endpoint) => isSelectable(endpoint) && subject.matches(endpoint, endpoint),
    ingress: policing(object.spec, 'ingress', context),
    egress: policing(object.spec, 'egress', context),
  };
}

const shapes = shapesOf({
  text: ['action', 'namedPort', 'destinationNamedPort', 'protocol'],
  texts: ['networks'],
  object: [
    'subject',
    'namespaces',
    'pods',
    'nodes',
    'namespaceSelector',
    'podSelector',
    'portNumber',
    'portRange',
    'tcp',
    'udp',
    'sctp',
    'destinationPort',
  ],
  objects: ['ingress', 'egress', 'from', 'to', 'ports', 'protocols'],
});

function tierOf(kind: AdminKind, spec: Spec | undefined): AdminTier {
  if (kind === 'BaselineAdminNetworkPolicy') return 'Baseline';
  return kind === 'ClusterNetworkPolicy' && textIn(spec, 'tier') === 'Baseline' ? 'Baseline' : 'Admin';
}

/** What in the policy as a whole the API server does not accept. */
function mistakeIn(kind: AdminKind, { metadata, spec }: CustomObject): string | null {
  if (kind === 'BaselineAdminNetworkPolicy')
    return metadata?.name === 'default' ? null : 'a baseline of another name than default is not valid';
  const priority = numberIn(spec, 'priority');
  if (priority === undefined || priority < 0 || priority > 1_000) return `the priority ${priority ?? '(none)'} is not valid`;
  const tier = textIn(spec, 'tier') ?? '(none)';
  return kind === 'AdminNetworkPolicy' || ['Admin', 'Baseline'].includes(tier) ? null : `the tier ${tier} is not valid`;
}

interface RuleContext {
  readonly kind: AdminKind;
  readonly doubt: string | null;
}

/** A policy without rules for a direction does not affect it. */
function policing(spec: Spec | undefined, direction: Direction, context: RuleContext): Policing | undefined {
  const rules = objectsIn(spec, direction);
  return rules.length === 0 ? undefined : { isolates: false, rules: rules.flatMap((rule) => rulesOf(rule, direction, context)) };
}

const actions: Readonly<Record<AdminKind, Readonly<Record<string, Action>>>> = {
  AdminNetworkPolicy: { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
  BaselineAdminNetworkPolicy: { Allow: 'allow', Deny: 'deny' },
  ClusterNetworkPolicy: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
};

/** The rule; one whose action is not known may allow as well as deny, and is both, each a doubt. */
function rulesOf(rule: Spec, direction: Direction, { kind, doubt }: RuleContext): Rule[] {
  const named = objectsIn(rule, direction === 'ingress' ? 'from' : 'to').map((peer) => adminPeer(peer, direction));
  const peers = named.length === 0 ? [unevaluated('a rule without peers')] : named;
  const ports = [...objectsIn(rule, 'ports').map(adminPort), ...objectsIn(rule, 'protocols').map(adminProtocol)];
  const action = actions[kind][textIn(rule, 'action') ?? ''];
  const strange = doubt ?? (action === undefined ? 'its action is not known' : unknownField(rule));
  const what: Omit<Rule, 'action'> = {
    peers: peers.map(({ text }) => text),
    ports: ports.map(({ text }) => text),
    peer: (endpoint, self) => some(peers, ({ matches }) => matches(endpoint, self)),
    traffic: (traffic): Match => {
      const match = ports.length === 0 || some(ports, ({ matches }) => matches(traffic));
      return strange === null || match === false ? match : { doubt: strange };
    },
  };
  return possible(action).map((each) => ({ ...what, action: each }));
}

function unknownField(rule: Spec): string | null {
  const fields = unknownKeys(rule, ['name', 'action', 'from', 'to', 'ports', 'protocols']);
  return fields.length > 0 ? `${fields.join(', ')} is not evaluated` : null;
}
