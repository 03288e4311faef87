import { setTimeout as delay } from 'node:timers/promises';
import { type AlertmanagerAddress, type ReplicaAddress, type Resolve, replicaAddresses, resolveHost } from './address.ts';
import type { AlertmanagerAccess } from './connection.ts';
import { equalityFilters } from './filters.ts';
import { type ListedAlert, openReplica, type Replica } from './replica.ts';

/** The Alertmanagers that alerts are annotated on. */
export interface Replicas {
  /**
   * Every replica of the moment: `dns+` entries are looked up each time. A name that can't be looked up, or not soon, keeps the
   * replicas it had.
   */
  current(): Promise<readonly Replica[]>;
  /** The alerts that have all of these labels, each once; a replica that does not answer is passed over. */
  firingWith(labels: Readonly<Record<string, string>>): Promise<readonly ListedAlert[]>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  readonly access: AlertmanagerAccess;
  /** Told when a name can't be looked up, and not again until it could be in between. */
  readonly onUnresolved: (host: string, error: Error) => void;
  readonly resolve?: Resolve;
}

/** Where pods have no network, names are not looked up either, and a resolver takes half a minute to say so. */
const patienceMs = 300;
/** Of a name that was never looked up nothing is known without waiting. */
const firstPatienceMs = 3_000;

/** Keeps one client per replica, opened when its address first shows up and closed when it is gone. */
export function openReplicas(entries: readonly AlertmanagerAddress[], options: ReplicasOptions): Replicas {
  const { access, onUnresolved, resolve = resolveHost } = options;
  const lastAddresses = new Map<AlertmanagerAddress, readonly ReplicaAddress[]>();
  const open = new Map<string, Promise<Replica>>();

  const unresolved = new Set<AlertmanagerAddress>();
  const notResolved = (entry: AlertmanagerAddress, error: unknown): void => {
    if (!unresolved.has(entry)) onUnresolved(entry.url.hostname, error instanceof Error ? error : new Error(String(error)));
    unresolved.add(entry);
  };
  const lookups = new Map<AlertmanagerAddress, Promise<void>>();
  const lookUp = async (entry: AlertmanagerAddress): Promise<void> => {
    try {
      lastAddresses.set(entry, await replicaAddresses(entry, resolve));
      unresolved.delete(entry);
    } catch (error) {
      notResolved(entry, error);
    } finally {
      lookups.delete(entry);
    }
  };
  const addressesOf = async (entry: AlertmanagerAddress): Promise<readonly ReplicaAddress[]> => {
    const lookup = lookups.get(entry) ?? lookUp(entry);
    lookups.set(entry, lookup);
    await Promise.race([lookup, delay(lastAddresses.has(entry) ? patienceMs : firstPatienceMs, undefined, { ref: false })]);
    const known = lastAddresses.get(entry);
    if (known === undefined && lookups.has(entry)) notResolved(entry, new Error(`no answer within ${firstPatienceMs / 1000} s`));
    return known ?? [];
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

  const current = async (): Promise<readonly Replica[]> => {
    const addresses = (await Promise.all(entries.map(addressesOf))).flat();
    await closeGone(new Set(addresses.map(({ base }) => base)));
    const unique = new Map(addresses.map((address) => [address.base, address]));
    return Promise.all([...unique.values()].map(clientOf));
  };

  return {
    current,
    firingWith: async (labels) => listedBy(await current(), equalityFilters(labels)),
    close: async () => closeGone(new Set()),
  };
}

async function listedBy(replicas: readonly Replica[], filters: readonly string[]): Promise<readonly ListedAlert[]> {
  const answers = await Promise.allSettled(replicas.map(async (replica) => replica.alerts(filters)));
  const listed = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  return [...new Map(listed.map((alert) => [alert.fingerprint, alert])).values()];
}
