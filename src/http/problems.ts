import type { FastifyError } from 'fastify';

/** What is told of a failed request: a status and one or two sentences. */
export interface Problem {
  readonly status: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;
}

const sentences: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty: send JSON',
  // Fastify tells both in the same words: text that is not JSON, and keys that would change an object's prototype.
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON (or has a key "__proto__", which is not accepted)',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as Content-Type: application/json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large',
  FST_ERR_BAD_URL: 'The URL is malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'The URL is too long',
};

type Thrown = Partial<FastifyError> & { readonly expose?: boolean; readonly headers?: Readonly<Record<string, string>> };

/**
 * What the sender is told of an error. Faults of ours (5xx) say nothing of the inside, unless the error says that it was
 * made to be shown (`expose`).
 */
export function problemOf(thrown: unknown): Problem {
  const error: Thrown = thrown instanceof Error ? thrown : {};
  const status = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode <= 599 ? error.statusCode : 500;
  const headers = error.headers ?? {};
  if (error.validation !== undefined || error.expose === true) return { status, error: error.message ?? '', headers };
  if (status >= 500) return { status, error: 'This request failed for a reason of our own; the log has it under the request id', headers };
  return { status, error: sentenceFor(error), headers };
}

function sentenceFor(error: Thrown): string {
  return sentences[error.code ?? ''] ?? error.message ?? 'The request is malformed';
}
