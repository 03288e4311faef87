import type { Queue } from 'bullmq';
import type { ClusterJob, LookAgainJob } from './jobs.ts';
import { lookAgainPriority } from './priority.ts';

/** Has the cause of an incident that has just ended looked at once more. */
export function createLookRequest(queue: Pick<Queue<ClusterJob>, 'add'>): (incident: string) => Promise<void> {
  return async (incident) => {
    const job: LookAgainJob = { version: 1, kind: 'look-again', incident };
    await queue.add('look-again', job, { priority: lookAgainPriority });
  };
}
