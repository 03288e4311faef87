import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One alert of a webhook body. */
export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** The body that Alertmanager posts to a webhook (version "4"). */
export interface WebhookBody {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly WebhookAlert[];
  readonly groupLabels: Record<string, string>;
  readonly externalURL: string;
}

/** One request that the receiver took. */
export interface Received<Body = WebhookBody> {
  /** Milliseconds of the Unix epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Body;
}

/** A webhook receiver that records everything and answers what it is told to. */
export interface TestReceiver<Body = WebhookBody> extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received<Body>[];
  /** The first request, past or to come, that fits; rejects after `withinMs`. */
  waitFor(fits: (request: Received<Body>) => boolean, withinMs?: number): Promise<Received<Body>>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ReceiverOptions<Body> {
  /** Status and body of the answer; 200 and `{"ok":true}` where nothing is said. */
  readonly answer?: (request: Received<Body>) => Answer | void | Promise<Answer>;
}

/** Starts a receiver on a free loopback port. */
export async function startReceiver<Body = WebhookBody>(options: ReceiverOptions<Body> = {}): Promise<TestReceiver<Body>> {
  const received: Received<Body>[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => void take(request, response));

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', headers } = request;
    const entry = { at: Date.now(), method, path, headers, text, body: bodyOf(text) as Body };
    received.push(entry);
    const { status = 200, headers: more = {}, body = '{"ok":true}' } = (await options.answer?.(entry)) ?? {};
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body);
    for (const look of waiting) look();
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async waitFor(fits, withinMs = 20_000) {
      const { promise, resolve, reject } = Promise.withResolvers<Received<Body>>();
      const look = (): void => {
        const found = received.find(fits);
        if (found !== undefined) resolve(found);
      };
      const paths = (): string => received.map(({ path, text }) => `${path} ${text.slice(0, 400)}`).join('\n');
      const timer = setTimeout(() => reject(new Error(`no such request within ${withinMs} ms; received:\n${paths()}`)), withinMs);
      waiting.add(look);
      look();
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Parsed as JSON; the text itself where it is none. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
