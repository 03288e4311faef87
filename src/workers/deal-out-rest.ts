import type { Alert } from '../core/alert.ts';
import { named, type NamedAlert } from '../core/fingerprint.ts';
import { maskedAlert } from '../core/masked-alert.ts';
import type { CutOff, RestJob } from '../queue/jobs.ts';
import { equalityFilters } from '../sinks/alertmanager/filters.ts';
import type { ListedAlert } from '../sinks/alertmanager/replica.ts';
import type { Replicas } from '../sinks/alertmanager/replicas.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { type BatchContext, type BatchOutcome, dealOut } from './deal-out.ts';

export interface RestContext extends BatchContext {
  readonly alerts: Pick<AlertStore, 'claim' | 'check'>;
  /** Null where ALERTMANAGER_URLS is unset. */
  readonly replicas: Pick<Replicas, 'current'> | null;
  /** Whether a runbook answers the alert and it belongs to a cluster that is diagnosed here. */
  readonly claims: (alert: Alert) => boolean;
}

/**
 * Fetches the group that a webhook left a part of and deals out all of it: what came with the webhook is there already and counts as
 * duplicate. Null where there is no Alertmanager to ask. Rejects when none answers.
 */
export async function dealOutRest(context: RestContext, { cutOff, origin }: RestJob, job: string): Promise<BatchOutcome | null> {
  if (context.replicas === null) return null;
  // Before the question: what a webhook says of an alert while we ask is newer than the answer.
  const { stamp } = await context.alerts.check([]);
  const listed = await groupAt(context.replicas, cutOff);
  const alerts = listed.map(firing).filter(context.claims);
  const receivedAt = new Date(stamp / 1000).toISOString();
  return dealOut(context, { version: 1, kind: 'batch', origin, receivedAt, stamp, alerts }, job);
}

/** The group's alerts, each once. Replicas don't share alerts, so every one is asked. */
async function groupAt(replicas: Pick<Replicas, 'current'>, { receiver, groupLabels }: CutOff): Promise<readonly ListedAlert[]> {
  const filters = equalityFilters(groupLabels);
  const answers = await Promise.allSettled((await replicas.current()).map(async (replica) => replica.alerts(filters, receiver)));
  const listed = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (listed.length === 0) throw new AggregateError(answers.flatMap(reasonOf), 'no Alertmanager gave the rest of a group that was cut off');
  return [...new Map(listed.flat().map((alert) => [alert.fingerprint, alert])).values()];
}

function reasonOf(answer: PromiseSettledResult<unknown>): readonly unknown[] {
  return answer.status === 'rejected' ? [answer.reason] : [];
}

/** Alertmanager lists only what fires; its `endsAt` is when it would resolve by itself. */
function firing({ fingerprint, labels, annotations, startsAt, generatorURL }: ListedAlert): NamedAlert {
  const alertname = labels['alertname'] ?? '';
  const alert = {
    alertname,
    fingerprint,
    status: 'firing',
    startsAt,
    endsAt: null,
    labels,
    annotations,
    generatorUrl: generatorURL,
  } as const;
  return maskedAlert(named(alert));
}
