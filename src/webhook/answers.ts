import { type Static, Type } from 'typebox';
import type { CauseId } from '../core/causes.ts';
import type { Diagnosis, Impact, Outcome } from '../core/diagnosis.ts';
import { triageStatuses } from './list-filters.ts';

const text = (description: string) => Type.String({ description });
const orNull = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

const outcomes: readonly Outcome[] = ['root-cause', 'inconclusive', 'recovered', 'target-gone'];

const triageHead = {
  id: text('Id of the triage'),
  url: text('Its page'),
  status: oneOf(triageStatuses, 'Where it stands'),
};

const rootCause = Type.Unsafe<CauseId | null>({ type: ['string', 'null'], description: 'Id of the root cause' });

/** The diagnosis by itself. */
export const bareDiagnosis = Type.Unsafe<Diagnosis>({ type: 'object', description: 'podnet-triage/diagnosis/v1' });

/** 202 of a triage that was asked for. */
export const queuedTriage = Type.Object(triageHead);

/** One triage. */
export const triageAnswer = Type.Object({
  ...triageHead,
  diagnosis: Type.Unsafe<Diagnosis | null>({ type: ['object', 'null'], description: 'podnet-triage/diagnosis/v1' }),
  error: orNull('Why it failed'),
});

const triageItem = Type.Object({
  ...triageHead,
  alertname: Type.String(),
  namespace: orNull('Of the pod'),
  pod: orNull('What the alert is about'),
  node: orNull('Where the pod runs, or the node that the alert is about'),
  outcome: Type.Unsafe<Outcome | null>({ type: ['string', 'null'], enum: [...outcomes, null] }),
  rootCause,
  startedAt: orNull('RFC 3339'),
});

const incidentHead = {
  id: text('Id of the incident'),
  url: text('Its page'),
  status: oneOf(['open', 'resolved'], 'Whether any of its alerts fires'),
  rootCause,
  headline: text('One line'),
  firstSeen: text('RFC 3339'),
  lastSeen: text('RFC 3339'),
  resolvedAt: orNull('RFC 3339'),
};

const incidentTail = {
  impact: Type.Unsafe<Impact>({ type: 'object', description: 'How many pods and nodes, which namespaces and Services' }),
  slack: Type.Array(Type.Object({ channel: Type.String(), ts: Type.String() }), { description: 'Where its messages stand' }),
};

const incidentAlert = Type.Object({
  fingerprint: Type.String(),
  status: oneOf(['firing', 'resolved'], 'Of the alert'),
  namespace: orNull('Of the pod'),
  pod: orNull('What it is about'),
  node: orNull('Where the pod runs'),
  triage: text('Id of its latest triage'),
});

/** One incident with its alerts. */
export const incidentAnswer = Type.Object({ ...incidentHead, alerts: Type.Array(incidentAlert), ...incidentTail });

const incidentItem = Type.Object({ ...incidentHead, alertCount: Type.Integer({ description: 'How many alerts it has' }), ...incidentTail });

const next = orNull('Cursor of the next page; null on the last');

/** A page of triages. */
export const triageList = Type.Object({ items: Type.Array(triageItem), next });

/** A page of incidents. */
export const incidentList = Type.Object({ items: Type.Array(incidentItem), next });

export type TriageAnswer = Static<typeof triageAnswer>;
export type TriageItem = Static<typeof triageItem>;
export type IncidentAnswer = Static<typeof incidentAnswer>;
export type IncidentItem = Static<typeof incidentItem>;
