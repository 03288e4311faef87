import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'undici';
import type { ReplicaAddress } from '../sinks/alertmanager/address.ts';
import { type AlertmanagerAccess, accessHeaders } from '../sinks/alertmanager/connection.ts';
import { forwardedHeaders } from './headers.ts';

/** What is posted to every Alertmanager. */
export interface Posting {
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** Called once, when nobody reads the body any more, which may be after the batch was answered. */
  readonly onSettled?: () => void;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

/** One Alertmanager behind the proxy. */
export interface Upstream {
  /** Its base URL, without credentials. */
  readonly name: string;
  /** Its answer, whatever the status; rejects where there is none in time. */
  post(posting: Posting): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

export interface UpstreamOptions {
  readonly access: AlertmanagerAccess;
  /** PEM of the authority that signed its certificate; null = the system's. */
  readonly ca: string | null;
  /** How long one request may take; a little less than Prometheus waits, 10 s. */
  readonly timeoutMs?: number;
}

const longestText = 16_384;

/**
 * An Alertmanager at an address; it is not asked yet. It is spoken to in HTTP/1.1: a request over HTTP/2 that is given up while its body is on
 * the way can leave Node in an endless loop (node::http2::Http2Session::SendPendingData, seen in Node 24 with undici 8).
 */
export function openUpstream(address: ReplicaAddress, { access, ca, timeoutMs = 9_000 }: UpstreamOptions): Upstream {
  const tls = { ...(ca !== null && { ca }), ...(address.serverName !== null && { servername: address.serverName }) };
  const agent = new Agent({ connections: 64, allowH2: false, keepAliveTimeout: 30_000, connect: { ...tls, timeout: timeoutMs } });
  const own = accessHeaders(address, access);

  const once = async ({ body, headers }: Posting): Promise<UpstreamAnswer> => {
    const answer = await request(`${address.base}/api/v2/alerts`, {
      dispatcher: agent,
      method: 'POST',
      headers: forwardedHeaders(headers, own),
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { 'content-type': contentType } = answer.headers;
    const text = (await answer.body.text()).slice(0, longestText);
    return { status: answer.statusCode, contentType: typeof contentType === 'string' ? contentType : null, text };
  };
  const onceMoreIfReset = async (posting: Posting): Promise<UpstreamAnswer> => {
    try {
      return await once(posting);
    } catch (error) {
      // A connection that was idle may be closed in the instant in which it is used again. To post alerts twice does no harm.
      if (!isReset(error)) throw error;
      return once(posting);
    }
  };
  return {
    name: address.base,
    async post(posting) {
      try {
        return await onceMoreIfReset(posting);
      } catch (error) {
        throw isTimeout(error) ? new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error }) : error;
      }
    },
    close: async () => agent.destroy(),
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function isReset(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}
