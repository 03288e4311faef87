import { createHash } from 'node:crypto';
import { Agent, EnvHttpProxyAgent, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import type { TlsOptions } from './credentials.ts';

const connectTimeoutMs = 5_000;

/**
 * Connections to one API server: kept open and shared, made anew when the certificates change. HTTP/1.1, since the
 * server answers lists of a page in parallel on several connections better than on one.
 */
export class Dispatchers {
  readonly #server: string;
  readonly #proxyUrl: string | undefined;
  #current: { readonly tls: TlsOptions; readonly fingerprint: string; readonly dispatcher: Dispatcher } | undefined;

  constructor(server: string, proxyUrl: string | undefined) {
    this.#server = server;
    this.#proxyUrl = proxyUrl;
  }

  for(tls: TlsOptions): Dispatcher {
    if (this.#current?.tls === tls) return this.#current.dispatcher;
    const fingerprint = fingerprintOf(tls);
    const older = this.#current;
    const dispatcher = older?.fingerprint === fingerprint ? older.dispatcher : this.#create(tls);
    this.#current = { tls, fingerprint, dispatcher };
    // Requests under way on the older one end by themselves.
    if (older !== undefined && older.dispatcher !== dispatcher) void older.dispatcher.close();
    return dispatcher;
  }

  async close(): Promise<void> {
    const dispatcher = this.#current?.dispatcher;
    this.#current = undefined;
    await dispatcher?.destroy();
  }

  #create(tls: TlsOptions): Dispatcher {
    const pool = { connections: 24, allowH2: false, keepAliveTimeout: 20_000 };
    const connect = { ...tls, timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: 30_000 };
    if (this.#proxyUrl?.startsWith('socks') === true) return new Socks5ProxyAgent(this.#proxyUrl, { ...pool, requestTls: tls });
    if (this.#proxyUrl !== undefined) return new ProxyAgent({ ...pool, uri: this.#proxyUrl, requestTls: tls });
    // HTTPS_PROXY and NO_PROXY count as they do for kubectl, which never takes the proxy to this machine itself.
    return isLoopback(this.#server) ? new Agent({ ...pool, connect }) : new EnvHttpProxyAgent({ ...pool, connect, requestTls: tls });
  }
}

function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function fingerprintOf(tls: TlsOptions): string {
  return createHash('sha256').update(JSON.stringify(tls)).digest('hex');
}
