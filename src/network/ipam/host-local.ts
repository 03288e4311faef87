import { nodeRangeUsage } from './node-range.ts';
import type { PoolUsage } from './pool-usage.ts';
import { nodeOf, type UsageInputs } from './usage-inputs.ts';

/** host-local keeps the network address, the gateway and, in IPv4, the broadcast address (containernetworking/plugins:plugins/ipam/host-local/backend/allocator/range.go). */
const reserved = { v4: 3, v6: 2 };

/** The node's pod CIDRs, as host-local hands them out; kube-router may be told others by an annotation. */
export function hostLocalUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const node = nodeOf(inputs);
  const told = node?.metadata?.annotations?.['kube-router.io/pod-cidrs'] ?? node?.metadata?.annotations?.['kube-router.io/pod-cidr'];
  const byKubeRouter = inputs.plugin === 'kube-router' && told !== undefined ? told.split(',') : undefined;
  const cidrs = byKubeRouter ?? node?.spec?.podCIDRs ?? (node?.spec?.podCIDR === undefined ? [] : [node.spec.podCIDR]);
  return cidrs.flatMap((cidr) => nodeRangeUsage({ plugin: 'host-local', cidr: cidr.trim(), reserved }, inputs) ?? []);
}
