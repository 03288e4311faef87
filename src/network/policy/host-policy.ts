import type { CustomObject } from '../../cluster/wire.ts';
import { ciliumSelector } from './cilium-selector.ts';
import { specsOf } from './cilium.ts';
import type { Match } from './match.ts';
import { policyRef, type PolicyRef } from './policy.ts';
import type { Labels } from './selector.ts';
import { isSpec } from './spec.ts';

/** A policy for nodes rather than pods. Which nodes it takes is evaluated, its rules are not. */
export interface HostPolicy {
  readonly ref: PolicyRef;
  readonly selects: (labels: Labels) => Match;
}

/** The host policies in a CiliumClusterwideNetworkPolicy: its specs with a `nodeSelector`. */
export function hostPolicies(object: CustomObject): HostPolicy[] {
  const ref = policyRef('CiliumClusterwideNetworkPolicy', { metadata: { name: object.metadata?.name ?? '' } });
  return specsOf(object).flatMap(({ nodeSelector }) => {
    if (nodeSelector === undefined) return [];
    const selector = isSpec(nodeSelector) ? ciliumSelector(nodeSelector) : undefined;
    return [{ ref, selects: selector?.matches ?? ((): Match => ({ doubt: 'its nodeSelector is not evaluated' })) }];
  });
}
