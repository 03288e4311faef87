import type { ServerResponse } from 'node:http';
import type { LoggedRequest } from './request-log.ts';
import { failure, Refused } from './status.ts';

/** A fault that a test or a demo puts into the API server. */
export interface Fault {
  /** The requests it befalls; absent = all. */
  readonly when?: (request: LoggedRequest) => boolean;
  /** How often; absent = until `mend`. */
  readonly times?: number;
  readonly what:
    | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number; readonly message?: string }
    /** A 200 that is no answer of the API, such as a proxy's login page. */
    | { readonly kind: 'page'; readonly text: string }
    /** Never answers. */
    | { readonly kind: 'hang' }
    /** Closes the connection without an answer. */
    | { readonly kind: 'reset' }
    /** Sends the head and half of a body, then closes the connection. */
    | { readonly kind: 'cut' };
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The faults in force. */
export class Faults {
  readonly #faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Infinity });
  }

  mend(): void {
    this.#faults.length = 0;
  }

  /** Lets the first fault that applies happen. True when the request is done with; throws its status answer. */
  strike(request: LoggedRequest, response: ServerResponse): boolean {
    const struck = this.#faults.find(({ fault, left }) => left > 0 && (fault.when?.(request) ?? true));
    if (struck === undefined) return false;
    struck.left -= 1;
    const { what } = struck.fault;
    if (what.kind === 'status') throw statusFault(what);
    if (what.kind === 'page') throw new Refused({ status: 200, body: what.text, contentType: 'text/html' });
    if (what.kind === 'reset') response.destroy();
    if (what.kind === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"kind":"PodList","items":[');
      setImmediate(() => response.destroy());
    }
    return true;
  }
}

function statusFault({ status, retryAfter, message }: { status: number; retryAfter?: number; message?: string }): Error {
  return failure({
    code: status,
    reason: reasons[status] ?? 'Unknown',
    message: message ?? 'the server is not able to answer now',
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) }, details: { retryAfterSeconds: retryAfter } }),
  });
}
