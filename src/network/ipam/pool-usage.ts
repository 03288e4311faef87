import type { Family } from '../cidr.ts';

/** An address that IPAM's records keep for an owner who does not hold it. */
export interface LeakedAddress {
  readonly address: string;
  /** `namespace/name` of the pod it was given to, or what the record says instead. */
  readonly owner: string;
  /** What is wrong with it, e.g. "the pod is gone". */
  readonly why: string;
}

/** Why free addresses can't be given out here. */
export type Blocked = 'strict-affinity' | 'node-selector' | 'disabled' | 'max-blocks' | 'no-block';

/** What kind of exhaustion it is when nothing is free; a detail of `ip-pool-exhausted`. */
export type ExhaustedAs = 'node-range-full' | 'pool-full' | 'no-block-available' | 'subnet-full' | 'eni-limit' | 'max-pods-reached';

/** Addresses of one range or pool: how many there are and who holds them. */
export interface PoolUsage {
  readonly plugin: string;
  readonly scope: 'node' | 'pool' | 'subnet';
  /** The node, the pool or the subnet. */
  readonly name: string;
  /** The node it belongs to; null for pools of all nodes. */
  readonly node: string | null;
  readonly cidr: string | null;
  readonly family: Family;
  /** Addresses that pods can be given at most. */
  readonly capacity: number;
  /** Addresses that the plugin's records call used; null where no API shows its records. */
  readonly used: number | null;
  /** Live pods that hold an address of it; of a very large pool with room, what its records say. */
  readonly livePods: number;
  /** Addresses that the records keep for tunnels, gateways, routers and reservations. */
  readonly reserved: number;
  /** Capacity without what is used and reserved; null where that is not known. */
  readonly free: number | null;
  /** Allocations whose owner is gone; the first 100. */
  readonly leaked: readonly LeakedAddress[];
  /** Why free addresses can't be given out here; null where nothing stands in the way. */
  readonly blockedBy: Blocked | null;
  readonly exhaustedAs: ExhaustedAs;
  /** Words of the cloud or the operator that themselves say that nothing is left; null where there are none. */
  readonly declaredFull: string | null;
  /** The figures as one sentence: "58 of 61 addresses of 10.244.2.0/26 are held by live pods". */
  readonly facts: string;
}

/** The most leaks that are listed. */
export const mostLeaks = 100;
