import { type AlertmanagerAddress, type ReplicaAddress, type Resolve, replicaAddresses, resolveHost } from './address.ts';
import type { AlertmanagerAccess } from './connection.ts';
import { openReplica, type Replica } from './replica.ts';

/** The Alertmanagers that alerts are annotated on. */
export interface Replicas {
  /**
   * Every replica of the moment: `dns+` entries are looked up each time. A name that can't be looked up keeps the
   * replicas it had and is told to `onUnresolved`.
   */
  current(): Promise<readonly Replica[]>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  readonly access: AlertmanagerAccess;
  readonly onUnresolved: (host: string, error: Error) => void;
  readonly resolve?: Resolve;
}

/** Keeps one client per replica, opened when its address first shows up and closed when it is gone. */
export function openReplicas(entries: readonly AlertmanagerAddress[], options: ReplicasOptions): Replicas {
  const { access, onUnresolved, resolve = resolveHost } = options;
  const lastAddresses = new Map<AlertmanagerAddress, readonly ReplicaAddress[]>();
  const open = new Map<string, Promise<Replica>>();

  const addressesOf = async (entry: AlertmanagerAddress): Promise<readonly ReplicaAddress[]> => {
    try {
      lastAddresses.set(entry, await replicaAddresses(entry, resolve));
    } catch (error) {
      onUnresolved(entry.url.hostname, error instanceof Error ? error : new Error(String(error)));
    }
    return lastAddresses.get(entry) ?? [];
  };
  const clientOf = (address: ReplicaAddress): Promise<Replica> => {
    const known = open.get(address.base);
    if (known !== undefined) return known;
    const client = openReplica(address, access);
    open.set(address.base, client);
    return client;
  };
  const closeGone = async (wanted: ReadonlySet<string>): Promise<void> => {
    for (const [base, client] of open) {
      if (wanted.has(base)) continue;
      open.delete(base);
      await (await client).close();
    }
  };

  return {
    async current() {
      const addresses = (await Promise.all(entries.map(addressesOf))).flat();
      await closeGone(new Set(addresses.map(({ base }) => base)));
      const unique = new Map(addresses.map((address) => [address.base, address]));
      return Promise.all([...unique.values()].map(clientOf));
    },
    close: async () => closeGone(new Set()),
  };
}
