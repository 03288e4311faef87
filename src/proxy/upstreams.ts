import { setTimeout as delay } from 'node:timers/promises';
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

/** A resolver that hangs keeps alerts from nobody whose address is known. */
const firstPatienceMs = 3_000;

/** Resolves when every name was looked up once, with or without success, or has had time enough. */
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
  const adopt = async (): Promise<void> => {
    const addresses = new Map([...last.values()].flat().map((address) => [address.base, address]));
    for (const [base, address] of addresses) if (!open.has(base)) open.set(base, openUpstream(address, options));
    const gone = [...open].filter(([base]) => !addresses.has(base));
    for (const [base] of gone) open.delete(base);
    await Promise.all(gone.map(async ([, upstream]) => upstream.close()));
  };
  const underWay = new Set<AlertmanagerAddress>();
  const refresh = async (): Promise<void> => {
    const free = entries.filter((entry) => !underWay.has(entry));
    await Promise.all(
      free.map(async (entry) => {
        underWay.add(entry);
        await look(entry);
        underWay.delete(entry);
        await adopt();
      }),
    );
  };

  await Promise.race([refresh(), delay(firstPatienceMs, undefined, { ref: false })]);
  const timer = entries.some(({ kind }) => kind === 'dns') ? setInterval(() => void refresh(), lookEveryMs) : undefined;
  return {
    current: () => [...open.values()],
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all([...open.values()].map(async (upstream) => upstream.close()));
    },
  };
}
