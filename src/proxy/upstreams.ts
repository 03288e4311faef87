import {
  type AlertmanagerAddress,
  type ReplicaAddress,
  type Resolve,
  replicaAddresses,
  resolveHost,
} from '../sinks/alertmanager/address.ts';
import { openUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';

/** The Alertmanagers of the moment. */
export interface Upstreams extends AsyncDisposable {
  /** Known at once: names are looked up in the background. */
  current(): readonly Upstream[];
}

export interface UpstreamsOptions extends UpstreamOptions {
  /** Told when a name cannot be looked up; what it led to before is kept. */
  readonly onUnresolved: (host: string, error: Error) => void;
  readonly resolve?: Resolve;
  readonly lookEveryMs?: number;
}

/** Resolves when every name was looked up once, with or without success. */
export async function openUpstreams(entries: readonly AlertmanagerAddress[], options: UpstreamsOptions): Promise<Upstreams> {
  const { onUnresolved, resolve = resolveHost, lookEveryMs = 10_000 } = options;
  const last = new Map<AlertmanagerAddress, readonly ReplicaAddress[]>();
  const open = new Map<string, Upstream>();

  const look = async (entry: AlertmanagerAddress): Promise<void> => {
    try {
      last.set(entry, await replicaAddresses(entry, resolve));
    } catch (error) {
      onUnresolved(entry.url.hostname, error instanceof Error ? error : new Error(String(error)));
    }
  };
  const refresh = async (): Promise<void> => {
    await Promise.all(entries.map(look));
    const addresses = new Map([...last.values()].flat().map((address) => [address.base, address]));
    for (const [base, address] of addresses) if (!open.has(base)) open.set(base, openUpstream(address, options));
    const gone = [...open].filter(([base]) => !addresses.has(base));
    for (const [base] of gone) open.delete(base);
    await Promise.all(gone.map(async ([, upstream]) => upstream.close()));
  };

  await refresh();
  const timer = entries.some(({ kind }) => kind === 'dns') ? setInterval(() => void refresh(), lookEveryMs) : undefined;
  return {
    current: () => [...open.values()],
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all([...open.values()].map(async (upstream) => upstream.close()));
    },
  };
}
