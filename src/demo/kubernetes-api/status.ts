/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  /** JSON value, or text where `contentType` says so. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that ends the handling of a request. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`status ${answer.status}`);
    this.answer = answer;
  }
}

interface StatusText {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A `Status` object of kind Failure, as every error of the API server but one is. */
export function failure({ code, reason, message, details, metadata = {}, headers = {} }: StatusText): Refused {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
  return new Refused({ status: code, body, headers });
}

/** The answer for a path that nothing serves: plain text, not a Status. */
export function pageNotFound(): Refused {
  return new Refused({ status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' });
}

/** The answer to a request that the API server would not understand. */
export function badRequest(message: string): Refused {
  return failure({ code: 400, reason: 'BadRequest', message });
}
