import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { RequestTriage, TriageRequest } from '../../src/queue/request-triage.ts';
import type { IncidentStore } from '../../src/store/incident-store.ts';
import type { Page, TriageFilter, TriageRecord } from '../../src/store/triage-record.ts';
import { CursorError, type PageRequest, type TriageStore, type TriageSummary } from '../../src/store/triage-store.ts';

/** Triages in memory, newest last; the cursor is the index of the next one. */
export function memoryTriages(records: TriageRecord[]): Pick<TriageStore, 'get' | 'list'> {
  return {
    get: async (id) => records.find((record) => record.id === id) ?? null,
    list: async (filter, page) => pageOf(records.toReversed().map(summaryOf).filter(matches(filter)), page),
  };
}

/** Incidents in memory, newest last. */
export function memoryIncidents(all: Incident[]): Pick<IncidentStore, 'get' | 'list'> {
  return {
    get: async (id) => all.find((incident) => incident.id === id) ?? null,
    async list(filter, page) {
      const wanted = all.toReversed().filter(({ status, rootCause }) => {
        return (filter.status ?? status) === status && (filter.rootCause ?? rootCause) === rootCause;
      });
      const summaries = wanted.map(({ alerts, ...rest }) => {
        return { ...rest, counts: { alerts: alerts.length, firing: alerts.filter(({ status }) => status === 'firing').length } };
      });
      return pageOf(summaries, page);
    },
  };
}

/** Queues a triage as a record of status `queued` for every fingerprint but `unknown`. */
export function memoryRequests(records: TriageRecord[]): { request: RequestTriage; asked: TriageRequest[] } {
  const asked: TriageRequest[] = [];
  return {
    asked,
    async request(triage) {
      asked.push(triage);
      if ('fingerprint' in triage && triage.fingerprint === 'unknown') return null;
      const id = `tmanual${records.length}`;
      records.push(aRecord({ id, status: 'queued', diagnosis: null }));
      return { id };
    },
  };
}

export const unreachable = async (): Promise<never> => {
  throw new Error('connect ECONNREFUSED redis.internal:6379');
};

export function aRecord(changes: Partial<TriageRecord> = {}): TriageRecord {
  return {
    version: 1,
    id: 't1',
    status: 'done',
    alert: {
      alertname: 'KubePodNotReady',
      fingerprint: 'eddcf139b04b3d1b',
      status: 'firing',
      startsAt: '2026-11-22T01:22:05Z',
      endsAt: null,
      labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
      annotations: {},
      generatorUrl: '',
    },
    target: { kind: 'pod', namespace: 'shop', name: 'checkout-1', node: null },
    trigger: { kind: 'alert' },
    queuedAt: '2026-11-22T01:22:06Z',
    startedAt: '2026-11-22T01:22:06Z',
    finishedAt: '2026-11-22T01:22:07Z',
    diagnosis: aDiagnosis(),
    error: null,
    incident: null,
    ...changes,
  };
}

export function aDiagnosis(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    schema: 'podnet-triage/diagnosis/v1',
    id: 't1',
    startedAt: '2026-11-22T01:22:06Z',
    durationMs: 412,
    alert: {
      alertname: 'KubePodNotReady',
      fingerprint: 'eddcf139b04b3d1b',
      status: 'firing',
      startsAt: '2026-11-22T01:22:05Z',
      labels: {},
      annotations: {},
    },
    target: { kind: 'pod', cluster: null, namespace: 'shop', name: 'checkout-1', node: 'worker-1' },
    outcome: 'inconclusive',
    headline: 'No cause found for pod shop/checkout-1',
    runbook: null,
    rootCause: null,
    alternatives: [],
    symptoms: [],
    steps: [],
    rules: [],
    evidence: [],
    timeline: [],
    impact: { pods: 1, nodes: 1, namespaces: ['shop'], services: [] },
    nextActions: [],
    unchecked: [],
    ...changes,
  };
}

export function anIncident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    status: 'open',
    rootCause: 'ip-pool-exhausted',
    subject: { kind: 'Node', namespace: null, name: 'worker-3' },
    headline: 'Pod CIDR of node worker-3 has no free address',
    firstSeen: '2026-11-22T01:22:05Z',
    lastSeen: '2026-11-22T01:23:05Z',
    resolvedAt: null,
    alerts: [{ fingerprint: 'eddcf139b04b3d1b', status: 'firing', namespace: 'shop', pod: 'checkout-1', node: 'worker-3', triage: 't1' }],
    impact: { pods: 12, nodes: 1, namespaces: ['shop'], services: ['shop/checkout'] },
    slack: [{ channel: 'C1', ts: '1.2' }],
    triage: 't1',
    ...changes,
  };
}

function summaryOf(record: TriageRecord): TriageSummary {
  const { id, status, alert, diagnosis, queuedAt, startedAt, finishedAt, incident } = record;
  return {
    id,
    status,
    alertname: alert.alertname,
    fingerprint: alert.fingerprint,
    namespace: alert.labels['namespace'] ?? null,
    pod: alert.labels['pod'] ?? null,
    node: diagnosis?.target.node ?? null,
    outcome: diagnosis?.outcome ?? null,
    rootCause: diagnosis?.rootCause?.id ?? null,
    queuedAt,
    startedAt,
    finishedAt,
    incident,
  };
}

function matches(filter: TriageFilter): (summary: TriageSummary) => boolean {
  return (summary) => Object.entries(filter).every(([name, value]) => summary[name as keyof TriageFilter] === value);
}

function pageOf<T>(all: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const from = cursor === null ? 0 : Number(cursor);
  if (!Number.isInteger(from)) throw new CursorError();
  const end = from + limit;
  return { items: all.slice(from, end), next: end < all.length ? `${end}` : null };
}
