import { DeliveryError } from '../sink.ts';
import type { ReplicaAddress } from './address.ts';
import type { Annotations } from './annotations.ts';
import { type AlertmanagerAccess, openConnection } from './connection.ts';

/** What `POST /api/v2/alerts` takes. */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** What `GET /api/v2/alerts` gives: alerts that are not resolved, silenced and inhibited ones among them. */
export interface ListedAlert extends PostableAlert {
  readonly fingerprint: string;
}

export interface ReplicaStatus {
  readonly version: string;
  /** Number of members of its cluster, itself included; null where clustering is off. */
  readonly peers: number | null;
  /** Its configuration as YAML, secrets masked by Alertmanager. */
  readonly config: string;
}

/** One Alertmanager. Every call throws a DeliveryError when it fails. */
export interface Replica {
  /** Its base URL, without credentials. */
  readonly name: string;
  /**
   * The alerts that match every filter (`equalityFilters`, `oneOfFilter`). With a receiver, a regular expression: only those that go
   * to it and are neither silenced nor inhibited.
   */
  alerts(filters: readonly string[], receiver?: string): Promise<readonly ListedAlert[]>;
  /** Puts the alerts in place of those with the same labels. */
  post(alerts: readonly PostableAlert[]): Promise<void>;
  status(): Promise<ReplicaStatus>;
  close(): Promise<void>;
}

/** A client of the Alertmanager at an address. A CA file that can't be read throws; the server itself is not asked yet. */
export async function openReplica(address: ReplicaAddress, access: AlertmanagerAccess): Promise<Replica> {
  const { base } = address;
  const connection = await openConnection(address, access);
  return {
    name: base,
    async alerts(filters, receiver) {
      const going = receiver === undefined ? [] : [`receiver=${encodeURIComponent(receiver)}`, 'silenced=false', 'inhibited=false'];
      const query = [...filters.map((filter) => `filter=${encodeURIComponent(filter)}`), ...going].join('&');
      return listedFrom(await connection.get(`/api/v2/alerts?${query}`), base);
    },
    async post(alerts) {
      await connection.post('/api/v2/alerts', JSON.stringify(alerts));
    },
    status: async () => statusFrom(await connection.get('/api/v2/status'), base),
    close: async () => connection.close(),
  };
}

function listedFrom(text: string, base: string): readonly ListedAlert[] {
  const list = parsed(text, base);
  const isAlert = (entry: unknown): boolean =>
    typeof entry === 'object' && entry !== null && 'fingerprint' in entry && 'labels' in entry && 'endsAt' in entry;
  if (!Array.isArray(list) || !list.every(isAlert)) throw notAlertmanager(base);
  return (list as ListedAlert[]).map((alert) => ({ ...alert, annotations: alert.annotations ?? {} }));
}

interface StatusAnswer {
  readonly versionInfo?: { readonly version?: string };
  readonly cluster?: { readonly status?: string; readonly peers?: readonly unknown[] | null };
  readonly config?: { readonly original?: string };
}

function statusFrom(text: string, base: string): ReplicaStatus {
  const { versionInfo, cluster, config } = (parsed(text, base) ?? {}) as StatusAnswer;
  if (config?.original === undefined) throw notAlertmanager(base);
  const clustered = cluster?.status !== undefined && cluster.status !== 'disabled';
  return { version: versionInfo?.version ?? '', peers: clustered ? (cluster.peers?.length ?? 0) : null, config: config.original };
}

function parsed(text: string, base: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notAlertmanager(base, cause);
  }
}

function notAlertmanager(base: string, cause?: unknown): DeliveryError {
  const message = `${base} answers, but not as Alertmanager's API v2 does: is the path prefix right?`;
  return new DeliveryError(message, { retryable: false }, { cause });
}
