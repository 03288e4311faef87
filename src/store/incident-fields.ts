import type { CauseId } from '../core/causes.ts';
import type { Diagnosis, Impact } from '../core/diagnosis.ts';
import type { Subject } from '../core/verdict.ts';
import { countAlerts } from '../incidents/counts.ts';
import type { Incident, IncidentAlert, IncidentNote, SlackMessage } from '../incidents/incident.ts';

type Fields = Readonly<Record<string, string>>;
type AlertEntry = Pick<IncidentAlert, 'alertname' | 'namespace' | 'pod' | 'node' | 'triage'>;

/** All that Redis holds of one incident. */
export interface StoredIncident {
  readonly fields: Fields;
  /** F or R and JSON, by fingerprint. */
  readonly alerts: Fields;
  readonly namespaces: readonly string[];
  readonly services: readonly string[];
}

/** What a diagnosis says of its incident. */
export function speakerFields(diagnosis: Diagnosis, triage: string): Fields {
  const { rootCause, headline } = diagnosis;
  return { rootCause: rootCause?.id ?? '', subject: JSON.stringify(rootCause?.subject ?? null), headline, triage };
}

/** An alert as it stands in an incident's hash, without its status. */
export function alertEntry({ alertname, namespace, pod, node, triage }: IncidentAlert): string {
  return JSON.stringify({ ...(alertname !== undefined && { alertname }), namespace, pod, node, triage } satisfies AlertEntry);
}

/** Written into every incident by the script that opens it. */
const version = '1';

/** The incident of what Redis holds; null for one that does not exist or has expired, or that a newer version has opened. */
export function parseIncident(id: string, stored: StoredIncident): Incident | null {
  const { fields } = stored;
  const { status, firstSeen } = fields;
  if (fields['v'] !== version || status === undefined || firstSeen === undefined) return null;
  const alerts = parseAlerts(stored.alerts);
  const lastSeen = fields['lastSeen'] ?? firstSeen;
  return {
    id,
    status: status as Incident['status'],
    rootCause: (text(fields['rootCause']) as CauseId | null) ?? null,
    subject: json(fields['subject']) as Subject | null,
    headline: fields['headline'] ?? '',
    firstSeen,
    lastSeen,
    resolvedAt: text(fields['resolvedAt']),
    alerts,
    impact: impactOf(stored, alerts),
    slack: (json(fields['slack']) as readonly SlackMessage[] | null) ?? [],
    triage: fields['triage'] ?? '',
    resolution: text(fields['resolution']),
    acknowledged: json(fields['acknowledged']) as IncidentNote | null,
    disputed: json(fields['disputed']) as IncidentNote | null,
  };
}

function parseAlerts(entries: Fields): IncidentAlert[] {
  const alerts = Object.entries(entries).map(([fingerprint, entry]): IncidentAlert => {
    const status = entry.startsWith('F') ? 'firing' : 'resolved';
    return { fingerprint, status, ...(JSON.parse(entry.slice(1)) as AlertEntry) };
  });
  const order = ({ status, namespace, pod, node, fingerprint }: IncidentAlert): string =>
    [status === 'firing' ? 0 : 1, namespace ?? '', pod ?? '', node ?? '', fingerprint].join('\0');
  return alerts
    .map((alert) => ({ alert, at: order(alert) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ alert }) => alert);
}

/** The largest of what its diagnoses saw and what its alerts name. */
function impactOf({ fields, namespaces, services }: StoredIncident, alerts: readonly IncidentAlert[]): Impact {
  const counts = countAlerts(alerts);
  const named = alerts.flatMap(({ namespace }) => (namespace === null ? [] : [namespace]));
  return {
    pods: Math.max(Number(fields['pods'] ?? 0), counts.pods),
    nodes: Math.max(Number(fields['nodes'] ?? 0), counts.nodes),
    namespaces: [...new Set([...namespaces, ...named])].sort(),
    services: [...services].sort(),
  };
}

function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function json(value: string | undefined): unknown {
  return value === undefined ? null : JSON.parse(value);
}
