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

/**
 * The same rows, indexed by address and freed of texts that they hold twice. Done bit by bit, so that 150,000 rows keep
 * nobody waiting.
 */
export async function indexByAddress(rows: readonly PodRow[]): Promise<readonly PodRow[]> {
  const one = interner();
  const kept: PodRow[] = [];
  const holders: Holders = new Map();
  for (const [place, row] of rows.entries()) {
    const lean = leaner(row, one);
    kept.push(lean);
    add(holders, lean);
    if (place % slice === slice - 1) await nextTurn();
  }
  indexes.set(kept, holders);
  return kept;
}

function add(holders: Holders, row: PodRow): void {
  for (const address of row.addresses) {
    const before = holders.get(address);
    if (before === undefined) holders.set(address, row);
    else if (Array.isArray(before)) before.push(row);
    else holders.set(address, [before, row]);
  }
}

/** Gives the first text of those that are equal. */
function interner(): <T extends string | null>(text: T) => T {
  const known = new Map<unknown, unknown>();
  return <T extends string | null>(text: T): T => {
    const before = known.get(text);
    if (before !== undefined) return before as T;
    known.set(text, text);
    return text;
  };
}

const nothing: readonly string[] = [];

function leaner(row: PodRow, one: <T extends string | null>(text: T) => T): PodRow {
  return {
    ...row,
    namespace: one(row.namespace),
    node: one(row.node),
    phase: one(row.phase),
    waiting: one(row.waiting),
    createdAt: one(row.createdAt),
    readyChangedAt: one(row.readyChangedAt),
    owner: row.owner === null ? null : { kind: one(row.owner.kind), name: one(row.owner.name) },
    controller: one(row.controller),
    secondaryAddresses: row.secondaryAddresses.length === 0 ? nothing : row.secondaryAddresses,
  };
}
