import type { Alert } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Announce } from '../queue/announce.ts';
import { withDeadline } from '../redis/deadline.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import { resolvedSentence } from './resolved-sentence.ts';
import type { Examine } from './triage.ts';

export interface ResolvedLookContext {
  readonly incidents: Pick<IncidentStore, 'get' | 'recordResolution'>;
  readonly triages: Pick<TriageStore, 'get'>;
  readonly examine: Examine;
  readonly announce: Announce;
  /** TRIAGE_TIMEOUT; the look takes no longer, and ten seconds at most. */
  readonly timeoutMs: number;
}

const longestMs = 10_000;
/** How long an examination may overrun its time before it is given up. */
const overrunMs = 2_000;

/**
 * Looks once more at the cause of an incident that has ended, and has its message say how it ended. Returns the sentence; null where
 * there is nothing to look at any more, or nothing could be seen. May be repeated.
 */
export async function lookAgain(context: ResolvedLookContext, id: string, signal: AbortSignal): Promise<string | null> {
  const incident = await context.incidents.get(id);
  if (incident?.status !== 'resolved' || incident.resolvedAt === null) return null;
  const before = (await context.triages.get(incident.triage))?.diagnosis ?? null;
  if (before === null) return null;
  const ended = { before, endedAt: incident.resolvedAt, triage: incident.triage };
  const [after, node] = await Promise.all([
    examined(context, { ...ended, labels: before.alert.labels }, signal),
    examinedNode(context, ended, signal),
  ]);
  const sentence = resolvedSentence({ before, after, node: node?.diagnosis ?? null, endedAt: incident.resolvedAt });
  // It may have opened again meanwhile.
  if (sentence === null || (await context.incidents.get(id))?.status !== 'resolved') return null;
  await context.incidents.recordResolution(id, sentence);
  await context.announce({ incident: id, opened: false, left: null });
  return sentence;
}

interface Ended {
  readonly before: Diagnosis;
  readonly endedAt: string;
  readonly triage: string;
}

async function examined(
  { examine, timeoutMs }: ResolvedLookContext,
  { before, endedAt, triage, labels }: Ended & { readonly labels: Alert['labels'] },
  signal: AbortSignal,
): ReturnType<Examine> {
  const ms = Math.min(timeoutMs, longestMs);
  const alert = { ...before.alert, labels, status: 'resolved', endsAt: endedAt, generatorUrl: '' } as const;
  const examination = examine({ id: triage, alert }, AbortSignal.any([signal, AbortSignal.timeout(ms)]));
  return withDeadline(examination, ms + overrunMs, () => new Error('the look at the cause did not end in time'));
}

/** What is wrong with a node is seen from the node also where the pod is gone, or runs elsewhere by now. */
async function examinedNode(context: ResolvedLookContext, ended: Ended, signal: AbortSignal): Promise<Awaited<ReturnType<Examine>> | null> {
  const { rootCause, target, alert } = ended.before;
  if (rootCause === null || rootCause.id.startsWith('app-') || target.node === null || target.kind === 'node') return null;
  const { alertname = '', cluster } = alert.labels;
  const labels = { alertname, ...(cluster !== undefined && { cluster }), node: target.node };
  return examined(context, { ...ended, labels }, signal);
}
