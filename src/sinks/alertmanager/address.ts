import { lookup } from 'node:dns/promises';

/** One entry of ALERTMANAGER_URLS. */
export type AlertmanagerAddress =
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'dns'; /** With the name still in it. */ readonly url: URL };

/** Where one replica is reached. */
export interface ReplicaAddress {
  /** Base URL with its path prefix, without a slash at its end and without credentials: also its name in logs. */
  readonly base: string;
  /** The name that its certificate is for, where the base URL holds an address that was looked up. */
  readonly serverName: string | null;
  readonly user: string | null;
  readonly password: string | null;
}

/** All addresses of a host name, of both families. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Asks the system's resolver, so that search domains of a pod and /etc/hosts count. */
export const resolveHost: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Reads one entry: `http(s)://host[:port][/prefix]`, or the same with `dns+` before it. Throws a message for people. */
export function parseAlertmanagerAddress(text: string): AlertmanagerAddress {
  const dns = text.startsWith('dns+');
  const plain = dns ? text.slice('dns+'.length) : text;
  const url = URL.canParse(plain) ? new URL(plain) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error(`"${withoutCredentials(text)}" is not the address of an Alertmanager: write http://host:9093 or dns+http://host:9093`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Error(`"${withoutCredentials(text)}" must be a base address, without "?" and "#"`);
  }
  return { kind: dns ? 'dns' : 'url', url };
}

/** The replicas behind an entry: one for a plain URL, one per address for a `dns+` entry. */
export async function replicaAddresses(entry: AlertmanagerAddress, resolve: Resolve): Promise<readonly ReplicaAddress[]> {
  if (entry.kind === 'url') return [at(entry.url, entry.url.host, null)];
  const { hostname, port } = entry.url;
  const addresses = [...new Set(await resolve(hostname))].sort();
  return addresses.map((address) => {
    const host = address.includes(':') ? `[${address}]` : address;
    return at(entry.url, port === '' ? host : `${host}:${port}`, hostname);
  });
}

function at(url: URL, host: string, serverName: string | null): ReplicaAddress {
  const named = url.username !== '';
  return {
    base: `${url.protocol}//${host}${url.pathname.replace(/\/+$/, '')}`,
    serverName,
    user: named ? decodeURIComponent(url.username) : null,
    password: named ? decodeURIComponent(url.password) : null,
  };
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@');
}
