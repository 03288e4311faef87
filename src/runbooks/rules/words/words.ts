import type { Exhibit } from '../../../core/evidence.ts';
import type { PodRow } from '../../../collectors/pod-row.ts';
import type { PoolUsage } from '../../../network/ipam/pool-usage.ts';
import type { Classification } from '../../../network/cni/classify.ts';
import { usageOfMessage } from './message-range.ts';
import type { Situation } from '../situation.ts';

/** Words of the plugin, the kubelet or the cloud that name a cause, as often as they were seen. */
export interface Words {
  readonly classification: Classification;
  readonly exhibits: readonly [Exhibit, ...Exhibit[]];
  /** RFC 3339 of the last time. */
  readonly at: string | null;
  readonly count: number;
  readonly lastedMs: number;
}

/** What the words are weighed against. */
export interface Surroundings {
  readonly situation: Situation;
  /** Pool arithmetic as far as it could be done; empty where nothing is known. */
  readonly usages: readonly PoolUsage[];
  /** Every pod of the cluster; undefined where they were not read. */
  readonly podRows: readonly PodRow[] | undefined;
  /** The node's pods against what its kubelet takes, where it takes no more; undefined where there is room. */
  readonly fullNode: PoolUsage | undefined;
}

/** The range that the message itself names decides; without one, the pools that the node takes addresses from. */
export function poolsOf({ message }: Classification, { usages, podRows }: Surroundings): readonly PoolUsage[] {
  const named = podRows === undefined ? undefined : usageOfMessage(message.text, podRows);
  return named === undefined ? usages : [named];
}
