import { type Assertion, assertOn, type Standing } from '../sinks/alertmanager/assertion.ts';
import type { ReplicaHealth } from '../sinks/alertmanager/replica-health.ts';
import type { Replica } from '../sinks/alertmanager/replica.ts';
import type { Replicas } from '../sinks/alertmanager/replicas.ts';
import type { AnnotationStore, Look, WatchedAlert } from '../store/annotation-store.ts';
import { absentSince, type Answered, isOver, nextLook, wantedNow } from './annotation-schedule.ts';

export interface RoundContext {
  readonly store: AnnotationStore;
  readonly replicas: Pick<Replicas, 'current'>;
  readonly health: ReplicaHealth;
  /** How many alerts were given our annotations on a replica; not called for none. */
  readonly onPosted: (replica: string, alerts: number) => void;
  /** Alerts that every Alertmanager has long stopped to list, though no webhook said that they are over; not called for none. */
  readonly onOver?: (fingerprints: readonly string[]) => Promise<void>;
  /** Told before anybody is asked until when this round holds its alerts: a round must run then, should this one die. */
  readonly onClaimed?: (leaseUntil: number) => Promise<void>;
  readonly now?: () => number;
}

/**
 * When the process dies in the middle of a round its alerts come back after so long, in time for a page that is still to come. A round
 * that takes longer meets another one, which finds in place what it would have posted.
 */
const leaseMs = 4_000;
/** How long a replica is waited for: the others' next look comes 2 s after this one. One that is late goes on alone. */
const lateMs = 1_000;

/** Looks at every alert that is due, on every replica, and returns when the next one is due; null when none is watched. */
export async function runRound(parts: RoundContext): Promise<number | null> {
  const { store, replicas, now = Date.now } = parts;
  const begun = now();
  const leaseUntil = begun + leaseMs;
  const alerts = await store.claim(begun, leaseUntil);
  if (alerts.length > 0) {
    await parts.onClaimed?.(leaseUntil);
    const standings = await askEach(await replicas.current(), alerts, parts);
    await putDown(alerts, standings, parts);
  }
  return store.nextDue();
}

/** Standing of each alert by fingerprint; null from a replica that did not answer, or not in time. */
type Answer = ReadonlyMap<string, Standing> | null;

async function askEach(replicas: readonly Replica[], alerts: readonly WatchedAlert[], parts: RoundContext): Promise<readonly Answer[]> {
  const { health, onPosted, now = Date.now } = parts;
  const assertions = alerts.map((alert): Assertion => ({
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    annotations: wantedNow(alert, now()),
  }));
  const ask = async (replica: Replica): Promise<Answer> => {
    try {
      const standings = await assertOn(replica, assertions);
      health.answered(replica.name);
      const posted = [...standings.values()].filter((standing) => standing === 'posted').length;
      if (posted > 0) onPosted(replica.name, posted);
      return standings;
    } catch (error) {
      health.failed(replica.name, error instanceof Error ? error : new Error(String(error)));
      return null;
    }
  };
  return Promise.all(
    replicas.map(async (replica) => {
      if (!health.usable(replica.name)) return null;
      const wasUp = health.isUp(replica.name);
      const answer = ask(replica);
      if (wasUp) return inTime(answer, () => health.late(replica.name));
      health.late(replica.name);
      return null;
    }),
  );
}

/** The answer; null where it does not come in time, of which `onLate` is told. */
async function inTime(answer: Promise<Answer>, onLate: () => void): Promise<Answer> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    onLate();
    resolve(null);
  }, lateMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function putDown(alerts: readonly WatchedAlert[], answers: readonly Answer[], parts: RoundContext): Promise<void> {
  const now = (parts.now ?? Date.now)();
  const given = answers.filter((answer) => answer !== null);
  const answered: Answered = given.length === 0 ? 'none' : given.length === answers.length ? 'all' : 'some';
  const over: WatchedAlert[] = [];
  const looks: Look[] = [];
  for (const alert of alerts) {
    const listed = given.some((answer) => answer.get(alert.fingerprint) !== 'absent');
    const again = { fingerprint: alert.fingerprint, nextAt: nextLook(alert, now) };
    if (!listed && isOver(alert, answered, now)) over.push(alert);
    else
      looks.push(
        listed ? { ...again, seenAt: now, absentSince: null } : { ...again, seenAt: null, absentSince: absentSince(alert, answered, now) },
      );
  }
  const forgotten = await parts.store.forgetUnseen(over);
  await parts.store.settle(looks);
  // What no Alertmanager of ours has ever listed is another source's, which alone knows when it is over.
  const ended = over.filter(({ fingerprint, listed }) => listed && forgotten.has(fingerprint)).map(({ fingerprint }) => fingerprint);
  if (ended.length > 0) await parts.onOver?.(ended);
}
