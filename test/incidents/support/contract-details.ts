import type { CauseId } from '../../../src/core/causes.ts';

/** The details that users may route by, at least; documented in docs/diagnosis.md. */
const table: Readonly<Partial<Record<CauseId, string>>> = {
  'ip-pool-exhausted': 'node-range-full pool-full no-block-available subnet-full eni-limit max-pods-reached',
  'ipam-state-corrupt': 'leaked-allocations stale-allocation address-already-allocated bridge-address-mismatch',
  'pod-cidr-overlap': 'node-node pod-node-network pod-service pool-pool',
  'cni-not-initialized': 'no-config no-binary no-pod-on-node',
  'cni-plugin-unhealthy': 'crash-looping oom-killed not-ready image-pull agent-not-answering pending',
  'cni-datastore-unreachable': 'api-server-timeout api-server-refused dns etcd agent-socket',
  'cni-auth-failure': 'unauthorized forbidden certificate cloud-permissions',
  'overlay-tunnel-down': 'bgp vxlan ipip geneve wireguard',
  'node-network-unavailable': 'kubelet-silent kubelet-not-ready network-unavailable runtime-down',
  'app-readiness-probe-failing': 'wrong-port wrong-protocol connection-refused timeout http-status exec-failed',
  'app-crash-looping': 'exit-code cannot-start liveness-wrong-port liveness-wrong-protocol liveness-too-strict port-conflict',
  'app-image-pull': 'not-found unauthorized registry-unreachable registry-dns rate-limited wrong-platform invalid-name',
  'app-config-missing': 'configmap secret key service-account',
  'app-unschedulable':
    'insufficient-cpu insufficient-memory insufficient-other taint node-selector node-affinity node-cordoned pod-anti-affinity pod-affinity topology-spread volume too-many-pods no-nodes scheduler-silent',
  'app-volume-mount': 'unbound-claim permission-denied attach-failed missing-object wrong-node',
};

export const contractDetails: readonly (readonly [CauseId, string])[] = Object.entries(table).flatMap(([cause, details]) => details.split(' ').map((detail) => [cause as CauseId, detail] as const));
