/** Addresses of one range or pool: how many there are and who holds them. */
export interface PoolUsage {
  readonly plugin: string;
  readonly scope: 'node' | 'pool' | 'subnet';
  /** The node, the pool or the subnet. */
  readonly name: string;
  /** The node it belongs to; null for pools of all nodes. */
  readonly node: string | null;
  readonly cidr: string | null;
  readonly family: 4 | 6;
  /** Addresses that pods can be given at most. */
  readonly capacity: number;
  /** Addresses that the plugin's records call used; null where no API shows its records. */
  readonly used: number | null;
  /** Live pods that hold an address of it. */
  readonly livePods: number;
  readonly reserved: number;
  /** Capacity without what is used and reserved; null where that is not known. */
  readonly free: number | null;
  /** Allocations whose owner is gone. */
  readonly leaked: readonly { readonly address: string; readonly owner: string; readonly why: string }[];
  /** Why free addresses can't be given out here; null where nothing stands in the way. */
  readonly blockedBy: 'strict-affinity' | 'node-selector' | 'disabled' | 'max-blocks' | 'no-block' | null;
  /** The figures as one sentence: "58 of 61 addresses of 10.244.2.0/26 are held by live pods". */
  readonly facts: string;
}
