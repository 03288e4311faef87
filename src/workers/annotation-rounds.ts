import type { Queue } from 'bullmq';
import type { AnnotationJob } from '../queue/jobs.ts';

/** The rounds to come, as delayed jobs: any worker of the queue runs them, whoever asked. */
export interface AnnotationRounds {
  /** Has a round run at that time (milliseconds of the Unix epoch) or one spacing later; at once for a time that has passed. */
  at(time: number): Promise<void>;
  /**
   * Has a round run each 10 s from now on, whatever becomes of the others: rounds call each other, and a job that is
   * lost (an eviction, a fail-over of Redis) must not end them.
   */
  beat(): Promise<void>;
  /** Tells how long a round took: the next ones keep so much distance that Alertmanager has time for others. */
  took(ms: number): void;
}

/** Milliseconds between two rounds. Each is a multiple of those before it, so that processes that see it differently still share slots. */
const spacings = [250, 500, 1_000, 2_000] as const;
/** A third of the time is left to others: a list of 5,000 alerts takes Alertmanager half a second, and its pages must not wait for ours. */
const spacingPerRound = 1.5;
const heartbeatMs = 10_000;
const job: AnnotationJob = { version: 1, kind: 'round' };

/** Rounds on the annotation queue, which stays the caller's. */
export function createAnnotationRounds(queue: Pick<Queue<AnnotationJob>, 'add' | 'upsertJobScheduler'>): AnnotationRounds {
  const slots = new Map<number, Promise<void>>();
  let spacingMs: number = spacings[0];

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
      const slot = slotFor(time, { now, spacingMs, taken: [...slots.keys()] });
      const added = slots.get(slot) ?? add(slot, now);
      slots.set(slot, added);
      return added;
    },
    async beat() {
      await queue.upsertJobScheduler('heartbeat', { every: heartbeatMs }, { name: 'round', data: job });
    },
    took(ms) {
      spacingMs = spacings.find((spacing) => spacing >= ms * spacingPerRound) ?? 2_000;
    },
  };
}

/**
 * All processes put rounds into the same slots, so that the job id lets one of each in. A slot lies at the time that it is for or after
 * it, or its round would find nothing due; the round of one that is not to come may have run. The first wish after a quiet time gets a
 * slot of its own, now.
 */
function slotFor(
  time: number,
  { now, spacingMs, taken }: { readonly now: number; readonly spacingMs: number; readonly taken: readonly number[] },
): number {
  const quiet = !taken.some((slot) => slot <= now);
  if (time <= now) return quiet ? now : (Math.floor(now / spacingMs) + 1) * spacingMs;
  return Math.ceil(time / spacingMs) * spacingMs;
}
