import { setImmediate as nextTurn } from 'node:timers/promises';
import { oncePer } from '../core/once-per.ts';
import type { PodRow } from './pod-row.ts';

/** Rows by address; one row, or several where pods share the address. */
type Holders = Map<string, PodRow | PodRow[]>;

const indexes = new WeakMap<readonly PodRow[], Holders>();
const indexOf = oncePer((rows: readonly PodRow[]): Holders => {
  const holders: Holders = new Map();
  for (const row of rows) add(holders, row);
  return holders;
});

/** The rows that have an address, given in canonical form, whatever the state of their pods. */
export function rowsWith(rows: readonly PodRow[], address: string): readonly PodRow[] {
  const found = (indexes.get(rows) ?? indexOf(rows)).get(address);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

/** So many rows take some milliseconds. */
const slice = 2_000;

/** The same rows, indexed by address. Done bit by bit, so that 150,000 rows keep nobody waiting. */
export async function indexByAddress(rows: readonly PodRow[]): Promise<readonly PodRow[]> {
  const holders: Holders = new Map();
  for (const [place, row] of rows.entries()) {
    add(holders, row);
    if (place % slice === slice - 1) await nextTurn();
  }
  indexes.set(rows, holders);
  return rows;
}

function add(holders: Holders, row: PodRow): void {
  for (const address of row.addresses) {
    const before = holders.get(address);
    if (before === undefined) holders.set(address, row);
    else if (Array.isArray(before)) before.push(row);
    else holders.set(address, [before, row]);
  }
}
