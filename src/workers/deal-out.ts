import type { Queue } from 'bullmq';
import type { NamedAlert } from '../core/fingerprint.ts';
import { targetOf } from '../core/target.ts';
import type { BatchJob, ClusterJob, TriageJob } from '../queue/jobs.ts';
import { triagePriority } from '../queue/priority.ts';
import { triageId } from '../redis/ids.ts';
import type { AlertStore, Claim } from '../store/alert-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import type { AnnotationBook } from './annotation-book.ts';
import { settleResolved, type ResolvedContext } from './settle-resolved.ts';

export interface BatchContext extends ResolvedContext {
  readonly alerts: Pick<AlertStore, 'claim'>;
  readonly triages: Pick<TriageStore, 'create' | 'advance'>;
  readonly annotations: Pick<AnnotationBook, 'watch' | 'resolved'>;
  readonly queue: Pick<Queue<ClusterJob>, 'addBulk' | 'remove'>;
  readonly pagerGroupWaitMs: number;
}

/** What became of a webhook's alerts. */
export type BatchOutcome = Readonly<Record<Claim['verdict'], number>>;

interface Claimed {
  readonly alert: NamedAlert;
  readonly claim: Claim;
}

/** Alerts that are dealt with in one go: the first triages run while the rest of a large webhook is still being claimed. */
const chunk = 250;

/**
 * Deals out one stored webhook: each firing alert that no other webhook has brought already gets a record and a triage job, each resolved
 * one is settled. Runs again from the start when a worker dies on it, and then finds its own claims.
 */
export async function dealOut(context: BatchContext, batch: BatchJob, job: string): Promise<BatchOutcome> {
  const outcome = { claimed: 0, duplicate: 0, resolved: 0, stale: 0 };
  for (let from = 0; from < batch.alerts.length; from += chunk) {
    const alerts = batch.alerts.slice(from, from + chunk);
    const claims = await claim(context, { ...batch, alerts }, job);
    for (const { verdict } of claims) outcome[verdict] += 1;
    const all = claims.flatMap((one, index): Claimed[] => {
      const alert = alerts[index];
      return alert === undefined ? [] : [{ alert, claim: one }];
    });
    const of = (verdict: Claim['verdict']): Claimed[] => all.filter((one) => one.claim.verdict === verdict);
    const jobs = triageJobs(of('claimed'), batch.receivedAt);
    // Both stand before a worker can take the first job.
    await Promise.all([watch(context, [...of('claimed'), ...of('duplicate')]), record(context, jobs)]);
    await queueTriages(context, jobs);
    await Promise.all(
      of('resolved').map(async (one) => settleResolved(context, { fingerprint: one.alert.fingerprint, triage: one.claim.triage })),
    );
  }
  return outcome;
}

async function claim(context: BatchContext, batch: BatchJob, job: string): Promise<readonly Claim[]> {
  const at = Date.parse(batch.receivedAt);
  const alerts = batch.alerts.map((alert) => ({ alert, triage: triageId(at, `${job} ${alert.fingerprint}`) }));
  return context.alerts.claim({ job, stamp: batch.stamp, alerts });
}

/** An alert that is not triaged again is watched as well: Alertmanager may have overwritten its annotations. */
async function watch({ annotations }: BatchContext, claimed: readonly Claimed[]): Promise<void> {
  await Promise.all(claimed.map(async ({ alert, claim: { triage } }) => annotations.watch(alert, triage ?? undefined)));
}

function triageJobs(claimed: readonly Claimed[], queuedAt: string): readonly TriageJob[] {
  return claimed.map(({ alert, claim: { triage } }) => {
    return { version: 1, kind: 'triage', triage: triage ?? '', alert, trigger: { kind: 'alert' }, queuedAt };
  });
}

async function record({ triages }: BatchContext, jobs: readonly TriageJob[]): Promise<void> {
  await triages.create(jobs.map((job) => ({ ...job, id: job.triage, target: targetOf(job.alert.labels) })));
}

async function queueTriages(context: BatchContext, jobs: readonly TriageJob[]): Promise<void> {
  const { queue, pagerGroupWaitMs, now = () => new Date() } = context;
  const nowMs = now().getTime();
  await queue.addBulk(
    jobs.map((data) => {
      // The id makes a second run of this webhook harmless, because BullMQ keeps only one job of an id.
      const opts = { jobId: data.triage, priority: triagePriority(data.alert.startsAt, pagerGroupWaitMs, nowMs) };
      return { name: 'triage', data, opts };
    }),
  );
}
