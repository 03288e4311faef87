import { podEnd } from './ends.ts';
import type { ContainerPort, PodEndpoint, PolicyPod, Protocol } from './endpoint.ts';
import { isDoubt } from './match.ts';
import type { PolicyIndex } from './policy-index.ts';
import type { Direction, Policy, PolicyRef, Rule } from './policy.ts';
import { unreadPolicies } from './side.ts';
import type { Selection } from './stages.ts';

/** A policy of any kind that selects a pod. */
export interface SelectingPolicy extends PolicyRef {
  /** The directions that it speaks of. */
  readonly directions: readonly Direction[];
  /** Why it is not sure that it selects the pod; null where it is. */
  readonly doubt: string | null;
}

/** What the policies let into one port that a container declares. */
export interface PortOpening extends ContainerPort {
  /** `unknown` where a policy that is not fully evaluated, or was not read, may decide otherwise. */
  readonly open: 'to-all' | 'to-some' | 'to-none' | 'unknown';
  /** Who may enter, in words; empty for `to-all` and `to-none`. */
  readonly from: readonly string[];
  /** The policies whose rules let them in. */
  readonly policies: readonly string[];
}

/** What is let into a pod, whoever asks. The pod's own node always gets in. */
export interface IngressIsolation {
  /** NetworkPolicies, and Cilium's, that refuse what no rule allows. None: the pod is open as far as they go. */
  readonly isolatedBy: readonly PolicyRef[];
  /** It is isolated, and no rule of any policy that selects it allows anything. */
  readonly nothingMayEnter: boolean;
  /** One for each port that its containers declare. */
  readonly ports: readonly PortOpening[];
  /** Every allow rule in words: `shop/allow-web allows 8080/TCP from pods app=web of shop`. */
  readonly rules: readonly string[];
  /** Why it may be otherwise: policies in an order of their own, not evaluated or not read. Empty where all was evaluated. */
  readonly doubts: readonly string[];
}

/** Every policy that selects the pod or may do so, by kind and name. None for a hostNetwork or finished pod. */
export function policiesSelecting(index: PolicyIndex, pod: PolicyPod): SelectingPolicy[] {
  const endpoint = endpointOf(index, pod);
  if (endpoint === undefined) return [];
  const { admin, antrea, calico, core, cilium } = index.selections(endpoint);
  return [...admin, ...antrea, ...calico, ...core, ...cilium].map(({ policy, selected }) => ({
    ...policy.ref,
    directions: (['ingress', 'egress'] as const).filter((direction) => policy[direction] !== undefined),
    doubt: isDoubt(selected) ? selected.doubt : null,
  }));
}

function endpointOf(index: PolicyIndex, pod: PolicyPod): PodEndpoint | undefined {
  const [endpoint] = podEnd(index, pod).endpoints;
  return endpoint.kind === 'pod' ? endpoint : undefined;
}

/** Which policies isolate the pod for ingress, and what may still come in through each of its ports. */
export function ingressIsolation(index: PolicyIndex, pod: PolicyPod): IngressIsolation {
  const endpoint = endpointOf(index, pod);
  if (endpoint === undefined) return { isolatedBy: [], nothingMayEnter: false, ports: [], rules: [], doubts: [] };
  const { admin, antrea, calico, core, cilium } = index.selections(endpoint);
  const additive = speaking([...core, ...cilium]);
  const isolating = additive.filter(({ policy, selected }) => selected === true && policy.ingress?.isolates === true);
  const doubts = [
    ...speaking([...admin, ...antrea, ...calico]).map(({ policy }) => `${policy.ref.name} has an order of its own`),
    ...unreadPolicies(index, pod.namespace),
    ...unsure(additive),
  ];
  const allowing = additive.flatMap(({ policy }) => allowRules(policy).map((rule) => ({ rule, name: policy.ref.name })));
  return {
    isolatedBy: isolating.map(({ policy }) => policy.ref),
    nothingMayEnter: isolating.length > 0 && allowing.length === 0 && doubts.length === 0,
    ports: pod.ports.map((port) => opening(endpoint, port, { additive, isolated: isolating.length > 0, doubts })),
    rules: allowing.map(({ rule, name }) => `${name} allows ${describeRule(rule)}`),
    doubts,
  };
}

function speaking<P extends Policy>(selections: readonly Selection<P>[]): Selection<P>[] {
  return selections.filter(({ policy }) => policy.ingress !== undefined);
}

function unsure(selections: readonly Selection[]): string[] {
  const selecting = selections.flatMap(({ policy, selected }) => (isDoubt(selected) ? [`${policy.ref.name}: ${selected.doubt}`] : []));
  const denying = selections.filter(({ policy }) => (policy.ingress?.rules ?? []).some(({ action }) => action === 'deny'));
  return [...selecting, ...denying.map(({ policy }) => `${policy.ref.name} has rules that deny`)];
}

function allowRules(policy: Policy): readonly Rule[] {
  return (policy.ingress?.rules ?? []).filter(({ action }) => action === 'allow');
}

function describeRule({ peers, ports }: Rule): string {
  const what = ports.length === 0 ? 'every port' : ports.join(', ');
  return `${what} from ${peers.length === 0 ? 'anyone' : peers.join(' or ')}`;
}

interface Surroundings {
  readonly additive: readonly Selection[];
  readonly isolated: boolean;
  readonly doubts: readonly string[];
}

function opening(self: PodEndpoint, port: ContainerPort, { additive, isolated, doubts }: Surroundings): PortOpening {
  const traffic = { self, to: self, port: port.port, protocol: port.protocol as Protocol };
  const hits = additive.flatMap(({ policy }) =>
    allowRules(policy).flatMap((rule) => {
      const match = rule.traffic(traffic);
      return match === false ? [] : [{ rule, match, name: policy.ref.name }];
    }),
  );
  const policies = [...new Set(hits.map(({ name }) => name))].sort();
  const from = [...new Set(hits.flatMap(({ rule }) => rule.peers))];
  if (doubts.length > 0 || hits.some(({ match }) => match !== true)) return { ...port, open: 'unknown', from, policies };
  if (!isolated || hits.some(({ rule }) => rule.peers.length === 0)) return { ...port, open: 'to-all', from: [], policies };
  return { ...port, open: hits.length === 0 ? 'to-none' : 'to-some', from, policies };
}
