import { parseRedisUrl, RedisUrlError } from '../redis/redis-url.ts';
import type { Reading } from './environment.ts';
import { WrongValue } from './mistakes.ts';
import { Secret } from './secret.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** `host:port`, `[::1]:8080`, or `:8080` for every address. */
export const listenAddress: Reading<ListenAddress> = {
  example: '0.0.0.0:8080',
  parse: (text) => {
    const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text);
    if (parts === null) throw new WrongValue('is not host:port');
    const port = Number(parts[3]);
    if (port > 65_535) throw new WrongValue('has a port above 65535');
    return { host: parts[1] ?? (parts[2] === '' || parts[2] === undefined ? '0.0.0.0' : parts[2]), port };
  },
};

/** An http(s) URL without its trailing slash; a path prefix is kept. */
export const publicUrl: Reading<string> = {
  example: 'https://triage.example.com',
  parse: (text) => withoutTrailingSlash(httpUrl(text)),
};

/** Slack's API base, ending in `/api/`. */
export const slackApiUrl: Reading<string> = {
  example: 'https://slack.com/api/',
  parse: (text) => {
    const url = httpUrl(text.endsWith('/') ? text : `${text}/`);
    if (!url.pathname.endsWith('/api/')) throw new WrongValue('does not end in /api/');
    return url.href;
  },
};

/** Every Alertmanager, without trailing slashes; `dns+http://host:port` stays as it is for whoever resolves it. */
export const alertmanagerUrls: Reading<readonly string[]> = {
  example: 'http://alertmanager-0:9093,http://alertmanager-1:9093',
  parse: (text) => [...new Set(listOf(text).map(alertmanagerUrl))],
};

function alertmanagerUrl(entry: string): string {
  const scheme = entry.startsWith('dns+') ? 'dns+' : '';
  return scheme + withoutTrailingSlash(baseUrl(entry.slice(scheme.length)));
}

/** The address of Redis; it may hold a password. */
export const redisUrl: Reading<Secret> = {
  example: 'redis://redis:6379',
  parse: (text) => {
    try {
      parseRedisUrl(text);
    } catch (error) {
      if (error instanceof RedisUrlError) throw new WrongValue(error.message);
      throw error;
    }
    return new Secret(text);
  },
};

function httpUrl(text: string): URL {
  const url = baseUrl(text);
  if (url.username !== '' || url.password !== '') throw new WrongValue('must not hold a user or password');
  return url;
}

function baseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new WrongValue('is not an http:// or https:// URL');
  if (url.search !== '' || url.hash !== '') throw new WrongValue('must end with its path: no "?" and no "#"');
  return url;
}

function withoutTrailingSlash(url: URL): string {
  return url.href.replace(/\/+$/, '');
}

function listOf(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.includes('')) throw new WrongValue('has an empty entry between its commas');
  return entries;
}
