import type { Incident } from '../incidents/incident.ts';
import type { IncidentSummary } from '../store/incident-store.ts';
import type { TriageRecord } from '../store/triage-record.ts';
import type { TriageSummary } from '../store/triage-store.ts';
import type { IncidentAnswer, IncidentItem, TriageAnswer, TriageItem } from './answers.ts';

/** A triage by itself, as the API gives it. */
export function triageView(record: TriageRecord, publicUrl: string): TriageAnswer {
  const { id, status, diagnosis, error } = record;
  return { id, url: triageUrl(publicUrl, id), status, diagnosis, error };
}

/** A triage in a list. */
export function triageItem(summary: TriageSummary, publicUrl: string): TriageItem {
  const { id, status, alertname, namespace, pod, node, outcome, rootCause, startedAt } = summary;
  return { id, url: triageUrl(publicUrl, id), status, alertname, namespace, pod, node, outcome, rootCause, startedAt };
}

/** An incident by itself, with its alerts. */
export function incidentView(incident: Incident, publicUrl: string): IncidentAnswer {
  const alerts = incident.alerts.map(({ fingerprint, status, namespace, pod, node, triage }) => ({
    fingerprint,
    status,
    namespace,
    pod,
    node,
    triage,
  }));
  return { ...shared(incident, publicUrl), alerts, impact: incident.impact, slack: [...incident.slack] };
}

/** An incident in a list: how many alerts instead of which. */
export function incidentItem(summary: IncidentSummary, publicUrl: string): IncidentItem {
  return { ...shared(summary, publicUrl), alertCount: summary.counts.alerts, impact: summary.impact, slack: [...summary.slack] };
}

/** The address of a triage's page. */
export function triageUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/triages/${id}`;
}

type Shared = Omit<IncidentAnswer, 'alerts' | 'impact' | 'slack'>;

function shared(incident: Omit<Incident, 'alerts'>, publicUrl: string): Shared {
  const { id, status, rootCause, headline, firstSeen, lastSeen, resolvedAt } = incident;
  return { id, url: `${publicUrl}/incidents/${id}`, status, rootCause, headline, firstSeen, lastSeen, resolvedAt };
}
