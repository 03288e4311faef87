import type { AnyObject, Kind, Kinds } from '../kinds.ts';
import { originOf } from '../portable.ts';
import { typeOf } from '../recognise.ts';
import type { ClusterReader, Listing, ListQuery, LogQuery, ObjectRef } from '../reader.ts';
import { clear, textOf } from './answer-body.ts';
import type { PageRoom } from './answer-body.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { parsedBody, refused, statusOf } from './failure.ts';
import { requestLog } from './log-request.ts';
import { pagesOf } from './pages.ts';
import { describeList, describeObject, objectPath } from './paths.ts';
import { fewPages, pickHere, pickMany } from './pick-pages.ts';
import { Served } from './served.ts';

/** Reads a live cluster through its API. */
export class LiveReader implements ClusterReader {
  readonly source = 'live';
  readonly name: string;
  readonly #client: ApiClient;
  readonly #served: Served;

  constructor(name: string, client: ApiClient) {
    this.name = name;
    this.#client = client;
    this.#served = new Served(client);
  }

  now(): Date {
    return new Date();
  }

  async get<K extends Kind>(kind: K, ref: ObjectRef, signal?: AbortSignal): Promise<Kinds[K] | undefined> {
    const what = describeObject(kind, ref);
    const answer = await this.#served.ask(
      kind,
      (at) => this.#client.ask({ path: objectPath(kind, at, ref), what, signal, read: textOf }),
      (one) => one.ok || one.status !== 404 || isAboutObject(one),
    );
    const errand = { what, server: this.#client.server };
    if (answer.ok) return { ...typeOf(kind), ...parsedBody<Kinds[K]>(answer.body, errand) };
    if (answer.status === 404) return undefined;
    throw refused(errand, answer);
  }

  async list<K extends Kind>(kind: K, query: ListQuery = {}): Promise<Listing<Kinds[K]>> {
    return this.collect(kind, query, (object) => object);
  }

  async collect<K extends Kind, T>(kind: K, query: ListQuery, pick: (object: Kinds[K]) => T | undefined): Promise<Listing<T>> {
    const picking = {
      pick: (object: AnyObject) => pick(object as Kinds[K]),
      errand: { what: describeList(kind, query), server: this.#client.server },
    };
    const origin = originOf(pick);
    const room: PageRoom = [];
    const wanted = { kind, query, room };
    try {
      if (origin === undefined || !isOfAll(query)) {
        const pages = pagesOf(this.#client, this.#served, wanted);
        return await pickHere(pages, { ...picking, limit: query.limit ?? Infinity }, room);
      }
      const pages = pagesOf(this.#client, this.#served, { ...wanted, largeAfter: fewPages });
      return { items: await pickMany(pages, picking, { origin, room }), truncated: false };
    } finally {
      clear(room);
    }
  }

  logs(query: LogQuery): Promise<string | undefined> {
    return requestLog(this.#client, query);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** Whether a 404 speaks of the object, and not of a kind that the server does not serve. */
function isAboutObject(answer: ApiAnswer & { ok: false }): boolean {
  const status = statusOf(answer.body);
  if (status === undefined) return false;
  return status.details?.name !== undefined || !/could not find the requested resource/.test(status.message ?? '');
}

/** A list of every object of a kind may be long enough to be read in a thread of its own. */
function isOfAll({ namespace, labelSelector, fieldSelector, limit }: ListQuery): boolean {
  return namespace === undefined && labelSelector === undefined && fieldSelector === undefined && limit === undefined;
}
