import { listIndex } from '../core/list-index.ts';
import { ShardedMap } from '../core/sharded-map.ts';
import type { PodRow } from './pod-row.ts';

/** Rows by address; one row, or several where pods share the address. */
type Holders = ShardedMap<PodRow | PodRow[]>;

/** The rows of a list by address. */
export const addressIndex = listIndex(
  (): Holders => new ShardedMap(),
  (holders, row: PodRow) => {
    for (const address of row.addresses) {
      const before = holders.get(address);
      if (before === undefined) holders.set(address, row);
      else if (Array.isArray(before)) before.push(row);
      else holders.set(address, [before, row]);
    }
  },
);

/** The rows that have an address, given in canonical form, whatever the state of their pods. */
export function rowsWith(rows: readonly PodRow[], address: string): readonly PodRow[] {
  const found = addressIndex.of(rows).get(address);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}
