/** What is known of a root cause apart from any one incident. */
export interface Cause {
  /** What it is called where no finding is at hand: in lists and metrics. */
  readonly title: string;
  /** Causes that follow from this one: where both are found, those are its symptoms. */
  readonly explains: readonly string[];
}

const plugin = ['cni-plugin-unhealthy', 'cni-not-initialized', 'node-network-unavailable'] as const;
const probes = ['app-readiness-probe-failing'] as const;

/**
 * The catalogue of root causes. The ids are fixed: users route and count by them.
 *
 * Only direct consequences are listed; `explains()` follows them to the end. No cause explains itself by any way round.
 */
export const causes = {
  'duplicate-pod-ip': { title: 'Live pods share an address', explains: [...probes] },
  'ip-pool-exhausted': { title: 'No free pod address', explains: [] },
  'ipam-state-corrupt': { title: 'Address records disagree with reality', explains: ['ip-pool-exhausted', 'duplicate-pod-ip'] },
  'static-ip-conflict': { title: 'A fixed address is taken', explains: ['duplicate-pod-ip'] },
  'pod-cidr-overlap': {
    title: 'Address ranges overlap',
    explains: ['duplicate-pod-ip', 'route-misconfigured', 'ipam-state-corrupt', 'cni-datastore-unreachable', ...probes],
  },
  'node-pod-cidr-missing': { title: 'A node has no pod address range', explains: [...plugin, 'route-misconfigured'] },
  'cni-not-initialized': { title: 'No network plugin on the node', explains: ['node-network-unavailable'] },
  'cni-plugin-unhealthy': { title: 'The network plugin is not healthy', explains: ['cni-not-initialized', 'node-network-unavailable'] },
  'cni-datastore-unreachable': { title: "The network plugin can't reach its datastore", explains: [...plugin] },
  'cni-auth-failure': { title: 'The network plugin is refused', explains: [...plugin, 'cni-datastore-unreachable', 'ip-pool-exhausted'] },
  'cni-version-incompatible': { title: "Versions of the network plugin don't fit together", explains: [...plugin] },
  'multiple-cni-plugins': {
    title: 'Two network plugins are active',
    explains: ['duplicate-pod-ip', 'ipam-state-corrupt', 'route-misconfigured', ...plugin],
  },
  'overlay-tunnel-down': { title: 'The overlay between nodes is down', explains: [...plugin, ...probes] },
  'route-misconfigured': { title: 'Routes do not lead to the pod', explains: [...plugin, 'overlay-tunnel-down', ...probes] },
  'mtu-mismatch': { title: 'MTUs differ along the path', explains: [...probes] },
  'network-policy-blocking': { title: 'A network policy blocks the traffic', explains: [...probes] },
  'node-network-unavailable': { title: "The node's network is not available", explains: [...probes] },
  'cloud-network-misconfigured': {
    title: "The cloud's network is misconfigured",
    explains: ['node-network-unavailable', 'ip-pool-exhausted', ...probes],
  },
  'app-readiness-probe-failing': { title: 'The readiness probe fails', explains: [] },
  'app-crash-looping': { title: 'A container crashes', explains: [...probes] },
  'app-oom-killed': { title: 'A container runs out of memory', explains: ['app-crash-looping', ...probes] },
  'app-image-pull': { title: 'An image cannot be pulled', explains: [] },
  'app-config-missing': { title: 'A ConfigMap, Secret or key is missing', explains: ['app-volume-mount', 'app-crash-looping'] },
  'app-unschedulable': { title: 'The pod cannot be scheduled', explains: [] },
  'app-volume-mount': { title: 'A volume cannot be mounted', explains: ['app-unschedulable'] },
  'app-init-failing': { title: 'An init container fails', explains: [] },
} as const satisfies Record<string, Cause>;

export type CauseId = keyof typeof causes;

/** Every cause id, in the catalogue's order. */
export const causeIds = Object.keys(causes) as readonly CauseId[];

/** Whether `cause` brings `other` about, directly or through what it brings about. Never of itself. */
export function explains(cause: CauseId, other: CauseId): boolean {
  const seen = new Set<string>();
  const open: string[] = [...causes[cause].explains];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === other) return cause !== other;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...causes[next as CauseId].explains);
  }
  return false;
}
