import { DelayedError } from 'bullmq';
import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import type { DeliveryJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { DeliveryError } from '../sinks/sink.ts';
import { deliverIncident } from './deliver-incident.ts';
import type { DeliveryContext } from './deliver-incident.ts';
import { startJobWorker } from './job-worker.ts';

export interface DeliveryWorkerOptions extends Omit<DeliveryContext, 'now' | 'onRefused' | 'onTaken' | 'retryMs' | 'editEachMs'> {
  /** An incident's message is edited at most once in so long; 5 s unless said otherwise. */
  readonly editEachMs?: number;
  /** A patient connection, which stays the caller's. */
  readonly connection: RedisClient;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const concurrency = 5;
const longestRetryMs = 60_000;

/**
 * Delivers incidents to Slack until it is disposed of; a delivery under way is finished first. Any number of processes may
 * do so at once. What has to wait (a channel's turn, Slack's Retry-After, an outage) goes back to the queue as a delayed
 * job and uses up no attempt; a delivery reads the incident anew each time, so that the newest state is what arrives.
 */
export function startDeliveryWorker(options: DeliveryWorkerOptions): AsyncDisposable {
  const { connection, log, editEachMs = 5_000 } = options;
  const refusals = refusalLog(log);
  return startJobWorker<DeliveryJob>({
    queue: 'delivery',
    redis: connection,
    concurrency,
    process: async (job, signal) => {
      const context = { ...options, editEachMs, ...refusals, now: () => new Date(), retryMs: retryMsOf(job) };
      const waitMs = await deliverIncident(context, job.data.incident, signal);
      if (waitMs === null) return;
      await job.moveToDelayed(Date.now() + waitMs, job.token);
      throw new DelayedError();
    },
    onFailed: async (job, error) => log.error({ incident: job.data.incident, err: error }, 'an incident could not be delivered'),
    onError: (error) => log.warn({ err: error }, 'the delivery worker has trouble with Redis'),
    // Longer than one call to Slack may take, so that no answer is lost on the way out.
    graceMs: 12_000,
  });
}

/** Doubles with each start of the job, from one second to a minute. */
function retryMsOf(job: Job): number {
  return Math.min(longestRetryMs, 1000 * 2 ** Math.min(10, Math.max(0, job.attemptsStarted - 1)));
}

/** Says a refusal once for each channel and reason, because a storm would say it a thousand times, and once that it is over. */
function refusalLog(log: DeliveryWorkerOptions['log']): Pick<DeliveryContext, 'onRefused' | 'onTaken'> {
  const reasons = new Map<string, Set<string>>();
  return {
    onRefused(channel, { message }: DeliveryError) {
      const said = reasons.get(channel) ?? new Set();
      reasons.set(channel, said);
      if (said.has(message)) return;
      said.add(message);
      log.error({ channel, reason: message }, 'Slack takes no messages for this channel; alerts are still annotated');
    },
    onTaken(channel) {
      if (reasons.delete(channel)) log.info({ channel }, 'Slack takes messages for this channel again');
    },
  };
}
