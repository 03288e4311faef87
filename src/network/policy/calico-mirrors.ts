import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject, NetworkPolicy } from '../../cluster/wire.ts';

type Original = Extract<Kind, 'NetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy'>;
type Named = Pick<CustomObject | NetworkPolicy, 'metadata'>;

/** How Calico names a Kubernetes policy that it has translated (`lib/names` of libcalico-go), by the kind of the original. */
const prefixes: readonly (readonly [prefix: string, kind: Original])[] = [
  ['knp.default.', 'NetworkPolicy'],
  ['kanp.adminnetworkpolicy.', 'AdminNetworkPolicy'],
  ['kbanp.baselineadminnetworkpolicy.', 'BaselineAdminNetworkPolicy'],
  ['kcnp.kube-admin.', 'ClusterNetworkPolicy'],
  ['kcnp.kube-baseline.', 'ClusterNetworkPolicy'],
];

/**
 * Calico's policies without the translations of Kubernetes policies, which its API server and calicoctl list among them. A
 * translation whose original was not read stays.
 */
export function withoutMirrors<T extends Named>(objects: readonly T[], read: (kind: Original) => readonly Named[]): T[] {
  const mirrors = new Set(prefixes.flatMap(([prefix, kind]) => read(kind).map((original) => fullName(original, prefix))));
  return objects.filter((object) => !mirrors.has(fullName(object)));
}

function fullName({ metadata }: Named, prefix = ''): string {
  return `${metadata?.namespace ?? ''}/${prefix}${metadata?.name ?? ''}`;
}
