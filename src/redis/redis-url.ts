import type { RedisOptions } from 'ioredis';

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

/** What holds for every node. `tls` is empty where the system's authorities decide. */
interface CommonOptions extends Credentials {
  readonly tls?: Record<string, never>;
}

/** Where Redis is, as REDIS_URL says it. */
export type RedisLocation =
  | { readonly kind: 'single'; readonly options: RedisOptions }
  | { readonly kind: 'sentinel'; readonly options: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly Address[]; readonly options: CommonOptions };

/** REDIS_URL cannot be understood. The message never repeats the URL, because it may hold a password. */
export class RedisUrlError extends Error {
  constructor(problem: string) {
    super(
      `${problem}; it must be redis://HOST:PORT, rediss://HOST:PORT, redis+sentinel://HOST:PORT,HOST:PORT/MASTER, ` +
        'redis+cluster://HOST:PORT,HOST:PORT or unix:///PATH',
    );
    this.name = 'RedisUrlError';
  }
}

const shape =
  /^(?<scheme>redis|rediss|unix)(?:\+(?<mode>sentinel|cluster))?:\/\/(?:(?<credentials>[^/?]*)@)?(?<hosts>[^/?@]*)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/;

/**
 * Reads `redis://`, `rediss://`, `redis+sentinel://h1,h2/master`, `redis+cluster://h1,h2` and `unix:///path`, each with
 * `user:password@` where needed; Sentinel's own password is the query's `sentinelPassword`. Throws a RedisUrlError.
 */
export function parseRedisUrl(url: string): RedisLocation {
  const parts = shape.exec(url)?.groups;
  if (parts === undefined) throw new RedisUrlError('the Redis URL has an unknown form');
  const { scheme = '', mode, hosts = '', path = '' } = parts;
  const secured: CommonOptions = { ...credentialsOf(parts['credentials']), ...(scheme === 'rediss' ? { tls: {} } : {}) };
  if (scheme === 'unix') return { kind: 'single', options: { ...secured, path: `/${path}` } };
  if (mode === 'sentinel') return sentinel(parts, secured);
  if (mode === 'cluster') {
    if (path !== '' && path !== '0') throw new RedisUrlError('a Redis Cluster has no databases but 0');
    return { kind: 'cluster', nodes: addresses(hosts, 6379), options: secured };
  }
  const [address, ...others] = addresses(hosts, 6379);
  if (address === undefined || others.length > 0) throw new RedisUrlError('several hosts need +sentinel or +cluster');
  return { kind: 'single', options: { ...secured, ...address, db: database(path) } };
}

function sentinel(parts: Record<string, string | undefined>, secured: CommonOptions): RedisLocation {
  const [name = '', db = ''] = (parts['path'] ?? '').split('/');
  if (name === '') throw new RedisUrlError("the name of Sentinel's master is missing after the hosts");
  const sentinelPassword = new URLSearchParams(parts['query'] ?? '').get('sentinelPassword');
  return {
    kind: 'sentinel',
    options: {
      ...secured,
      sentinels: addresses(parts['hosts'] ?? '', 26379),
      name: decodeURIComponent(name),
      db: database(db),
      enableTLSForSentinelMode: secured.tls !== undefined,
      ...(sentinelPassword === null ? {} : { sentinelPassword }),
    },
  };
}

function credentialsOf(text: string | undefined): Credentials {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  try {
    const username = decodeURIComponent(colon === -1 ? text : text.slice(0, colon));
    const password = colon === -1 ? undefined : decodeURIComponent(text.slice(colon + 1));
    return { ...(username === '' ? {} : { username }), ...(password === undefined ? {} : { password }) };
  } catch {
    throw new RedisUrlError('the user or password of the Redis URL is not percent-encoded');
  }
}

function addresses(hosts: string, defaultPort: number): Address[] {
  return hosts.split(',').map((entry) => {
    const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:\s]+))(?::(?<port>\d{1,5}))?$/.exec(entry.trim());
    const host = match?.groups?.['v6'] ?? match?.groups?.['host'];
    const port = Number(match?.groups?.['port'] ?? defaultPort);
    if (host === undefined || port < 1 || port > 65_535) throw new RedisUrlError('a host of the Redis URL is not HOST or HOST:PORT');
    return { host, port };
  });
}

function database(path: string): number {
  if (path === '') return 0;
  if (!/^\d+$/.test(path)) throw new RedisUrlError('the database of the Redis URL is not a number');
  return Number(path);
}
