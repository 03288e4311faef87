import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { type AnnotationJob, queueNames } from '../queue/jobs.ts';

/** The rounds to come, as delayed jobs: any worker of the queue runs them, whoever asked. */
export interface AnnotationRounds {
  /** Has a round run at that time (milliseconds of the Unix epoch) or up to 200 ms later; at once for a time that has passed. */
  at(time: number): Promise<void>;
  /**
   * Has a round run each 10 s from now on, whatever becomes of the others: rounds call each other, and a job that is
   * lost (an eviction, a fail-over of Redis) must not end them.
   */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** Rounds closer together than this would cost Alertmanager one list each and bring nobody anything. */
const spacingMs = 200;
const heartbeatMs = 10_000;
const job: AnnotationJob = { version: 1, kind: 'round' };
const jobOptions = { removeOnComplete: true, removeOnFail: 10, attempts: 3, backoff: { type: 'fixed', delay: 1_000 } } as const;

/** Opens the queue of rounds on a connection that stays the caller's; `prefix` must hold a hash tag for Redis Cluster. */
export function openAnnotationRounds(connection: Redis | Cluster, prefix = '{podnet}'): AnnotationRounds {
  const queue = new Queue<AnnotationJob>(queueNames.annotation, { connection, prefix, defaultJobOptions: jobOptions });
  // Each caller sees the failure of its own call; an error event that nobody hears would end the process.
  queue.on('error', () => undefined);
  const slots = new Map<number, Promise<void>>();

  const add = async (slot: number, now: number): Promise<void> => {
    try {
      await queue.add('round', job, { jobId: `round-${slot}`, delay: Math.max(0, slot - now) });
    } catch (error) {
      slots.delete(slot);
      throw error;
    }
  };

  return {
    async at(time) {
      const now = Date.now();
      for (const slot of slots.keys()) if (slot <= now - spacingMs) slots.delete(slot);
      const slot = slotFor(time, now, [...slots.keys()]);
      const added = slots.get(slot) ?? add(slot, now);
      slots.set(slot, added);
      return added;
    },
    async beat() {
      await queue.upsertJobScheduler('heartbeat', { every: heartbeatMs }, { name: 'round', data: job, opts: { removeOnComplete: true } });
    },
    close: async () => queue.close(),
  };
}

/**
 * All processes put rounds into the same slots, so that the job id lets one of each in. A slot lies after the time that
 * it is for, or its round would find nothing due. The first wish after a quiet time gets a slot of its own, now.
 */
function slotFor(time: number, now: number, taken: readonly number[]): number {
  const quiet = !taken.some((slot) => slot <= now);
  if (time <= now && quiet) return now;
  return (Math.floor(Math.max(time, now) / spacingMs) + 1) * spacingMs;
}
