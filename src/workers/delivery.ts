import { DelayedError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { queueNames } from '../queue/jobs.ts';
import type { DeliveryJob } from '../queue/jobs.ts';
import type { DeliveryError } from '../sinks/sink.ts';
import { deliverIncident } from './deliver-incident.ts';
import type { DeliveryContext } from './deliver-incident.ts';

export interface DeliveryWorkerOptions extends Omit<DeliveryContext, 'now' | 'onRefused' | 'retryMs' | 'editEachMs'> {
  /** An incident's message is edited at most once in so long; 5 s unless said otherwise. */
  readonly editEachMs?: number;
  /** With `maxRetriesPerRequest: null`, as BullMQ's workers demand; it stays the caller's. */
  readonly connection: Redis | Cluster;
  readonly prefix?: string;
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
  const { connection, prefix = '{podnet}', log, editEachMs = 5_000 } = options;
  const onRefused = refusalLog(log);
  const process = async (job: Job<DeliveryJob>, token?: string, signal?: AbortSignal): Promise<void> => {
    const context = { ...options, editEachMs, onRefused, now: () => new Date(), retryMs: retryMsOf(job) };
    const waitMs = await deliverIncident(context, job.data.incident, signal ?? new AbortController().signal);
    if (waitMs === null) return;
    await job.moveToDelayed(Date.now() + waitMs, token);
    throw new DelayedError();
  };
  const settings = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 };
  const worker = new Worker<DeliveryJob>(queueNames.delivery, process, { connection, prefix, concurrency, ...settings });
  worker.on('failed', (job, error) => log.error({ job: job?.id, incident: job?.data.incident, err: error }, 'A delivery failed'));
  worker.on('error', (error) => log.warn({ err: error }, 'The delivery worker has trouble with Redis'));
  return { [Symbol.asyncDispose]: async () => worker.close() };
}

/** Doubles with each start of the job, from one second to a minute. */
function retryMsOf(job: Job): number {
  return Math.min(longestRetryMs, 1000 * 2 ** Math.min(10, Math.max(0, job.attemptsStarted - 1)));
}

/** Says a refusal once for each channel and reason; a storm would say it a thousand times. */
function refusalLog(log: DeliveryWorkerOptions['log']): DeliveryContext['onRefused'] {
  const said = new Set<string>();
  return (channel: string, error: DeliveryError) => {
    const refusal = `${channel}: ${error.message}`;
    if (said.has(refusal)) return;
    said.add(refusal);
    log.error({ channel, reason: error.message }, 'Slack takes no messages for this channel; alerts are still annotated');
  };
}
