import { redact } from '../../core/redact.ts';
import { ReadError } from '../reader.ts';
import type { UnreadableReason } from '../reader.ts';

/** What was to be read and from where, for the sentences of errors. */
export interface Errand {
  /** E.g. "pods in namespace shop". */
  readonly what: string;
  /** The server's address. */
  readonly server: string;
}

/** An answer of the API server that is no success. */
export interface Refusal {
  readonly status: number;
  /** The body as it came. */
  readonly body: string;
}

interface Status {
  readonly kind?: string;
  readonly message?: string;
  readonly details?: { readonly name?: string };
}

/** The Status object of an answer; undefined when the body is something else. */
export function statusOf(body: string): Status | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(body) as Status;
    return parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What the server said, in one line without credentials. */
export function serverWords(body: string): string {
  const text = redact(statusOf(body)?.message ?? body)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > 400 ? `${text.slice(0, 400)} …` : text;
}

/** The error for an answer that is no success. */
export function refused({ what, server }: Errand, refusal: Refusal): ReadError {
  const { status } = refusal;
  const words = serverWords(refusal.body) || 'no explanation';
  if (status === 401) return new ReadError('unauthorized', `Reading ${what}: ${server} does not accept our credentials (401): ${words}`);
  if (status === 403) return new ReadError('forbidden', `Reading ${what} from ${server} is forbidden (403): ${words}`);
  if (status === 429)
    return new ReadError('failed', `Reading ${what}: ${server} has too many requests to answer this one now (429): ${words}`);
  return new ReadError(reasonOf(status), `Reading ${what} from ${server} failed with status ${status}: ${words}`);
}

function reasonOf(status: number): UnreadableReason {
  if (status === 504) return 'timeout';
  return status === 502 || status === 503 ? 'unreachable' : 'failed';
}

const timeoutCodes = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved at the moment',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'its network cannot be reached',
};

/** The code of a network error, also where it is one of several addresses that all failed. */
export function codeOf(error: unknown): string | undefined {
  const { code, errors, cause } = (error ?? {}) as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return cause === undefined ? undefined : codeOf(cause);
}

/** The error for a request that got no answer. */
export function unanswered({ what, server }: Errand, error: unknown): ReadError {
  if (error instanceof ReadError) return error;
  const code = codeOf(error) ?? '';
  if (timeoutCodes.includes(code)) return new ReadError('timeout', `Reading ${what}: ${server} did not answer in time`, { cause: error });
  const words = networkWords[code] ?? redact(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  return new ReadError('unreachable', `Reading ${what}: ${server} cannot be reached: ${words}`, { cause: error });
}

/** The JSON of a success. A proxy's login page is none, and throws a ReadError. */
export function parsedBody<T>(body: string, errand: Errand): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw notJson(errand, error);
  }
}

/** The error for a success that is no JSON. */
export function notJson({ what, server }: Errand, cause: unknown): ReadError {
  return new ReadError('failed', `Reading ${what}: ${server} did not answer with JSON`, { cause });
}
