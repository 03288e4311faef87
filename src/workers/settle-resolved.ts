import type { Queue } from 'bullmq';
import type { Announce } from '../queue/announce.ts';
import type { ClusterJob } from '../queue/jobs.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import type { AnnotationBook } from './annotation-book.ts';

export interface ResolvedContext {
  readonly triages: Pick<TriageStore, 'advance'>;
  readonly incidents: Pick<IncidentStore, 'resolveAlert'>;
  readonly annotations: Pick<AnnotationBook, 'resolved'>;
  readonly announce: Announce;
  readonly queue: Pick<Queue<ClusterJob>, 'remove'>;
  /** Told when an incident ended, so that its cause can be looked at once more. */
  readonly onIncidentResolved?: (incident: string) => Promise<void>;
  readonly now?: () => Date;
}

/** An alert that resolved; `triage` is its last one, null where it had none. */
export interface ResolvedAlert {
  readonly fingerprint: string;
  readonly triage: string | null;
}

/**
 * What follows when an alert resolves: its annotations are left alone from now on, its waiting triage is cancelled, and its incident
 * shrinks or ends. A triage that is running goes on, and finds out at its end. Every step may be repeated.
 */
export async function settleResolved(context: ResolvedContext, { fingerprint, triage }: ResolvedAlert): Promise<void> {
  const { triages, incidents, annotations, announce, queue, now = () => new Date() } = context;
  await annotations.resolved(fingerprint);
  const at = now().toISOString();
  // Zero where the job is running, or done and gone: then there is nothing to cancel.
  if (triage !== null && (await queue.remove(triage)) === 1) await triages.advance(triage, { status: 'cancelled', at });
  const change = await incidents.resolveAlert(fingerprint, at);
  if (change === null) return;
  // First, so that a quick look is done when the message is edited.
  if (change.resolved) await context.onIncidentResolved?.(change.incident);
  await announce(change);
}
