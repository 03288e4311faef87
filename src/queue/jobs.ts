import type { Alert } from '../core/alert.ts';

export const queueNames = { triage: 'triage', delivery: 'delivery', annotation: 'annotation' } as const;

/** One webhook's alerts, stored in one write; a worker fans them out. */
export interface BatchJob {
  readonly version: 1;
  readonly kind: 'batch';
  /** Alertmanager's external URL and receiver, for the log. */
  readonly origin: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  readonly alerts: readonly Alert[];
}

/** One triage to run; its record is in the store under `triage`. */
export interface TriageJob {
  readonly version: 1;
  readonly kind: 'triage';
  readonly triage: string;
  readonly alert: Alert;
}

/** An alert that resolved: its incident shrinks, its waiting triage is cancelled. */
export interface ResolvedJob {
  readonly version: 1;
  readonly kind: 'resolved';
  readonly alert: Alert;
}

export type TriageQueueJob = BatchJob | TriageJob | ResolvedJob;

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
