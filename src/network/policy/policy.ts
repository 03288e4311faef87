import type { Kind } from '../../cluster/kinds.ts';
import type { KubernetesObject } from '../../cluster/wire.ts';
import type { Endpoint, PodEndpoint, Protocol } from './endpoint.ts';
import type { Match } from './match.ts';

export type Direction = 'ingress' | 'egress';

/** `pass` leaves the tier undecided. */
export type Action = 'allow' | 'deny' | 'pass';

/** What a rule may do: its action, or allow and deny where it has none that is known. */
export function possible(action: Action | undefined): readonly Action[] {
  return action === undefined ? ['allow', 'deny'] : [action];
}

/** What passes the policed pod, apart from who is at the other end. */
export interface Traffic {
  /** The pod that the policy selects. */
  readonly self: PodEndpoint;
  /** The connection's destination: `self` for ingress, the peer for egress. */
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Rule {
  readonly action: Action;
  /** Who, in words; none = anyone. */
  readonly peers: readonly string[];
  /** On which ports, in words; none = every port. */
  readonly ports: readonly string[];
  /** Whether it speaks of this peer of the policed pod. */
  readonly peer: (endpoint: Endpoint, self: PodEndpoint) => Match;
  /** Whether the rule speaks of this port and protocol. */
  readonly traffic: (traffic: Traffic) => Match;
}

export interface PolicyRef {
  readonly kind: Kind;
  /** `namespace/name`, or `Kind/name` where it is cluster-scoped. */
  readonly name: string;
}

/** What a policy says of one direction. */
export interface Policing {
  /** In the order in which they stand. */
  readonly rules: readonly Rule[];
  /** Traffic that no rule allows is refused. */
  readonly isolates: boolean;
}

/** A policy of any kind, compiled once and asked often. */
export interface Policy {
  readonly ref: PolicyRef;
  readonly selects: (pod: PodEndpoint) => Match;
  /** Undefined where it does not speak of that direction. */
  readonly ingress: Policing | undefined;
  readonly egress: Policing | undefined;
}

/** A policy whose place among others decides; the lowest order comes first. */
export interface OrderedPolicy extends Policy {
  readonly tier: string;
  readonly order: number;
  /** Policies of equal order that share a series come by their name in it; without one they have no order among themselves. */
  readonly series?: { readonly id: string; readonly name: string };
}

/** The name under which reports know a policy. */
export function policyRef(kind: Kind, { metadata }: KubernetesObject): PolicyRef {
  const name = metadata?.name ?? '';
  // Our names of kinds say whose they are where several groups have one of that name; the objects themselves don't.
  const objectKind = kind.replace(/^(Calico|Antrea)/, '');
  return { kind, name: metadata?.namespace === undefined ? `${objectKind}/${name}` : `${metadata.namespace}/${name}` };
}

/** The names in order, each once. */
export function namesOf(refs: readonly PolicyRef[]): string[] {
  return [...new Set(refs.map(({ name }) => name))].sort();
}
