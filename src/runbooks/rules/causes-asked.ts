import type { CauseId } from '../../core/causes.ts';

/** What a plugin's log may say of the plugin itself: it crashes, is refused, is cut off. */
export const healthCauses: ReadonlySet<CauseId> = new Set([
  'cni-plugin-unhealthy',
  'cni-not-initialized',
  'cni-datastore-unreachable',
  'cni-auth-failure',
  'node-pod-cidr-missing',
  'cloud-network-misconfigured',
  'node-network-unavailable',
]);

/** What it may say of addresses. */
export const addressCauses: ReadonlySet<CauseId> = new Set([
  'ip-pool-exhausted',
  'ipam-state-corrupt',
  'duplicate-pod-ip',
  'static-ip-conflict',
  'pod-cidr-overlap',
]);

/** What it may say of the way to the pod. */
export const pathCauses: ReadonlySet<CauseId> = new Set([
  'overlay-tunnel-down',
  'route-misconfigured',
  'mtu-mismatch',
  'network-policy-blocking',
  ...addressCauses,
]);

/** What is left. */
export const leftOverCauses: ReadonlySet<CauseId> = new Set(['cni-version-incompatible', 'multiple-cni-plugins']);
