import type { RedisClient } from '../redis/connection.ts';
import { cursorAfter, idOfCursor } from './cursor.ts';
import type { Page } from './triage-record.ts';
import type { PageRequest } from './triage-store.ts';

/** How a list is read: the sorted set of ids, how ids become items, and which of these belong to the page. */
export interface Listing<T extends { readonly id: string }> {
  readonly list: string;
  /** Items of the ids that still exist, in the order of the ids. */
  read(ids: readonly string[]): Promise<readonly T[]>;
  matches(item: T): boolean;
}

const mostItems = 500;
/** Ids read at once where most of them may not match. */
const largestChunk = 200;

/** One page of a list, newest first. */
export async function readPage<T extends { readonly id: string }>(
  redis: RedisClient,
  listing: Listing<T>,
  page: PageRequest,
): Promise<Page<T>> {
  const limit = Math.min(Math.max(1, Math.floor(page.limit)), mostItems);
  const items: T[] = [];
  let chunk = Math.min(limit + 1, largestChunk);
  let below = idOfCursor(page.cursor);
  while (items.length <= limit) {
    const ids = await redis.zrevrangebylex(listing.list, below === null ? '+' : `(${below}`, '-', 'LIMIT', 0, chunk);
    const last = ids.at(-1);
    if (last === undefined) break;
    below = last;
    items.push(...(await listing.read(ids)).filter((item) => listing.matches(item)));
    if (ids.length < chunk) break;
    chunk = largestChunk;
  }
  const shown = items.slice(0, limit);
  const end = shown.at(-1);
  return { items: shown, next: items.length > limit && end !== undefined ? cursorAfter(end.id) : null };
}
