import type { DefaultJobOptions } from 'bullmq';
import type { queueNames } from './jobs.ts';

type QueueName = keyof typeof queueNames;

const hour = 3600;
const day = 24 * hour;

/**
 * How the jobs of each queue are retried and how long finished ones are kept (ages in seconds; BullMQ cleans up whenever another job
 * finishes). Stored webhooks go at once: they are large, and what became of them stands in the triages. Half of each pause is chance,
 * so that jobs which failed together do not come back together.
 */
export const jobOptions: Readonly<Record<QueueName, DefaultJobOptions>> = {
  intake: {
    attempts: 12,
    backoff: { type: 'exponential', delay: 250, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: { age: 7 * day, count: 100 },
  },
  triage: {
    attempts: 3,
    backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
    removeOnComplete: { age: hour, count: 1000 },
    removeOnFail: { age: 7 * day, count: 1000 },
  },
  delivery: {
    attempts: 12,
    backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
    removeOnComplete: { age: hour, count: 200 },
    removeOnFail: { age: day, count: 200 },
  },
  annotation: {
    attempts: 3,
    backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: { age: day, count: 100 },
  },
};

/**
 * How workers hold their jobs, and how soon they go on after Redis was away. A worker that dies gives its job to another within about 12 s; a job may lose its worker five times
 * before it fails for good (BullMQ's defaults: 43 to 76 s, and failed at the second time).
 */
export const workerOptions = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 5, runRetryDelay: 1_000 } as const;
