import { nodeRangeUsage } from './node-range.ts';
import type { PoolUsage } from './pool-usage.ts';
import { list, record, text } from './untyped.ts';
import { nodeOf, type UsageInputs } from './usage-inputs.ts';

/** OVN-Kubernetes keeps network, gateway (.1), management port (.2) and broadcast; .3 too under a hybrid overlay (ovn-org/ovn-kubernetes:go-controller/pkg/util/net.go). */
const reserved = { v4: 4, v6: 3 };

/** The node's subnets of the default network, from its annotation; `spec.podCIDR` is not used by this plugin. */
export function ovnUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const annotations = nodeOf(inputs)?.metadata?.annotations ?? {};
  const hybrid = annotations['k8s.ovn.org/hybrid-overlay-distributed-router-gateway-mac'] === undefined ? 0 : 1;
  return subnetsIn(annotations['k8s.ovn.org/node-subnets']).flatMap(
    (cidr) => nodeRangeUsage({ plugin: 'ovn-kubernetes', cidr, reserved: { v4: reserved.v4 + hybrid, v6: reserved.v6 } }, inputs) ?? [],
  );
}

/** `{"default":["10.128.0.0/23"]}`; older releases write a single text instead of the list. */
function subnetsIn(annotation: string | undefined): readonly string[] {
  const subnets = record(parsed(annotation ?? '{}'))['default'];
  return typeof subnets === 'string' ? [subnets] : list(subnets).flatMap((subnet) => text(subnet) ?? []);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
