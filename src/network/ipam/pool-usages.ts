import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject, Node } from '../../cluster/wire.ts';
import { cidrContains, parseAddress, parseCidr } from '../cidr.ts';
import { holdsAddress } from '../duplicates.ts';
import type { PodAddress } from '../duplicates.ts';
import type { PluginId, PluginSettings } from '../cni/plugin.ts';
import type { PoolUsage } from './pool-usage.ts';

/** What the arithmetic is done on. */
export interface UsageInputs {
  /** The plugin that answers CNI ADD; null where none was recognised. */
  readonly plugin: PluginId | null;
  readonly settings: PluginSettings;
  /** Name of the node in question. */
  readonly node: string;
  readonly nodes: readonly Node[];
  readonly pods: readonly PodAddress[];
  readonly objects: Readonly<Partial<Record<Kind, readonly CustomObject[]>>>;
}

/** The ranges and pools that pods of the node take addresses from, with who holds them. */
export function poolUsages({ node, nodes, pods }: UsageInputs): readonly PoolUsage[] {
  const found = nodes.find(({ metadata }) => metadata?.name === node);
  return (found?.spec?.podCIDRs ?? []).flatMap((text) => {
    const range = parseCidr(text);
    if (range === undefined) return [];
    const held = pods.filter((pod) => pod.node === node && holdsAddress(pod) && pod.addresses.some((one) => contains(range, one))).length;
    const capacity = Number(range.last - range.first) + 1 - (range.family === 4 ? 3 : 2);
    return [
      {
        plugin: 'host-local',
        scope: 'node' as const,
        name: node,
        node,
        cidr: text,
        family: range.family,
        capacity,
        used: null,
        livePods: held,
        reserved: 0,
        free: null,
        leaked: [],
        blockedBy: null,
        facts: `${held} of ${capacity} addresses of ${text} are held by live pods`,
      },
    ];
  });
}

function contains(range: NonNullable<ReturnType<typeof parseCidr>>, text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && cidrContains(range, address);
}
