import type { Cidr } from '../cidr.ts';
import type { CalicoBlock } from './calico-blocks.ts';
import type { Blocked } from './pool-usage.ts';

/** A pool of Calico that pods may get addresses from. */
export interface CalicoPool {
  readonly name: string;
  readonly cidr: Cidr;
  /** Addresses of one block. */
  readonly blockSize: number;
  /** Why the node may not take from it; null where it may. */
  readonly closed: Extract<Blocked, 'disabled' | 'node-selector'> | null;
  readonly blocks: readonly CalicoBlock[];
}
