import { createHash, randomBytes } from 'node:crypto';
import type { Alert } from '../core/alert.ts';
import { named, type NamedAlert } from '../core/fingerprint.ts';
import { maskedAlert } from '../core/masked-alert.ts';
import { withDeadline } from '../redis/deadline.ts';
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

/** One durable write per webhook, whatever it holds; alerts that are stored already are left out of it. */
export function createIntake(options: IntakeOptions): Intake {
  return {
    async accept(alerts, { origin, cutOff = null }) {
      const ours = alerts.filter(options.claims).map(named);
      const distinct = withoutRepeats(ours);
      const late = (): Error => new QueueUnavailableError(`Redis did not answer within ${deadlineMs} ms`);
      try {
        const stored = distinct.length === 0 ? [] : storeFresh(distinct, origin, options);
        const rest = cutOff === null ? undefined : storeRest({ origin, cutOff }, options);
        const [fresh] = await withDeadline(Promise.all([stored, rest]), deadlineMs, late);
        return counted({ received: alerts.length, ours, fresh });
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
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

/** An alert that stands twice in one webhook is one alert. */
function withoutRepeats(alerts: readonly NamedAlert[]): NamedAlert[] {
  return [...new Map(alerts.map((alert) => [`${alert.fingerprint} ${alert.status}`, alert])).values()];
}
