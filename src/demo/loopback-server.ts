import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request whose body has arrived. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly json?: unknown;
}

/** A small HTTP server on loopback. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves `answer` on a loopback port (0 = any free one). What it throws is answered 400 with its message. */
export async function serveOnLoopback(port: number, answer: (asked: Asked) => Answered): Promise<LoopbackServer> {
  const server = createServer((request, response) => void respond(request, response, answer));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: (asked: Asked) => Answered): Promise<void> {
  const { status, json } = await answered(request, answer);
  response.writeHead(status, { 'content-type': 'application/json' }).end(json === undefined ? '' : JSON.stringify(json));
}

async function answered(request: IncomingMessage, answer: (asked: Asked) => Answered): Promise<Answered> {
  try {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const { method = 'GET', url = '/' } = request;
    return answer({ method, url: new URL(url, 'http://loopback'), body: Buffer.concat(chunks).toString() });
  } catch (error) {
    return { status: 400, json: error instanceof Error ? error.message : String(error) };
  }
}
