import type { RedisClient } from '../redis/connection.ts';
import { key } from '../redis/keys.ts';
import type { Script } from '../redis/script.ts';
import { claimAlerts, forgetUnseenAlerts, nextDueAlert, settleAlerts, sightAlert, wantAlert } from './annotation-scripts.ts';
import { chunks } from './chunks.ts';

type Annotations = Readonly<Record<string, string>>;

/** A firing alert whose annotations are kept in place. Times are milliseconds of the Unix epoch. */
export interface WatchedAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What Alertmanager shall carry; null while there is no diagnosis. */
  readonly wanted: Annotations | null;
  /** What it shall carry instead, from `pendingFrom` on, while `wanted` is null. */
  readonly pending: Annotations | null;
  readonly pendingFrom: number;
  /** Until then the pager's first page may still be on its way out. */
  readonly closeUntil: number;
  /** When Alertmanager last named it, by a webhook or in its list. */
  readonly seenAt: number;
  /** Since when every replica has answered without a break and none listed it; null while that is not so. */
  readonly absentSince: number | null;
  /** Whether an Alertmanager of ours has ever listed it; alerts of other sources never are. */
  readonly listed: boolean;
}

/** An alert that a webhook names as firing. */
export type Sighting = Omit<WatchedAlert, 'wanted' | 'pending' | 'absentSince' | 'listed'> & { readonly pending: Annotations };

/** What a round learned of one alert: when to look again, whether some Alertmanager listed it, and since when none does. */
export interface Look {
  readonly fingerprint: string;
  readonly nextAt: number;
  readonly seenAt: number | null;
  readonly absentSince: number | null;
}

export interface AnnotationStore {
  /** Records a sighting. What is wanted of the alert already stays as it is. */
  sight(alert: Sighting): Promise<void>;
  /** Says what an alert shall carry, and makes it due now. */
  want(alert: Sighting, annotations: Annotations): Promise<void>;
  /** As `want`, but leaves alone what was wanted before. */
  wantUnlessSaid(alert: Sighting, annotations: Annotations): Promise<void>;
  forget(fingerprint: string): Promise<void>;
  /** Forgets those that nobody has sighted again since they were read, and returns which ones. */
  forgetUnseen(alerts: readonly Pick<WatchedAlert, 'fingerprint' | 'seenAt'>[]): Promise<ReadonlySet<string>>;
  /** Takes what is due at `now`; nobody else gets it before `leaseUntil` or until it is settled. */
  claim(now: number, leaseUntil: number): Promise<readonly WatchedAlert[]>;
  /** Ends a claim. What was forgotten meanwhile stays forgotten, what was made due earlier stays due. */
  settle(looks: readonly Look[]): Promise<void>;
  /** When the next alert is due; null when none is watched. */
  nextDue(): Promise<number | null>;
  /** Every alert in the book, in no order. Read in parts, so that neither side is held up. */
  all(): Promise<readonly WatchedAlert[]>;
  /** Another number whenever something of what alerts shall carry has changed. */
  revision(): Promise<number>;
}

/** Old and new processes run side by side during an upgrade: a shape that the old ones don't know gets keys of its own. */
const shape = 'v1';
const keptForMs = 7 * 24 * 3_600_000;
const claimedAtOnce = 10_000;
/** Redis does nothing else while a script runs: a chunk takes a few milliseconds. */
const chunk = 500;

const readAtOnce = 100;

const due = key('annotations', shape, 'due');
const revision = key('annotations', shape, 'revision');
const alertKey = (fingerprint: string): string => key('annotations', shape, 'alert', fingerprint);

/**
 * The book of watched alerts, on a connection that stays the caller's: a sorted set of when each is to be looked at next,
 * and a hash per alert.
 */
