import type { Alert } from '../core/alert.ts';
import type { CauseId } from '../core/causes.ts';
import type { Diagnosis, Outcome } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import type { Target } from '../core/target.ts';
import type { Page, TriageFilter, TriageRecord, TriageStatus } from './triage-record.ts';

/** A triage as lists show it: no diagnosis, only what came of it. */
export interface TriageSummary {
  readonly id: string;
  readonly status: TriageStatus;
  readonly alertname: string;
  readonly fingerprint: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  /** The node that a label names until the diagnosis knows better. */
  readonly node: string | null;
  readonly outcome: Outcome | null;
  readonly rootCause: CauseId | null;
  /** RFC 3339, as are the others. */
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly incident: string | null;
}

/** What a triage is created with. Its id names the moment it was queued: see `triageId`. */
export interface NewTriage {
  readonly id: string;
  readonly alert: Alert;
  readonly target: Target;
  readonly trigger: TriageRecord['trigger'];
  readonly queuedAt: string;
}

/** A step in a triage's life. */
export type TriageStep =
  | { readonly status: 'running'; readonly at: string }
  | { readonly status: 'done'; readonly at: string; readonly diagnosis: Diagnosis; readonly recording: Recording }
  | { readonly status: 'failed'; readonly at: string; readonly error: string }
  | { readonly status: 'cancelled'; readonly at: string };

/** Which page of a list: how many items (at most 500), and the cursor that the page before gave; null for the first. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

/** The triages of the retention time, in Redis. All of it rejects while Redis is away. */
export interface TriageStore {
  /** Stores triages as queued; one that exists already stays as it is. */
  create(triages: readonly NewTriage[]): Promise<void>;
  /** The whole record; null where there is none or it has expired. */
  get(id: string): Promise<TriageRecord | null>;
  /**
   * Takes a step and returns the status that the triage has now. What has ended as done or cancelled stays so: a job
   * that runs twice changes nothing. Null where there is no such record.
   */
  advance(id: string, step: TriageStep): Promise<TriageStatus | null>;
  /** Names the incident that the triage belongs to. */
  attach(id: string, incident: string): Promise<void>;
  /** Newest first. Throws a CursorError for a cursor that no page gave. */
  list(filter: TriageFilter, page: PageRequest): Promise<Page<TriageSummary>>;
  /** The evidence of a finished triage; null where there is none. */
  recording(id: string): Promise<Recording | null>;
  /** Keeps record and recording at least so many milliseconds more, e.g. because somebody disputes the diagnosis. */
  keep(id: string, ms: number): Promise<void>;
}

/** A cursor that no page gave: a fault of the caller, not of the store. */
export class CursorError extends Error {
  constructor() {
    super('the cursor is not one that this list gave; leave it out to start at the newest');
    this.name = 'CursorError';
  }
}
