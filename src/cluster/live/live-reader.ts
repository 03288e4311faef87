import type { Kind, Kinds } from '../kinds.ts';
import { typeOf } from '../recognise.ts';
import type { ClusterReader, Listing, ListQuery, LogQuery, ObjectRef } from '../reader.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { parsedBody, refused, statusOf } from './failure.ts';
import { requestLog } from './log-request.ts';
import { pagesOf } from './pages.ts';
import { describeObject, objectPath } from './paths.ts';
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
      (at) => this.#client.ask({ path: objectPath(kind, at, ref), what, signal }),
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
    const limit = query.limit ?? Infinity;
    let items: T[] = [];
    let seen = 0;
    for await (const page of pagesOf(this.#client, this.#served, { kind, query })) {
      if (page.first) [items, seen] = [[], 0];
      for (const object of page.items.slice(0, limit - seen)) {
        const picked = pick(object as Kinds[K]);
        if (picked !== undefined) items.push(picked);
      }
      const cut = seen + page.items.length > limit;
      seen += page.items.length;
      if (seen >= limit) return { items, truncated: page.more || cut };
    }
    return { items, truncated: false };
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
