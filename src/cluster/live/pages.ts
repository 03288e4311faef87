import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kind } from '../kinds.ts';
import type { ListQuery } from '../reader.ts';
import { bytesInto } from './answer-body.ts';
import type { PageRoom } from './answer-body.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { notJson, refused } from './failure.ts';
import type { Errand } from './failure.ts';
import { tokenInBody, tokenInHead } from './list-body.ts';
import { describeList, pagePath } from './paths.ts';
import type { Served } from './served.ts';

export interface Page {
  /** True for the first page of a list, also when the list was begun anew: what came before is void. */
  readonly first: boolean;
  /** The list as JSON, in UTF-8; the receiver's own, who puts their memory back into the room. */
  readonly bytes: Buffer;
  /** True when the list goes on behind this page. */
  readonly more: boolean;
}

interface Wanted {
  readonly kind: Kind;
  readonly query: ListQuery;
  /** Where pages are read into. */
  readonly room: PageRoom;
  /** Pages after so many are twice as large, because threads of their own parse them; absent = none are. */
  readonly largeAfter?: number;
}

/** Parsing a page of pods of this size blocks the event loop for some 10 ms. */
const pageSize = 125;
/** Objects of these kinds are large, up to 1 MiB for a ConfigMap. */
const smallPages: Partial<Record<Kind, number>> = { ConfigMap: 50, Node: 50 };

/**
 * The pages of a list in the server's order. The next page is asked for before this one is parsed. A list whose token
 * has expired on the way (410) begins anew once.
 */
export async function* pagesOf(client: ApiClient, served: Served, wanted: Wanted): AsyncGenerator<Page> {
  using stop = stoppable(wanted.query.signal);
  const query = { ...wanted.query, signal: stop.signal };
  const ask: AskPage = (place, token) => askPage(client, served, { ...wanted, query, place, token });
  yield* follow(ask, { what: describeList(wanted.kind, query), server: client.server });
  stop.isWhole();
}

/** Ends the request for a page that nobody waits for any more, when the list is left before its end. */
function stoppable(asker: AbortSignal | undefined): Disposable & { readonly signal: AbortSignal; isWhole: () => void } {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(asker?.reason);
  let isWhole = false;
  if (asker?.aborted === true) giveUp();
  else asker?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    isWhole: () => {
      isWhole = true;
    },
    [Symbol.dispose]() {
      asker?.removeEventListener('abort', giveUp);
      if (!isWhole) controller.abort();
    },
  };
}

/** Asks for a page by its place in the list, counted from 0; those behind the first by the token of the page before. */
type AskPage = (place: number, token?: string) => Promise<ApiAnswer<Buffer>>;

async function* follow(ask: AskPage, errand: Errand): AsyncGenerator<Page> {
  let restarts = 1;
  let place = 0;
  let asked = ask(place);
  for (;;) {
    const answer = await asked;
    if (!answer.ok) {
      if (answer.status !== 410 || restarts === 0) throw refused(errand, answer);
      restarts -= 1;
      place = 0;
      asked = ask(place);
      continue;
    }
    const token = tokenOf(answer.body, errand);
    const next = token === null ? undefined : quietly(ask(place + 1, token));
    // Without this turn the request would leave only after the page has been parsed.
    if (next !== undefined) await nextTurn();
    yield { first: place === 0, bytes: answer.body, more: next !== undefined };
    if (next === undefined) return;
    place += 1;
    asked = next;
  }
}

function askPage(
  client: ApiClient,
  served: Served,
  page: Wanted & { readonly place: number; readonly token: string | undefined },
): Promise<ApiAnswer<Buffer>> {
  const { kind, query, room, largeAfter = Infinity, place, token } = page;
  const most = (smallPages[kind] ?? pageSize) * (place < largeAfter ? 1 : 2);
  const limit = Math.min(most, query.limit ?? Infinity);
  return served.ask(
    kind,
    (at) =>
      client.ask({
        path: pagePath(kind, at, { ...query, limit, continue: token }),
        what: describeList(kind, query),
        signal: query.signal,
        read: (body) => bytesInto(body, room),
      }),
    (answer) => answer.ok || answer.status !== 404,
  );
}

/** A promise that somebody will await later, or nobody when the caller stops early: its failure is no unhandled one. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** A list's metadata is at most so long. */
const headLength = 4096;

function tokenOf(bytes: Buffer, { what, server }: Errand): string | null {
  const inHead = tokenInHead(bytes.toString('utf8', 0, headLength));
  if (inHead !== undefined) return inHead;
  try {
    return tokenInBody(bytes.toString('utf8'));
  } catch (error) {
    throw notJson({ what, server }, error);
  }
}
