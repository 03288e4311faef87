import type { Cluster, Redis } from 'ioredis';

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
}

/** An alert that a webhook names as firing. */
export type Sighting = Omit<WatchedAlert, 'wanted' | 'pending'> & { readonly pending: Annotations };

/** What a round learned of one alert: when to look again, and whether some Alertmanager listed it. */
export interface Look {
  readonly fingerprint: string;
  readonly nextAt: number;
  readonly seenAt: number | null;
}

export interface AnnotationStore {
  /** Records a sighting. What is wanted of the alert already stays as it is. */
  sight(alert: Sighting): Promise<void>;
  /** Says what an alert shall carry, and makes it due now. */
  want(alert: Sighting, annotations: Annotations): Promise<void>;
  /** As `want`, but leaves alone what was wanted before. */
  wantUnlessSaid(alert: Sighting, annotations: Annotations): Promise<void>;
  forget(fingerprint: string): Promise<void>;
  /** Forgets those that nobody has sighted again since they were read. */
  forgetUnseen(alerts: readonly Pick<WatchedAlert, 'fingerprint' | 'seenAt'>[]): Promise<void>;
  /** Takes what is due at `now`; nobody else gets it before `leaseUntil` or until it is settled. */
  claim(now: number, leaseUntil: number): Promise<readonly WatchedAlert[]>;
  /** Ends a claim. What was forgotten meanwhile stays forgotten, what was made due earlier stays due. */
  settle(looks: readonly Look[]): Promise<void>;
  /** When the next alert is due; null when none is watched. */
  nextDue(): Promise<number | null>;
  /** Every alert in the book, in no order. */
  all(): Promise<readonly WatchedAlert[]>;
}

/** Old and new processes run side by side during an upgrade: a shape that is not understood has a key of its own. */
const shape = 'v1';
const keptForMs = 7 * 24 * 3_600_000;
const claimedAtOnce = 10_000;

const sightScript = `
local known = redis.call('HSETNX', KEYS[2], 'pendingFrom', ARGV[3]) == 0
redis.call('HSETNX', KEYS[2], 'pending', ARGV[4])
redis.call('HSET', KEYS[2], 'labels', ARGV[2], 'closeUntil', ARGV[5], 'seenAt', ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[1], 'LT', known and ARGV[6] or ARGV[3], ARGV[1])
`;

const wantScript = `
redis.call(ARGV[8], KEYS[2], 'wanted', ARGV[9])
redis.call('HSETNX', KEYS[2], 'pendingFrom', ARGV[3])
redis.call('HSETNX', KEYS[2], 'closeUntil', ARGV[5])
redis.call('HSETNX', KEYS[2], 'seenAt', ARGV[6])
redis.call('HSET', KEYS[2], 'labels', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[1], 'LT', ARGV[6], ARGV[1])
`;

// Reading what is due and putting it off must be one step, or what is made due in between would be put off with it.
const claimScript = `
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, fingerprint in ipairs(due) do redis.call('ZADD', KEYS[1], 'XX', ARGV[2], fingerprint) end
return due
`;

const settleScript = `
for i = 2, #KEYS do
  local at = (i - 2) * 3
  if redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('ZADD', KEYS[1], 'XX', 'LT', ARGV[at + 3], ARGV[at + 2])
    if ARGV[at + 4] ~= '' then
      redis.call('HSET', KEYS[i], 'seenAt', ARGV[at + 4])
      redis.call('PEXPIRE', KEYS[i], ARGV[1])
    end
  else
    redis.call('ZREM', KEYS[1], ARGV[at + 2])
  end
end
`;

// By a script, because the shape of a direct reply depends on the connection's protocol version.
const nextDueScript = `return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or false`;

const forgetUnseenScript = `
for i = 2, #KEYS do
  if redis.call('HGET', KEYS[i], 'seenAt') == ARGV[i * 2 - 2] then
    redis.call('DEL', KEYS[i])
    redis.call('ZREM', KEYS[1], ARGV[i * 2 - 3])
  end
end
`;

/**
 * The book of watched alerts in Redis: a sorted set of when each is to be looked at next, and a hash per alert.
 * `prefix` must hold a hash tag, so that all keys are on one node of a Redis Cluster.
 */
export function annotationStore(redis: Redis | Cluster, prefix = '{podnet}'): AnnotationStore {
  const due = `${prefix}:annotations:${shape}:due`;
  const keyOf = (fingerprint: string): string => `${prefix}:annotations:${shape}:alert:${fingerprint}`;

  const write = async (script: string, alert: Sighting, further: readonly string[]): Promise<void> => {
    const { fingerprint, labels, pendingFrom, pending, closeUntil, seenAt } = alert;
    const values = [fingerprint, JSON.stringify(labels), pendingFrom, JSON.stringify(pending), closeUntil, seenAt, keptForMs];
    await redis.eval(script, 2, due, keyOf(fingerprint), ...values, ...further);
  };
  const read = async (fingerprints: readonly string[]): Promise<readonly WatchedAlert[]> => {
    if (fingerprints.length === 0) return [];
    const pipeline = redis.pipeline();
    for (const fingerprint of fingerprints) pipeline.hgetall(keyOf(fingerprint));
    const replies = (await pipeline.exec()) ?? [];
    return replies.flatMap(([error, reply], index) => {
      if (error !== null) throw error;
      return parse(fingerprints[index] ?? '', reply as Record<string, string>);
    });
  };

  return {
    sight: async (alert) => write(sightScript, alert, []),
    want: async (alert, annotations) => write(wantScript, alert, ['HSET', JSON.stringify(annotations)]),
    wantUnlessSaid: async (alert, annotations) => write(wantScript, alert, ['HSETNX', JSON.stringify(annotations)]),
    async forget(fingerprint) {
      await redis.multi().del(keyOf(fingerprint)).zrem(due, fingerprint).exec();
    },
    async forgetUnseen(alerts) {
      if (alerts.length === 0) return;
      const keys = alerts.map(({ fingerprint }) => keyOf(fingerprint));
      const values = alerts.flatMap(({ fingerprint, seenAt }) => [fingerprint, seenAt]);
      await redis.eval(forgetUnseenScript, keys.length + 1, due, ...keys, ...values);
    },
    async claim(now, leaseUntil) {
      const fingerprints = (await redis.eval(claimScript, 1, due, now, leaseUntil, claimedAtOnce)) as string[];
      const alerts = await read(fingerprints);
      const found = new Set(alerts.map(({ fingerprint }) => fingerprint));
      const gone = fingerprints.filter((fingerprint) => !found.has(fingerprint));
      if (gone.length > 0) await redis.zrem(due, ...gone);
      return alerts;
    },
    async settle(looks) {
      if (looks.length === 0) return;
      const keys = looks.map(({ fingerprint }) => keyOf(fingerprint));
      const values = looks.flatMap(({ fingerprint, nextAt, seenAt }) => [fingerprint, nextAt, seenAt ?? '']);
      await redis.eval(settleScript, keys.length + 1, due, ...keys, keptForMs, ...values);
    },
    async nextDue() {
      const score = (await redis.eval(nextDueScript, 1, due)) as string | null;
      return score === null ? null : Number(score);
    },
    all: async () => read(await redis.zrange(due, '0', '-1')),
  };
}

function parse(fingerprint: string, fields: Record<string, string>): WatchedAlert[] {
  const { labels, wanted, pending, pendingFrom, closeUntil, seenAt } = fields;
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
    },
  ];
}
