import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { kinds } from '../../cluster/kinds.ts';
import type { AnyObject, Kind } from '../../cluster/kinds.ts';
import { ContinueTokens } from './continue-tokens.ts';
import { discoveryAnswer } from './discovery.ts';
import { Faults } from './faults.ts';
import { listAnswer } from './list-answer.ts';
import { logAnswer } from './log-answer.ts';
import type { LogSource } from './log-answer.ts';
import { isBuiltIn, ObjectTable } from './object-table.ts';
import { formOf, objectOutput } from './output.ts';
import { RequestLog } from './request-log.ts';
import type { LoggedRequest } from './request-log.ts';
import { routeOf } from './route.ts';
import type { ApiRequest } from './route.ts';
import { failure, pageNotFound, Refused } from './status.ts';
import type { Answer } from './status.ts';

export interface KubernetesApiOptions {
  /** The bearer token to present; absent = none is asked for. */
  readonly token?: string;
  /** 0 or absent = any free port of loopback. */
  readonly port?: number;
  /** Requests that are answered 403. */
  readonly forbid?: (request: ApiRequest) => boolean;
  /** Kinds of plugins that are served without any object; those of which there are objects are served anyway. */
  readonly installed?: readonly Kind[];
  readonly continueLifetimeMs?: number;
  /** Time that every request takes at least. */
  readonly latencyMs?: number;
}

/**
 * A Kubernetes API server that serves recorded objects and logs over HTTP, read-only, as strict as the original:
 * discovery, selectors, paging, Table and metadata forms, Status errors, logs.
 */
export class KubernetesApi {
  readonly requests = new RequestLog();
  readonly faults = new Faults();
  readonly tokens: ContinueTokens;
  readonly objects = new ObjectTable();
  readonly #options: KubernetesApiOptions;
  readonly #logs: LogSource;
  readonly #server: Server;

  constructor(logs: LogSource, options: KubernetesApiOptions) {
    this.#options = options;
    this.#logs = logs;
    this.tokens = new ContinueTokens(options.continueLifetimeMs ?? 300_000);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** The base URL, once it listens. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('error', listening.reject);
    this.#server.listen(this.#options.port ?? 0, '127.0.0.1', listening.resolve);
    await listening.promise;
  }

  /** Serves these objects from now on. */
  replace(objects: Iterable<AnyObject>): void {
    this.objects.replace(objects);
  }

  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://kubernetes');
    const { method = 'GET', headers } = request;
    const logged: LoggedRequest = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      at: performance.now(),
      status: 0,
      bytes: 0,
    };
    this.requests.all.push(logged);
    if (this.#options.latencyMs !== undefined) await wait(this.#options.latencyMs);
    const answer = await this.#answer(logged, response);
    if (answer !== undefined) write(logged, response, answer);
  }

  async #answer(logged: LoggedRequest, response: ServerResponse): Promise<Answer | undefined> {
    try {
      if (this.faults.strike(logged, response)) return undefined;
      this.#authenticate(logged);
      return await this.#read(logged);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      return { status: 500, body: String(error), contentType: 'text/plain' };
    }
  }

  #authenticate({ headers }: LoggedRequest): void {
    const { token } = this.#options;
    if (token !== undefined && headers['authorization'] !== `Bearer ${token}`)
      throw failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
  }

  async #read({ method, path, query, headers }: LoggedRequest): Promise<Answer> {
    if (method !== 'GET')
      throw failure({ code: 405, reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' });
    const found = discoveryAnswer(path, this.#served());
    if (found !== undefined) return found;
    const request = routeOf(path);
    if (request === undefined || !this.#served().includes(request.kind)) throw pageNotFound();
    if (this.#options.forbid?.(request) === true) throw forbidden(request);
    const accept = String(headers['accept'] ?? '');
    if (request.name === undefined) return listAnswer({ request, query, accept }, this.objects, this.tokens);
    const object = this.objects.find(request.kind, request.namespace, request.name);
    if (object === undefined) throw notFound(request);
    if (request.subresource === 'log') return logAnswer(object, query, this.#logs);
    return objectOutput(request, formOf(accept), { object, include: query.get('includeObject') ?? 'Metadata' });
  }

  #served(): readonly Kind[] {
    const { installed = [] } = this.#options;
    return (Object.keys(kinds) as Kind[]).filter((kind) => isBuiltIn(kind) || installed.includes(kind) || this.objects.hasGroup(kind));
  }
}

function notFound({ group, resource, name = '' }: ApiRequest): Refused {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const details = { name, ...(group === '' ? {} : { group }), kind: resource };
  return failure({ code: 404, reason: 'NotFound', message: `${qualified} ${JSON.stringify(name)} not found`, details });
}

function forbidden({ group, resource, subresource, verb, namespace, name }: ApiRequest): Refused {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const object = name === undefined ? '' : ` ${JSON.stringify(name)}`;
  const message = `${qualified}${object} is forbidden: User "system:serviceaccount:podnet-triage:worker" cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${scope}`;
  return failure({
    code: 403,
    reason: 'Forbidden',
    message,
    details: { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
  });
}

function write(
  logged: LoggedRequest,
  response: ServerResponse,
  { status, body, contentType = 'application/json', headers = {} }: Answer,
): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  logged.status = status;
  logged.bytes = bytes.length;
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length, ...headers });
  response.end(bytes);
}
