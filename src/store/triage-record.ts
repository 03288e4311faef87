import type { Alert } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Target } from '../core/target.ts';

export type TriageStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** One triage as it is stored: what was asked, where it stands, what came of it. */
export interface TriageRecord {
  /** Shape of this record; a process reads what it knows and leaves the rest alone. */
  readonly version: 1;
  readonly id: string;
  readonly status: TriageStatus;
  readonly alert: Alert;
  readonly target: Target;
  /** Why it runs: an alert that fired, or somebody who asked (and their words). */
  readonly trigger: { readonly kind: 'alert' } | { readonly kind: 'manual'; readonly reason: string | null };
  /** RFC 3339, as are the others. */
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly diagnosis: Diagnosis | null;
  /** One line for people; null unless failed. */
  readonly error: string | null;
  readonly incident: string | null;
}

export interface TriageFilter {
  readonly alertname?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly node?: string;
  readonly rootCause?: string;
  readonly status?: TriageStatus;
}

/** One page, newest first; `next` is the cursor of the page after, null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
