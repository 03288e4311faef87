import type { CauseId } from '../../core/causes.ts';

/** The finer slugs of the causes that a network plugin's words can name. */
export const details = {
  'ip-pool-exhausted': ['node-range-full', 'pool-full', 'no-block-available', 'subnet-full', 'eni-limit', 'max-pods-reached'],
  'ipam-state-corrupt': ['leaked-allocations', 'stale-allocation', 'address-already-allocated', 'bridge-address-mismatch'],
  'pod-cidr-overlap': ['node-node', 'pod-node-network', 'pod-service', 'pool-pool'],
  'cni-not-initialized': ['no-config', 'no-binary', 'no-pod-on-node'],
  'cni-plugin-unhealthy': ['crash-looping', 'oom-killed', 'not-ready', 'image-pull', 'agent-not-answering', 'pending'],
  'cni-datastore-unreachable': ['api-server-timeout', 'api-server-refused', 'dns', 'etcd', 'agent-socket'],
  'cni-auth-failure': ['unauthorized', 'forbidden', 'certificate', 'cloud-permissions'],
  'overlay-tunnel-down': ['bgp', 'vxlan', 'ipip', 'geneve', 'wireguard'],
  'node-network-unavailable': ['kubelet-silent', 'kubelet-not-ready', 'network-unavailable', 'runtime-down'],
} as const satisfies Partial<Record<CauseId, readonly string[]>>;

type Detailed = keyof typeof details;

/** A cause, or a cause with its detail: `ip-pool-exhausted/subnet-full`. A wrong pair does not compile. */
export type Claim = CauseId | { [C in Detailed]: `${C}/${(typeof details)[C][number]}` }[Detailed];

export interface CauseAndDetail {
  readonly cause: CauseId;
  readonly detail: string | null;
}

/** The two halves of a claim; the detail is null where it names none. */
export function parseClaim(claim: Claim): CauseAndDetail {
  const [cause, detail] = claim.split('/') as [CauseId, string | undefined];
  return { cause, detail: detail ?? null };
}
