import { availableParallelism } from 'node:os';
import type { AnyObject } from '../kinds.ts';
import type { Origin } from '../portable.ts';
import type { Listing } from '../reader.ts';
import { ownTurn } from '../turns.ts';
import { notJson } from './failure.ts';
import type { Errand } from './failure.ts';
import { itemsOf } from './list-body.ts';
import { startPageParser } from './page-parser.ts';
import type { PageParser } from './page-parser.ts';
import type { PageRoom } from './answer-body.ts';
import type { Page } from './pages.ts';
import { valueSharer } from './shared-values.ts';

interface Picking<T> {
  /** The most objects that are looked at. */
  readonly limit: number;
  readonly pick: (object: AnyObject) => T | undefined;
  readonly errand: Errand;
}

/** What is kept of the objects of all pages, up to the limit. */
export async function pickHere<T>(pages: AsyncIterable<Page>, { limit, pick, errand }: Picking<T>, room: PageRoom): Promise<Listing<T>> {
  let items: T[] = [];
  let seen = 0;
  for await (const { first, bytes, more } of pages) {
    if (first) [items, seen] = [[], 0];
    await ownTurn();
    const page = parsed(bytes, errand);
    room.push(bytes.buffer as ArrayBuffer);
    for (const object of page.slice(0, limit - seen)) {
      const picked = pick(object);
      if (picked !== undefined) items.push(picked);
    }
    const cut = seen + page.length > limit;
    seen += page.length;
    if (seen >= limit) return { items, truncated: more || cut };
  }
  return { items, truncated: false };
}

/** Longer lists get threads of their own; shorter ones are read before they would be there. */
export const fewPages = 8;
/** More would only take more memory: they take turns with what brings the pages. */
const threads = Math.min(2, availableParallelism());
/** Pages that may be with the threads, each of more than a megabyte. */
const mostWaiting = 2 * threads;

/** What is kept of the objects of all pages, in the order of the list; read in threads of their own where they are many. */
export async function pickMany<T>(
  pages: AsyncIterable<Page>,
  picking: Omit<Picking<T>, 'limit'>,
  { origin, room }: { readonly origin: Origin; readonly room: PageRoom },
): Promise<readonly T[]> {
  await using stack = new AsyncDisposableStack();
  const parsers: PageParser<T>[] = [];
  const share = valueSharer();
  let kept: T[] = [];
  let waiting: Promise<void>[] = [];
  let read = 0;
  for await (const { first, bytes } of pages) {
    if (first) [kept, waiting, read] = [[], [], 0];
    read += 1;
    if (read <= fewPages) {
      await ownTurn();
      for (const object of parsed(bytes, picking.errand)) keep(kept, picking.pick(object));
      room.push(bytes.buffer as ArrayBuffer);
      continue;
    }
    const parser = (parsers.length < threads ? undefined : parsers.shift()) ?? stack.use(startPageParser<T>(origin, room));
    parsers.push(parser);
    waiting.push(keepAll(kept, parser.parse(bytes), { share, after: waiting.at(-1) }));
    await waiting.at(-mostWaiting);
  }
  await Promise.all(waiting);
  return kept;
}

function keep<T>(kept: T[], picked: T | undefined): void {
  if (picked !== undefined) kept.push(picked);
}

/** Keeps a page after the one before it. A failure is thrown to whoever waits for it, and is no unhandled one until then. */
function keepAll<T>(
  kept: T[],
  page: Promise<readonly T[]>,
  { share, after }: { readonly share: (object: object) => void; readonly after: Promise<void> | undefined },
): Promise<void> {
  page.catch(() => undefined);
  const done = Promise.resolve(after)
    .then(async () => page)
    .then((picked) => {
      for (const one of picked) {
        if (typeof one === 'object' && one !== null) share(one);
        kept.push(one);
      }
    });
  done.catch(() => undefined);
  return done;
}

function parsed(bytes: Buffer, errand: Errand): readonly AnyObject[] {
  try {
    return itemsOf(bytes);
  } catch (error) {
    throw notJson(errand, error);
  }
}
