import type { Queue } from 'bullmq';
import type { ClusterJob, ConfirmJob } from './jobs.ts';
import { confirmPriority } from './priority.ts';

/** In a storm, has the alerts that wait looked at for the cause that a triage has proven; at most once in a while for one incident. */
export type RequestConfirm = (proven: { readonly triage: string; readonly incident: string }) => Promise<void>;

const apartMs = 3_000;
/** Fewer waiting triages than these are done sooner than their alerts are looked at twice. */
export const fewestWaiting = 20;

/** Requests on the triage queue, which stays the caller's. An incident has at most one of these jobs, whoever asked for it. */
export function createConfirmRequest(queue: Pick<Queue<ClusterJob>, 'add' | 'getJobCountByTypes'>): RequestConfirm {
  const askedAt = new Map<string, number>();
  return async ({ triage, incident }) => {
    const now = Date.now();
    if (now - (askedAt.get(incident) ?? -Infinity) < apartMs) return;
    if ((await triagesWaiting(queue)) < fewestWaiting) return;
    if (askedAt.size >= 1_000) askedAt.clear();
    askedAt.set(incident, now);
    const job: ConfirmJob = { version: 1, kind: 'confirm', triage };
    await queue.add('confirm', job, { priority: confirmPriority, deduplication: { id: `confirm-${incident}` } });
  };
}

/** How many triages wait for a worker. */
export async function triagesWaiting(queue: Pick<Queue<ClusterJob>, 'getJobCountByTypes'>): Promise<number> {
  return queue.getJobCountByTypes('prioritized', 'waiting');
}