export function openAnnotationStore(redis: RedisClient): AnnotationStore {
  const write = async (step: Script, alert: Sighting, further: readonly string[]): Promise<void> => {
    const { fingerprint, labels, pendingFrom, pending, closeUntil, seenAt } = alert;
    const values = [fingerprint, JSON.stringify(labels), pendingFrom, JSON.stringify(pending), closeUntil, seenAt, keptForMs];
    await step.run(redis, [due, alertKey(fingerprint), revision], [...values, ...further]);
  };
  const read = async (fingerprints: readonly string[]): Promise<readonly WatchedAlert[]> => {
    const replies = await Promise.all(fingerprints.map(async (fingerprint) => redis.hgetall(alertKey(fingerprint))));
    return replies.flatMap((fields, index) => parse(fingerprints[index] ?? '', fields));
  };

  return {
    sight: async (alert) => write(sightAlert, alert, []),
    want: async (alert, annotations) => write(wantAlert, alert, ['HSET', JSON.stringify(annotations)]),
    wantUnlessSaid: async (alert, annotations) => write(wantAlert, alert, ['HSETNX', JSON.stringify(annotations)]),
    async forget(fingerprint) {
      await redis.multi().del(alertKey(fingerprint)).zrem(due, fingerprint).incr(revision).exec();
    },
    async forgetUnseen(alerts) {
      const forgotten = new Set<string>();
      for (const part of chunks(alerts, chunk)) {
        const values = part.flatMap(({ fingerprint, seenAt }) => [fingerprint, seenAt]);
        const [first, ...alertKeys] = keysOf(part);
        const reply = (await forgetUnseenAlerts.run(redis, [first, revision, ...alertKeys], values)) as string[];
        for (const fingerprint of reply) forgotten.add(fingerprint);
      }
      return forgotten;
    },
    async claim(now, leaseUntil) {
      const fingerprints = (await claimAlerts.run(redis, [due], [now, leaseUntil, claimedAtOnce])) as string[];
      const alerts = await read(fingerprints);
      const found = new Set(alerts.map(({ fingerprint }) => fingerprint));
      const gone = fingerprints.filter((fingerprint) => !found.has(fingerprint));
      if (gone.length > 0) await redis.zrem(due, ...gone);
      return alerts;
    },
    async settle(looks) {
      for (const part of chunks(looks, chunk)) {
        const values = part.flatMap(({ fingerprint, nextAt, seenAt, absentSince }) => [
          fingerprint,
          nextAt,
          seenAt ?? '',
          absentSince ?? '',
        ]);
        await settleAlerts.run(redis, keysOf(part), [keptForMs, ...values]);
      }
    },
    async nextDue() {
      const score = (await nextDueAlert.run(redis, [due], [])) as string | null;
      return score === null ? null : Number(score);
    },
    async all() {
      const found: WatchedAlert[] = [];
      for (const part of chunks(await redis.zrange(due, '0', '-1'), readAtOnce)) found.push(...(await read(part)));
      return found;
    },
    revision: async () => Number((await redis.get(revision)) ?? 0),
  };
}

function keysOf(alerts: readonly { readonly fingerprint: string }[]): readonly [string, ...string[]] {
  return [due, ...alerts.map(({ fingerprint }) => alertKey(fingerprint))];
}

function parse(fingerprint: string, fields: Record<string, string>): WatchedAlert[] {
  const { labels, wanted, pending, pendingFrom, closeUntil, seenAt, absentSince, listed } = fields;
  if (labels === undefined) return [];
  return [
    {
      fingerprint,
      labels: JSON.parse(labels) as Record<string, string>,
      wanted: wanted === undefined ? null : (JSON.parse(wanted) as Annotations),
      pending: pending === undefined ? null : (JSON.parse(pending) as Annotations),
      pendingFrom: Number(pendingFrom),
      closeUntil: Number(closeUntil),
      seenAt: Number(seenAt),
      absentSince: absentSince === undefined ? null : Number(absentSince),
      listed: listed === '1',
    },
  ];
}
