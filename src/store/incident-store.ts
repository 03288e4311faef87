import type { Diagnosis } from '../core/diagnosis.ts';
import type { Incident, IncidentAlert, IncidentNote, SlackMessage } from '../incidents/incident.ts';
import type { Page } from './triage-record.ts';
import type { PageRequest } from './triage-store.ts';

/** An incident as lists show it: how many alerts instead of which. */
export interface IncidentSummary extends Omit<Incident, 'alerts'> {
  readonly counts: { readonly alerts: number; readonly firing: number };
}

export interface IncidentFilter {
  readonly status?: Incident['status'];
  readonly rootCause?: string;
  /** Of one of its alerts; several of these must hold of the same one. */
  readonly alertname?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly node?: string;
}

/** What a finished triage says about its alert's incident. */
export interface Joining {
  /** What holds diagnoses together (`incidentKey`); null where there is no root cause. */
  readonly key: string | null;
  readonly alert: IncidentAlert;
  readonly diagnosis: Diagnosis;
  /** RFC 3339. */
  readonly at: string;
}

/** What a join or a resolve did. */
export interface IncidentChange {
  readonly incident: string;
  /** Created, or open again: people should hear of it at once. */
  readonly opened: boolean;
  /** This change ended it: its last alert resolved. */
  readonly resolved: boolean;
  /** The incident that the alert left, where it was in another one. */
  readonly left: string | null;
}

/** The incidents of the retention time, in Redis. Every change is one atomic step; all of it rejects while Redis is away. */
export interface IncidentStore {
  /**
   * Puts an alert into the incident of its cause: an open one, one that resolved less than the quiet time ago (it is
   * open again), its own one under a new name where the alert stands alone in it, or a new one.
   */
  join(joining: Joining): Promise<IncidentChange>;
  /** Marks an alert as resolved in its incident; null where it is in none. */
  resolveAlert(fingerprint: string, at: string): Promise<IncidentChange | null>;
  /** The incident with all its alerts, firing ones first; null where there is none or it has expired. */
  get(id: string): Promise<Incident | null>;
  /** Newest first. Throws a CursorError for a cursor that no page gave. */
  list(filter: IncidentFilter, page: PageRequest): Promise<Page<IncidentSummary>>;
  /** The open incident with this key (`incidentKey`); null where there is none. */
  findOpen(key: string): Promise<string | null>;
  recordSlack(id: string, messages: readonly SlackMessage[]): Promise<void>;
  recordResolution(id: string, sentence: string): Promise<void>;
  acknowledge(id: string, note: IncidentNote): Promise<void>;
  dispute(id: string, note: IncidentNote): Promise<void>;
}
