import type { Alert } from '../core/alert.ts';
import type { NamedAlert } from '../core/fingerprint.ts';
import { describeTarget, targetOf } from '../core/target.ts';
import type { RedisClient } from '../redis/connection.ts';
import { key, keyPrefix } from '../redis/keys.ts';
import { checkAlerts, claimAlerts, endTriage, markAlerts, startTriage } from './alert-scripts.ts';
import { chunks } from './chunks.ts';

/** What Alertmanager last said of an alert, and its last triage. */
export interface KnownAlert {
  readonly alert: NamedAlert;
  /** Null until its first triage is queued. */
  readonly triage: string | null;
}

/** What became of an alert that a worker wants to take. `triage` is the one that it concerns; null where there is none. */
export interface Claim {
  readonly verdict: 'claimed' | 'duplicate' | 'resolved' | 'stale';
  readonly triage: string | null;
}

/** The alerts of one stored webhook, each with the id that its triage would get. */
export interface ClaimRequest {
  readonly job: string;
  readonly stamp: number;
  readonly alerts: readonly { readonly alert: NamedAlert; readonly triage: string }[];
}

/**
 * What is known of each alert, by fingerprint: the one place where it is decided whether an alert is triaged. Every call is one
 * atomic step for each chunk of alerts; all of it rejects while Redis is away.
 */
export interface AlertStore {
  /** Which of these firing alerts are stored already, and Redis' own time in microseconds. */
  check(alerts: readonly NamedAlert[]): Promise<{ readonly stamp: number; readonly known: readonly boolean[] }>;
  /** Notes which stored job holds these alerts. */
  mark(alerts: readonly NamedAlert[], stored: { readonly job: string; readonly stamp: number }): Promise<void>;
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** Whether a triage may start; from then on the dedup window counts. */
  start(fingerprint: string, triage: string, trigger: 'alert' | 'manual'): Promise<'go' | 'resolved' | 'superseded'>;
  /** Ends a triage and returns the alert's status now; null for an alert that no webhook named. */
  end(fingerprint: string, triage: string): Promise<Alert['status'] | null>;
  get(fingerprint: string): Promise<KnownAlert | null>;
  /** A known alert of the same name and target that carries all these labels; a firing one rather than a resolved one. */
  find(labels: Alert['labels']): Promise<KnownAlert | null>;
}

export interface AlertStoreOptions {
  readonly retentionMs: number;
  readonly dedupWindowMs: number;
}

/** Redis does nothing else while a script runs: a chunk takes a few milliseconds. */
const chunk = 250;

const alertKey = (fingerprint: string): string => key('alert', fingerprint);
const targetKey = (labels: Alert['labels']): string => key('alerts-of', labels['alertname'] ?? '', describeTarget(targetOf(labels)));

/** The alert store on a connection that stays the caller's. */
export function openAlertStore(redis: RedisClient, { retentionMs, dedupWindowMs }: AlertStoreOptions): AlertStore {
  const get = async (fingerprint: string): Promise<KnownAlert | null> => {
    const [alert, triage, status] = await redis.hmget(alertKey(fingerprint), 'alert', 'triage', 'status');
    if (alert === null || alert === undefined) return null;
    const known = { ...(JSON.parse(alert) as NamedAlert), status: (status ?? 'firing') as Alert['status'] };
    return { alert: known, triage: triage ?? null };
  };

  return {
    async check(alerts) {
      if (alerts.length === 0) return { stamp: await redisTime(redis), known: [] };
      const check = async (part: readonly NamedAlert[]): Promise<unknown> =>
        checkAlerts.run(redis, keysOf(part), [keyPrefix, dedupWindowMs, ...part.map(({ fingerprint }) => fingerprint)]);
      const replies = (await Promise.all(chunks(alerts, chunk).map(check))) as [string, string][];
      return { stamp: Number(replies[0]?.[0]), known: replies.flatMap(([, flags]) => Array.from(flags, (flag) => flag === '1')) };
    },
    async mark(alerts, { job, stamp }) {
      const mark = async (part: readonly NamedAlert[]): Promise<unknown> => {
        const states = part.flatMap(({ fingerprint, status }) => [fingerprint, status === 'firing' ? 'F' : 'R']);
        return markAlerts.run(redis, [key('marks')], [keyPrefix, job, stamp, ...states]);
      };
      await Promise.all(chunks(alerts, chunk).map(mark));
    },
    async claim({ job, stamp, alerts }) {
      const claims: Claim[] = [];
      for (const part of chunks(alerts, chunk)) {
        const keys = part.flatMap(({ alert }) => [alertKey(alert.fingerprint), targetKey(alert.labels)]);
        const values = part.flatMap(({ alert, triage }) => [alert.fingerprint, alert.status, triage, JSON.stringify(alert)]);
        const reply = await claimAlerts.run(redis, keys, [keyPrefix, dedupWindowMs, retentionMs, job, stamp, ...values]);
        claims.push(...(reply as [Claim['verdict'], string][]).map(([verdict, triage]) => ({ verdict, triage: triage || null })));
      }
      return claims;
    },
    async start(fingerprint, triage, trigger) {
      return (await startTriage.run(redis, [alertKey(fingerprint)], [triage, trigger])) as 'go' | 'resolved' | 'superseded';
    },
    async end(fingerprint, triage) {
      return (await endTriage.run(redis, [alertKey(fingerprint)], [triage])) as Alert['status'] | null;
    },
    get,
    async find(labels) {
      const fingerprints = await redis.smembers(targetKey(labels));
      const known = (await Promise.all(fingerprints.map(get))).filter((entry) => entry !== null);
      const fitting = known.filter(({ alert }) => Object.entries(labels).every(([name, value]) => alert.labels[name] === value));
      return fitting.find(({ alert }) => alert.status === 'firing') ?? fitting[0] ?? null;
    },
  };
}

const keysOf = (alerts: readonly NamedAlert[]): string[] => alerts.map(({ fingerprint }) => alertKey(fingerprint));

async function redisTime(redis: RedisClient): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000_000 + Number(micros);
}
