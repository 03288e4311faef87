import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { redact } from '../../core/redact.ts';
import { ReadError } from '../reader.ts';
import { textOf } from './answer-body.ts';
import { CredentialSource } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { deadlineIn } from './deadline.ts';
import { Dispatchers } from './dispatchers.ts';
import { codeOf, refused, unanswered } from './failure.ts';
import type { Errand, Refusal } from './failure.ts';
import type { KubeContext } from './kubeconfig.ts';
import { retry, retryAfterMs } from './retry.ts';
import type { Attempt, RetryPolicy } from './retry.ts';

export interface ApiRequest<T = string> extends Omit<Errand, 'server'> {
  /** Path and query. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Turns the body of a success into what the caller wants. */
  readonly read: (body: Dispatcher.ResponseData['body']) => Promise<T>;
  /** Answers that are worth another attempt. */
  readonly retryStatuses?: readonly number[];
}

export type ApiAnswer<T = string> = { readonly ok: true; readonly body: T } | ({ readonly ok: false } & Refusal);

export interface ApiClientOptions {
  /** The longest that one attempt may take. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

const lostConnection = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET', 'EAI_AGAIN'];
const passingStatuses = [429, 500, 502, 503, 504];

/** GET requests to one API server: authenticated, bounded in time, repeated where that helps. */
export class ApiClient {
  readonly server: string;
  readonly #credentials: CredentialSource;
  readonly #dispatchers: Dispatchers;
  readonly #options: ApiClientOptions;

  constructor(context: KubeContext, options: ApiClientOptions) {
    this.server = context.server;
    this.#credentials = new CredentialSource(context);
    this.#dispatchers = new Dispatchers(context.server, context.proxyUrl);
    this.#options = options;
  }

  /** The answer, success or not. Throws a ReadError when there is none, or when the server refuses our credentials. */
  async ask<T>(wanted: ApiRequest<T>): Promise<ApiAnswer<T>> {
    const errand = { what: wanted.what, server: this.server };
    try {
      wanted.signal?.throwIfAborted();
      const answer = await retry(() => this.#attempt(wanted), this.#options.retry, wanted.signal);
      if (answer.ok || answer.status !== 401) return answer;
      const second = this.#credentials.renew() ? (await this.#once(wanted)).answer : answer;
      if (!second.ok && second.status === 401) throw refused(errand, second);
      return second;
    } catch (error) {
      if (wanted.signal?.aborted === true) throw stopped(errand, error);
      throw unanswered(errand, error);
    }
  }

  async close(): Promise<void> {
    await this.#dispatchers.close();
  }

  async #attempt<T>(wanted: ApiRequest<T>): Promise<Attempt<ApiAnswer<T>>> {
    try {
      const { answer, wait } = await this.#once(wanted);
      const again = !answer.ok && (wanted.retryStatuses ?? passingStatuses).includes(answer.status);
      return again ? { kind: 'again', retryAfterMs: wait, value: answer } : { kind: 'done', value: answer };
    } catch (error) {
      const isLost = wanted.signal?.aborted !== true && lostConnection.includes(codeOf(error) ?? '');
      if (isLost) return { kind: 'failed', error };
      throw error;
    }
  }

  async #once<T>({ path, what, signal, read }: ApiRequest<T>): Promise<{ answer: ApiAnswer<T>; wait: number | undefined }> {
    using deadline = deadlineIn(this.#options.timeoutMs, signal);
    try {
      const { headers, tls } = await this.#authenticate(deadline.signal);
      const response = await request(this.server + path, {
        dispatcher: this.#dispatchers.for(tls),
        headers: { ...headers, accept: 'application/json', 'user-agent': 'podnet-triage' },
        signal: deadline.signal,
        // The deadline above counts for the whole answer.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (response.statusCode < 300) return { answer: { ok: true, body: await read(response.body) }, wait: undefined };
      const refusal = { ok: false, status: response.statusCode, body: await textOf(response.body) } as const;
      return { answer: refusal, wait: retryAfterMs(response.headers['retry-after']) };
    } catch (error) {
      if (!deadline.isOver) throw error;
      throw new ReadError('timeout', `Reading ${what}: ${this.server} did not answer within ${this.#options.timeoutMs / 1000} s`, {
        cause: error,
      });
    }
  }

  async #authenticate(signal: AbortSignal): Promise<Credentials> {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const credentials = this.#credentials.current().catch((error: unknown) => {
      const words = redact(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
      throw new ReadError('unauthorized', `The credentials for ${this.server} could not be obtained: ${words.slice(0, 300)}`, {
        cause: error,
      });
    });
    return Promise.race([credentials, aborted]);
  }
}

function stopped({ what, server }: Errand, error: unknown): ReadError {
  return new ReadError('timeout', `Reading ${what} from ${server} was stopped before the answer came`, { cause: error });
}
