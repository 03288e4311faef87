import { kinds } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import { ReadError } from '../reader.ts';
import { textOf } from './answer-body.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { parsedBody, refused } from './failure.ts';
import type { Errand } from './failure.ts';
import { candidates } from './paths.ts';
import type { ServedAs } from './paths.ts';

/** A plugin may be installed while we run: absence is believed for this long. */
const absentForMs = 60_000;

/** Knows under which group and version the API server serves a kind, and that it serves none of them. */
export class Served {
  readonly #client: ApiClient;
  readonly #found = new Map<Kind, ServedAs>();
  readonly #absent = new Map<Kind, { readonly until: number; readonly error: ReadError }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /**
   * Asks at the kind's place in the API: the versions we read, best first, until one is served. `isServed` tells an
   * answer of an unserved path from one about a missing object. Throws `not-installed` when none is served.
   */
  async ask<T>(
    kind: Kind,
    ask: (at: ServedAs) => Promise<ApiAnswer<T>>,
    isServed: (answer: ApiAnswer<T>) => boolean,
  ): Promise<ApiAnswer<T>> {
    const absent = this.#absent.get(kind);
    if (absent !== undefined && absent.until > performance.now()) throw absent.error;
    const known = this.#found.get(kind);
    for (const at of known === undefined ? candidates(kind) : [known, ...candidates(kind).filter((one) => one !== known)]) {
      const answer = await ask(at);
      if (!isServed(answer)) continue;
      this.#found.set(kind, at);
      return answer;
    }
    this.#found.delete(kind);
    const error = await this.#notServed(kind);
    if (error.reason === 'not-installed') this.#absent.set(kind, { until: performance.now() + absentForMs, error });
    throw error;
  }

  /** Why a kind is not served: its group is not there, or only in versions that we do not read. */
  async #notServed(kind: Kind): Promise<ReadError> {
    const { group, plural, versions } = kinds[kind];
    const { server } = this.#client;
    if (group === '') return new ReadError('failed', `${server} does not answer like a Kubernetes API server: it knows no ${plural}`);
    const what = `which versions of ${group} there are`;
    const answer = await this.#client.ask({ path: `/apis/${group}`, what, read: textOf });
    if (!answer.ok && answer.status === 404)
      return new ReadError('not-installed', `${plural}.${group} is not installed: ${server} does not serve the group ${group}`);
    if (!answer.ok) return refused({ what, server }, answer);
    for (const version of versionsIn(answer.body, { what, server }).filter((one) => !versions.includes(one))) {
      const resources = await this.#client.ask({ path: `/apis/${group}/${encodeURIComponent(version)}`, what, read: textOf });
      if (resources.ok && resources.body.includes(`"name":"${plural}"`)) {
        return new ReadError('failed', `${plural}.${group} is served as ${version} only, and ${versions.join(', ')} is what can be read`);
      }
    }
    return new ReadError('not-installed', `${plural}.${group} is not installed: ${server} serves the group ${group} without it`);
  }
}

function versionsIn(body: string, errand: Errand): readonly string[] {
  const { versions } = parsedBody<{ versions?: readonly { version?: string }[] }>(body, errand);
  return (versions ?? []).flatMap(({ version }) => version ?? []);
}
