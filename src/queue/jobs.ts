import type { Alert } from '../core/alert.ts';
import type { NamedAlert } from '../core/fingerprint.ts';

/**
 * `intake` holds webhooks as they came; it has workers of its own, so that a new alert is seen to within milliseconds even while
 * every triage slot waits for a slow API server.
 */
export const queueNames = { intake: 'intake', triage: 'triage', delivery: 'delivery', annotation: 'annotation' } as const;

/** The alerts of one webhook, or of several that came in the same moment, stored in one write; a worker fans them out. */
export interface BatchJob {
  readonly version: 1;
  readonly kind: 'batch';
  /** Alertmanager's external URL and receiver, for the log; of several webhooks a few. */
  readonly origin: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  /** Redis' own time in microseconds, by which webhooks that name the same alert are put in order. */
  readonly stamp: number;
  readonly alerts: readonly NamedAlert[];
}

/** What a webhook left out of its group, because the receiver's `max_alerts` cut it off. */
export interface CutOff {
  /** The receiver's name as the payload has it: a regular expression that matches the name and nothing else. */
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly count: number;
}

/** Fetch what a webhook left out, and deal it out like the webhook. */
export interface RestJob {
  readonly version: 1;
  readonly kind: 'rest';
  readonly origin: string;
  readonly cutOff: CutOff;
}

/** What the intake queue holds. */
export type IntakeJob = BatchJob | RestJob;

/** Why a triage runs: an alert that fired, or somebody who asked, and their words. */
export type TriageTrigger = { readonly kind: 'alert' } | { readonly kind: 'manual'; readonly reason: string | null };

/** One triage to run. Everything that its record is made of, so that the job alone is enough. */
export interface TriageJob {
  readonly version: 1;
  readonly kind: 'triage';
  readonly triage: string;
  readonly alert: Alert;
  readonly trigger: TriageTrigger;
  /** RFC 3339. */
  readonly queuedAt: string;
}

/** Look once more at the cause of an incident that has ended. */
export interface LookAgainJob {
  readonly version: 1;
  readonly kind: 'look-again';
  readonly incident: string;
}

/** Look which alerts that wait for their triage have the cause that this triage has proven. */
export interface ConfirmJob {
  readonly version: 1;
  readonly kind: 'confirm';
  readonly triage: string;
}

/** What the triage queue holds: everything that reads clusters. */
export type ClusterJob = TriageJob | LookAgainJob | ConfirmJob;

/** Bring one incident's message up to date. */
export interface DeliveryJob {
  readonly version: 1;
  readonly kind: 'incident';
  readonly incident: string;
}

/** One round of looking at the firing alerts' annotations on every Alertmanager replica. */
export interface AnnotationJob {
  readonly version: 1;
  readonly kind: 'round';
}
