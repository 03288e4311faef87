import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject } from '../../cluster/wire.ts';
import { type Match, some } from './match.ts';
import { isSelectable, podsAcross, podsIn, unevaluated, type Peer } from './peers.ts';
import { type Action, type Direction, type OrderedPolicy, type Policing, policyRef } from './policy.ts';
import { misshapenSpec, shapesOf, unreadablePolicy } from './shape.ts';
import { numberIn, objectIn, objectsIn, type Spec, textIn, unknownKeys } from './spec.ts';

type AntreaKind = Extract<Kind, 'AntreaNetworkPolicy' | 'AntreaClusterNetworkPolicy'>;

const actions: Readonly<Record<string, Action>> = { Allow: 'allow', Drop: 'deny', Reject: 'deny', Pass: 'pass' };

/**
 * An Antrea policy: which pods it applies to is evaluated, what its rules match is not. Its rules therefore only say what
 * it might decide; the tier `baseline` comes after NetworkPolicy, the others before.
 */
export function antreaPolicy(kind: AntreaKind, object: CustomObject): OrderedPolicy {
  const namespace = kind === 'AntreaNetworkPolicy' ? (object.metadata?.namespace ?? 'default') : null;
  const metadata = { name: object.metadata?.name ?? '', ...(namespace === null ? {} : { namespace }) };
  const ref = policyRef(kind, { metadata });
  const place = { tier: textIn(object.spec, 'tier')?.toLowerCase() ?? 'application', order: numberIn(object.spec, 'priority') ?? 0 };
  const wrong = misshapenSpec(object.spec, shapes);
  if (wrong !== undefined) return { ...unreadablePolicy(ref, namespace, wrong), ...place };
  const peers = appliedTo(object.spec).map((item) => subjectOf(item, namespace));
  return {
    ref,
    ...place,
    selects: (endpoint): Match => isSelectable(endpoint) && some(peers, ({ matches }) => matches(endpoint, endpoint)),
    ingress: policing(object.spec, 'ingress'),
    egress: policing(object.spec, 'egress'),
  };
}

const shapes = shapesOf({
  text: ['tier', 'action'],
  number: ['priority'],
  object: ['podSelector', 'namespaceSelector'],
  objects: ['ingress', 'egress', 'appliedTo'],
});

/** Who it applies to stands in the policy or in each of its rules. */
function appliedTo(spec: Spec | undefined): Spec[] {
  const rules = [...objectsIn(spec, 'ingress'), ...objectsIn(spec, 'egress')];
  return [...objectsIn(spec, 'appliedTo'), ...rules.flatMap((rule) => objectsIn(rule, 'appliedTo'))];
}

function subjectOf(item: Spec, namespace: string | null): Peer {
  const strange = unknownKeys(item, ['podSelector', 'namespaceSelector']);
  if (strange.length > 0) return unevaluated(`appliedTo by ${strange.join(', ')}`);
  const pods = objectIn(item, 'podSelector');
  return namespace === null ? podsAcross(objectIn(item, 'namespaceSelector'), pods) : podsIn(namespace, pods);
}

function policing(spec: Spec | undefined, direction: Direction): Policing | undefined {
  const found = [...new Set(objectsIn(spec, direction).map((rule) => actions[textIn(rule, 'action') ?? 'Allow'] ?? 'deny'))];
  if (found.length === 0) return undefined;
  const doubt = { doubt: 'Antrea policies are not evaluated' };
  return {
    isolates: false,
    rules: found.map((action) => ({
      action,
      peers: ['(not evaluated)'],
      ports: ['(not evaluated)'],
      peer: () => doubt,
      traffic: () => doubt,
    })),
  };
}
