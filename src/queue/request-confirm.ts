import type { Queue } from 'bullmq';
import type { ClusterJob, ConfirmJob } from './jobs.ts';
import { confirmPriority } from './priority.ts';

/** Has the alerts that wait looked at for the cause that a triage has proven; at most once in a while for one incident. */
export type RequestConfirm = (proven: { readonly triage: string; readonly incident: string }) => Promise<void>;

const apartMs = 10_000;

/** Requests on the triage queue, which stays the caller's. Processes share the job of one incident and moment by its id. */
export function createConfirmRequest(queue: Pick<Queue<ClusterJob>, 'add'>): RequestConfirm {
  const asked = new Set<string>();
  return async ({ triage, incident }) => {
    const jobId = `confirm-${incident}-${Math.floor(Date.now() / apartMs)}`;
    if (asked.has(jobId)) return;
    if (asked.size >= 1_000) asked.clear();
    asked.add(jobId);
    const job: ConfirmJob = { version: 1, kind: 'confirm', triage };
    await queue.add('confirm', job, { jobId, priority: confirmPriority });
  };
}
