import type { Alert } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { fingerprintOf } from '../core/fingerprint.ts';
import { redact } from '../core/redact.ts';
import { targetOf } from '../core/target.ts';
import type { IncidentAlert } from '../incidents/incident.ts';
import { incidentKey } from '../incidents/incident-key.ts';
import type { Announce } from '../queue/announce.ts';
import type { RequestConfirm } from '../queue/request-confirm.ts';
import { isProof } from '../runbooks/spoken-causes.ts';
import type { TriageJob } from '../queue/jobs.ts';
import { withDeadline } from '../redis/deadline.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import type { AnnotationBook } from './annotation-book.ts';

/** Looks at the cluster; ends by the signal's deadline with what it has. The diagnosis carries the id that is given. */
export type Examine = (
  request: { readonly id: string; readonly alert: Alert },
  signal: AbortSignal,
) => Promise<{ readonly diagnosis: Diagnosis; readonly recording: Recording }>;

export interface TriageContext {
  readonly triages: Pick<TriageStore, 'create' | 'get' | 'advance' | 'attach'>;
  readonly alerts: Pick<AlertStore, 'start' | 'end'>;
  readonly incidents: Pick<IncidentStore, 'join' | 'resolveAlert'>;
  readonly annotations: Pick<AnnotationBook, 'diagnosed' | 'failed'>;
  readonly announce: Announce;
  /** Told of every diagnosis that proves a cause which other pods may share. */
  readonly onProven?: RequestConfirm;
  readonly examine: Examine;
  /** TRIAGE_TIMEOUT. */
  readonly timeoutMs: number;
  /** Told when an incident ended because its last alert had resolved before its triage was done. */
  readonly onIncidentResolved?: (incident: string) => Promise<void>;
  readonly now?: () => Date;
}

/** How long an examination may overrun its time before it is given up. */
const overrunMs = 5000;

/**
 * One triage from its job to everybody who waits for it: record, incident, annotations, messages. Returns the diagnosis, null where
 * the triage was cancelled. Every step may be repeated; a job that runs again after its diagnosis was stored does not look at the
 * cluster again.
 */
export async function runTriage(context: TriageContext, job: TriageJob, signal: AbortSignal): Promise<Diagnosis | null> {
  // What does not depend on each other is asked for at once: in a storm the round trips are what takes time.
  const [known, may] = await Promise.all([
    context.triages.get(job.triage),
    context.alerts.start(identityOf(job.alert), job.triage, job.trigger.kind),
  ]);
  if (known === null) await context.triages.create([{ ...job, id: job.triage, target: targetOf(job.alert.labels) }]);
  if (known?.status === 'cancelled') return null;
  if (may !== 'go' && !known?.diagnosis) {
    await context.triages.advance(job.triage, { status: 'cancelled', at: timeOf(context) });
    return null;
  }
  const diagnosis = known?.diagnosis ?? (await diagnose(context, job, signal));
  // The pager waits for the annotations, so they do not wait for the incident.
  const [incident] = await Promise.all([joinIncident(context, job, diagnosis), context.annotations.diagnosed(job.alert, diagnosis)]);
  if (isProof(diagnosis)) await context.onProven?.({ triage: job.triage, incident });
  return diagnosis;
}

/** A triage that failed for good: says so to everybody who waits for it. */
export async function failTriage(context: TriageContext, job: TriageJob, error: Error): Promise<void> {
  const why = redact(error.message.split('\n')[0] ?? '').slice(0, 300);
  const status = await context.triages.advance(job.triage, { status: 'failed', at: timeOf(context), error: why });
  await context.alerts.end(identityOf(job.alert), job.triage);
  if (status === 'failed') await context.annotations.failed(job.alert, why, job.triage);
}

async function diagnose(context: TriageContext, job: TriageJob, signal: AbortSignal): Promise<Diagnosis> {
  const { triages, examine, timeoutMs } = context;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const examined = examine({ id: job.triage, alert: job.alert }, limit);
  const late = (): Error => new Error(`the triage did not end within ${(timeoutMs + overrunMs) / 1000} s`);
  const [{ diagnosis, recording }] = await Promise.all([
    withDeadline(unlessAborted(examined, signal), timeoutMs + overrunMs, late),
    triages.advance(job.triage, { status: 'running', at: timeOf(context) }),
  ]);
  await triages.advance(job.triage, { status: 'done', at: timeOf(context), diagnosis, recording });
  return diagnosis;
}

/** An examination that was cut short because the process ends is no diagnosis: another worker starts anew. */
async function unlessAborted<T>(examined: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('the triage was given up, because the process ends'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const result = await Promise.race([examined, aborted]);
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The incident that the alert belongs to. */
async function joinIncident(context: TriageContext, job: TriageJob, diagnosis: Diagnosis): Promise<string> {
  const { triages, incidents, alerts, announce } = context;
  const alert = incidentAlert(job, diagnosis);
  const change = await incidents.join({ key: incidentKey(diagnosis), alert, diagnosis, at: timeOf(context) });
  const [status] = await Promise.all([
    alerts.end(alert.fingerprint, job.triage),
    triages.attach(job.triage, change.incident),
    announce(change),
  ]);
  // The alert may have resolved while its triage ran; whoever took that in found no incident to shrink.
  const ended = status === 'resolved' ? await incidents.resolveAlert(alert.fingerprint, timeOf(context)) : null;
  if (ended !== null) await announce(ended);
  if (change.resolved || ended?.resolved === true) await context.onIncidentResolved?.(change.incident);
  return change.incident;
}

function incidentAlert({ alert, triage }: TriageJob, { target }: Diagnosis): IncidentAlert {
  const pod = target.kind === 'pod' ? target.name : null;
  const node = target.kind === 'node' ? target.name : target.node;
  const { alertname, status } = alert;
  return { fingerprint: identityOf(alert), status, alertname, namespace: target.namespace, pod, node, triage };
}

/** An alert that somebody made up is known by its labels. */
function identityOf({ fingerprint, labels }: Alert): string {
  return fingerprint ?? fingerprintOf(labels);
}

function timeOf({ now = () => new Date() }: TriageContext): string {
  return now().toISOString();
}
