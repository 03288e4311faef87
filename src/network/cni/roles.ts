import type { CustomObject } from '../../cluster/wire.ts';
import type { PluginId, PluginRole } from './plugin.ts';
import type { Recognised } from './recognised.ts';

/** The clouds' own plugins: others that stand beside them only filter, or take addresses from them. */
const cloudPlugins: readonly PluginId[] = ['aws-vpc', 'azure', 'gke'];

type Others = readonly Recognised[];
type RoleRule = (one: Recognised, others: Others, installation: CustomObject | undefined) => PluginRole;

const beside = (others: Others, ids: readonly PluginId[]): boolean => others.some(({ plugin }) => ids.includes(plugin.id));

/** Where Cilium is not chained to them it answers CNI ADD itself, and they hand out its addresses. */
const besideCilium: RoleRule = (_, others) =>
  others.some((other) => other.plugin.id === 'cilium' && !ciliumIsChained(other)) ? 'ipam' : 'main';

const rules: Readonly<Partial<Record<PluginId, RoleRule>>> = {
  calico: (one, others, installation) => (calicoOnlyFilters(one, installation) || beside(others, cloudPlugins) ? 'policy' : 'main'),
  cilium: (one, others) => (ciliumIsChained(one) && others.some(({ plugin }) => plugin.role === 'main') ? 'policy' : 'main'),
  antrea: (one, others) => (antreaOnlyFilters(one, others) ? 'policy' : 'main'),
  'kube-router': ({ settings }) => (settings['--run-router'] === 'false' || settings['--enable-cni'] === 'false' ? 'policy' : 'main'),
  azure: besideCilium,
  gke: besideCilium,
};

/**
 * The part that a plugin plays beside the others of this cluster.
 *
 * Sources: tigera/operator:pkg/render/node.go (spec.cni.type), cilium's `cni-chaining-mode`, kube-router's
 * `--run-router` and `--enable-cni` (off where it only speaks BGP for another), Calico's networking backend `none`, antrea-io/antrea:docs/design/policy-only.md (`trafficEncapMode`).
 */
export function roleIn(one: Recognised, all: Others, installation?: CustomObject): PluginRole {
  const others = all.filter((other) => other !== one && other.active);
  return rules[one.plugin.id]?.(one, others, installation) ?? one.plugin.role;
}

function calicoOnlyFilters({ settings }: Recognised, installation: CustomObject | undefined): boolean {
  const cni = installation?.spec?.['cni'];
  const type = typeof cni === 'object' && cni !== null && 'type' in cni ? cni.type : undefined;
  if (typeof type === 'string') return type !== 'Calico';
  const backend = settings['CALICO_NETWORKING_BACKEND'] ?? settings['calico_backend'];
  return /^(eni|azv|gke|aws)/.test(settings['FELIX_INTERFACEPREFIX'] ?? '') || backend === 'none';
}

function ciliumIsChained({ settings }: Recognised): boolean {
  const mode = settings['cni-chaining-mode'];
  return mode !== undefined && mode !== '' && mode !== 'none' && mode !== 'portmap';
}

/** On the clouds' networks it is installed so (antrea-aks.yml, antrea-eks.yml); their settings may go by a name with a hash, and stay unread. */
function antreaOnlyFilters({ settings }: Recognised, others: Others): boolean {
  const configuration = settings['antrea-agent.conf'];
  return configuration === undefined ? beside(others, cloudPlugins) : /^\s*trafficEncapMode: *"?networkPolicyOnly\b/im.test(configuration);
}
