import type { CauseId } from '../core/causes.ts';
import type { Impact } from '../core/diagnosis.ts';
import type { Subject } from '../core/verdict.ts';

/** One alert of an incident and the triage that put it there. */
export interface IncidentAlert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  /** Absent of an alert that an older version stored. */
  readonly alertname?: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly node: string | null;
  /** Id of its latest triage. */
  readonly triage: string;
}

/** Where the incident's message stands in Slack. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
}

/** A person's answer to an incident, e.g. through a button in Slack. */
export interface IncidentNote {
  /** Who, as Slack names them. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * Alerts that share one root cause and its subject. An alert whose triage named no cause is an incident of its own
 * (`rootCause` is then null), and all of which nothing could be checked are one.
 */
export interface Incident {
  readonly id: string;
  readonly status: 'open' | 'resolved';
  readonly rootCause: CauseId | null;
  readonly subject: Subject | null;
  readonly headline: string;
  /** RFC 3339, as are the others. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly resolvedAt: string | null;
  readonly alerts: readonly IncidentAlert[];
  readonly impact: Impact;
  readonly slack: readonly SlackMessage[];
  /** The triage whose diagnosis speaks for the incident: the newest that has a root cause. */
  readonly triage: string;
  /** How it ended, in a sentence without its end: "calico-node-x is Ready again since 10:41". Absent where nobody looked. */
  readonly resolution?: string | null;
  /** Who took it on. */
  readonly acknowledged?: IncidentNote | null;
  /** Who said that the diagnosis is wrong. */
  readonly disputed?: IncidentNote | null;
}
