import { pluginById } from '../cni/registry.ts';
import { answer, type PluginId } from '../cni/plugin.ts';
import { antreaUsages } from './antrea-pools.ts';
import { azureUsages } from './azure-network-config.ts';
import { calicoUsages } from './calico-pools.ts';
import { ciliumUsages } from './cilium-node.ts';
import { eniUsages } from './eni-limits.ts';
import { hostLocalUsages } from './host-local.ts';
import { ovnUsages } from './ovn-subnets.ts';
import type { PoolUsage } from './pool-usage.ts';
import type { UsageInputs } from './usage-inputs.ts';
import { whereaboutsUsages } from './whereabouts-pools.ts';

export type { UsageInputs } from './usage-inputs.ts';

type Arithmetic = (inputs: UsageInputs) => readonly PoolUsage[];

/** Plugins that keep addresses in a way of their own; all others that need the node's pod CIDR are host-local. */
const ownWay: Readonly<Partial<Record<PluginId, Arithmetic>>> = {
  calico: calicoUsages,
  cilium: ciliumUsages,
  'aws-vpc': eniUsages,
  azure: azureUsages,
  'ovn-kubernetes': ovnUsages,
};

/**
 * The ranges and pools that pods of the node take addresses from, with who holds them: those of the main plugin first,
 * then the pools of AntreaIPAM and whereabouts where there are any. Empty where nothing can be counted.
 */
export function poolUsages(inputs: UsageInputs): readonly PoolUsage[] {
  return [...mainUsages(inputs), ...antreaUsages(inputs), ...whereaboutsUsages(inputs)];
}

function mainUsages(inputs: UsageInputs): readonly PoolUsage[] {
  if (inputs.plugin === null) return hostLocalUsages(inputs);
  const plugin = pluginById(inputs.plugin);
  const fromPodCidr = answer(plugin.needsPodCidr, inputs.settings);
  // Cilium repeats the node's pod CIDRs in its CiliumNode, and keeps other addresses of them than host-local.
  if (fromPodCidr === true && plugin.id !== 'cilium') return hostLocalUsages(inputs);
  return ownWay[plugin.id]?.(inputs) ?? [];
}
