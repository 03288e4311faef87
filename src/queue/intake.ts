import { createHash, randomBytes } from 'node:crypto';
import type { Alert } from '../core/alert.ts';
import { named, type NamedAlert } from '../core/fingerprint.ts';
import { maskedAlert } from '../core/masked-alert.ts';
import { withDeadline } from '../redis/deadline.ts';
import { groupCommit } from './group-commit.ts';
import type { CutOff, IntakeJob, RestJob } from './jobs.ts';
import type { Producer } from './producer.ts';
import { QueueUnavailableError, unavailable } from './unavailable.ts';

/** What became of a webhook's alerts; `received` is the sum of the others. */
export interface Accepted {
  readonly received: number;
  readonly queued: number;
  readonly deduplicated: number;
  readonly resolved: number;
  readonly ignored: number;
}

/** Where alerts come from. */
export interface Sender {
  readonly origin: string;
  /** What the sender left out of the group; null or absent where it is whole. */
  readonly cutOff?: CutOff | null;
}

/** Takes alerts in. */
export interface Intake {
  /**
   * Answers when every alert is stored in Redis. Rejects within two seconds with a QueueUnavailableError when Redis does not take
   * them; the caller has to send them again.
   */
  accept(alerts: readonly Alert[], from: Sender): Promise<Accepted>;
}

/** What the intake needs to know of alerts that came before (`AlertStore`, on a fail-fast connection). */
export interface StoredAlerts {
  check(alerts: readonly NamedAlert[]): Promise<{ readonly stamp: number; readonly known: readonly boolean[] }>;
  mark(alerts: readonly NamedAlert[], stored: { readonly job: string; readonly stamp: number }): Promise<void>;
}

export interface IntakeOptions {
  readonly producer: Producer<IntakeJob>;
  readonly stored: StoredAlerts;
  /** Whether a runbook answers the alert and it belongs to a cluster that is diagnosed here. */
  readonly claims: (alert: Alert) => boolean;
  /** Told when a mark could not be written; the alerts are stored all the same. */
  readonly onError: (error: Error) => void;
}

const deadlineMs = 1900;
/** A little later, so that those who wait behind a write that does not end have given up before it makes room for them. */
const groupDeadlineMs = deadlineMs + 100;
/** While one group is on its way to Redis, the next is made ready. */
const groupsAtOnce = 2;
/**
 * A storm that comes as a webhook for each alert costs little more than one that comes in one webhook. With larger groups this process
 * would wait for Redis, and Redis for this process.
 */
const mostInGroup = 400;

/** Made once: to make it for each webhook would cost more than to look for what it withdraws. */
const nobodyWaits = new Error('The webhook has been answered');

/** What one webhook wants to have stored. */
interface Entry {
  readonly origin: string;
  readonly alerts: readonly NamedAlert[];
}

/** One durable write for the webhooks of a moment, whatever they hold; alerts that are stored already are left out of it. */
export function createIntake(options: IntakeOptions): Intake {
  const late = (): Error => new QueueUnavailableError(`Redis did not answer within ${deadlineMs} ms`);
  const store = groupCommit({
    commit: async (group: readonly Entry[]) => withDeadline(storeGroup(group, options), groupDeadlineMs, late),
    together: storedTogether,
    groupsAtOnce,
  });
  return {
    async accept(alerts, { origin, cutOff = null }) {
      const ours = alerts.filter(options.claims).map(named);
      const distinct = withoutRepeats(ours);
      const ended = new AbortController();
      try {
        const stored = distinct.length === 0 ? [] : store({ origin, alerts: distinct }, ended.signal);
        const rest = cutOff === null ? undefined : storeRest({ origin, cutOff }, options);
        const [fresh] = await withDeadline(Promise.all([stored, rest]), deadlineMs, late);
        return counted({ received: alerts.length, ours, fresh });
      } catch (error) {
        throw unavailable(error);
      } finally {
        // Who was told that it is not stored sends it again; until then nobody has to store it.
        ended.abort(nobodyWaits);
      }
    },
  };
}

/** How many of the webhooks go into one job: not too many alerts, and never two that differ in whether an alert fires, which are put in order by their stamps. */
function storedTogether(waiting: readonly Entry[]): number {
  const status = new Map<string, NamedAlert['status']>();
  let alerts = 0;
  for (const [place, entry] of waiting.entries()) {
    alerts += entry.alerts.length;
    if (alerts > mostInGroup || entry.alerts.some((one) => (status.get(one.fingerprint) ?? one.status) !== one.status)) return place;
    for (const one of entry.alerts) status.set(one.fingerprint, one.status);
  }
  return waiting.length;
}

/** Stores what is not stored yet, and returns that of each webhook; an alert that two of them bring is the first one's. */
async function storeGroup(group: readonly Entry[], options: IntakeOptions): Promise<readonly (readonly NamedAlert[])[]> {
  const origins = new Set(group.map(({ origin }) => origin));
  const fresh = new Set(
    await storeFresh(withoutRepeats(group.flatMap(({ alerts }) => alerts)), [...origins].slice(0, 5).join(', '), options),
  );
  return group.map(({ alerts }) => alerts.filter((alert) => fresh.has(alert)));
}

/** Stores what is not stored yet and returns it. */
async function storeFresh(alerts: readonly NamedAlert[], origin: string, options: IntakeOptions): Promise<readonly NamedAlert[]> {
  const firing = alerts.filter(({ status }) => status === 'firing');
  const { stamp, known } = await options.stored.check(firing);
  const duplicates = new Set(firing.filter((_, index) => known[index]));
  const fresh = alerts.filter((alert) => !duplicates.has(alert));
  if (fresh.length === 0) return fresh;

  const job = `w${Math.floor(stamp).toString(36)}-${randomBytes(6).toString('hex')}`;
  const receivedAt = new Date(stamp / 1000).toISOString();
  const alertsToStore = fresh.map(maskedAlert);
  await options.producer.add('batch', { version: 1, kind: 'batch', origin, receivedAt, stamp, alerts: alertsToStore }, { jobId: job });
  // Marks come after the job: a mark without a job would answer "stored" for an alert that is not.
  await options.stored.mark(fresh, { job, stamp }).catch(options.onError);
  return fresh;
}

const minuteMs = 60_000;

/** One job for a group and minute: the webhooks of all replicas, and their repetitions, ask for the same. */
async function storeRest({ origin, cutOff }: Pick<RestJob, 'origin' | 'cutOff'>, { producer }: IntakeOptions): Promise<void> {
  const group = createHash('sha1')
    .update(JSON.stringify([cutOff.receiver, cutOff.groupLabels]))
    .digest('hex');
  const jobId = `rest-${group}-${Math.floor(Date.now() / minuteMs)}`;
  await producer.add('rest', { version: 1, kind: 'rest', origin, cutOff }, { jobId });
}

function counted({ received, ours, fresh }: { received: number; ours: readonly NamedAlert[]; fresh: readonly NamedAlert[] }): Accepted {
  const resolved = ours.filter(({ status }) => status === 'resolved').length;
  const queued = fresh.filter(({ status }) => status === 'firing').length;
  return { received, queued, deduplicated: ours.length - resolved - queued, resolved, ignored: received - ours.length };
}

/** An alert that stands there twice is one alert: the first. */
function withoutRepeats(alerts: readonly NamedAlert[]): NamedAlert[] {
  const seen = new Set<string>();
  return alerts.filter(({ fingerprint, status }) => {
    const before = seen.size;
    return seen.add(`${fingerprint} ${status}`).size > before;
  });
}
