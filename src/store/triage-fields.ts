import type { Diagnosis, Outcome } from '../core/diagnosis.ts';
import { targetOf } from '../core/target.ts';
import type { CauseId } from '../core/causes.ts';
import type { TriageRecord, TriageStatus } from './triage-record.ts';
import type { NewTriage, TriageSummary } from './triage-store.ts';

/** A record in Redis: a hash of texts. A field that is not there or empty is null. */
export type Fields = Readonly<Record<string, string>>;

/** Written into every record: a process leaves alone what it does not know. */
const version = '1';

/** The fields that a list shows, in the order that `parseSummary` takes them. */
export const summaryFields = [
  'v',
  'status',
  'alertname',
  'fingerprint',
  'namespace',
  'pod',
  'node',
  'outcome',
  'rootCause',
  'queuedAt',
  'startedAt',
  'finishedAt',
  'incident',
] as const;

/** What a triage is stored as at first. */
export function fieldsOfNew({ id, alert, target, trigger, queuedAt }: NewTriage): Fields {
  const pod = target.kind === 'pod' ? target.name : '';
  const node = target.kind === 'node' ? target.name : target.kind === 'pod' ? (target.node ?? '') : '';
  const namespace = target.kind === 'pod' ? target.namespace : target.kind === 'namespace' ? target.name : '';
  const shown = { alertname: alert.alertname, fingerprint: alert.fingerprint ?? '', namespace, pod, node };
  return { v: version, id, status: 'queued', queuedAt, ...shown, alert: JSON.stringify(alert), trigger: JSON.stringify(trigger) };
}

/** The record of a hash; null for one that does not exist, or that a newer version has stored. */
export function parseRecord(id: string, fields: Fields): TriageRecord | null {
  const { v, status, alert, trigger, queuedAt } = fields;
  if (v !== version || status === undefined || alert === undefined || trigger === undefined || queuedAt === undefined) return null;
  const parsed = JSON.parse(alert) as TriageRecord['alert'];
  return {
    version: 1,
    id,
    status: status as TriageStatus,
    alert: parsed,
    target: targetOf(parsed.labels),
    trigger: JSON.parse(trigger) as TriageRecord['trigger'],
    queuedAt,
    startedAt: text(fields['startedAt']),
    finishedAt: text(fields['finishedAt']),
    diagnosis: fields['diagnosis'] === undefined ? null : (JSON.parse(fields['diagnosis']) as Diagnosis),
    error: text(fields['error']),
    incident: text(fields['incident']),
  };
}

/** The summary of one reply to HMGET of `summaryFields`; empty for a record that has expired, or that a newer version has stored. */
export function parseSummary(id: string, values: readonly (string | null)[]): TriageSummary[] {
  const field = (name: (typeof summaryFields)[number]): string | null => text(values[summaryFields.indexOf(name)]);
  const status = field('status');
  if (status === null || field('v') !== version) return [];
  return [
    {
      id,
      status: status as TriageStatus,
      alertname: field('alertname') ?? '',
      fingerprint: field('fingerprint'),
      namespace: field('namespace'),
      pod: field('pod'),
      node: field('node'),
      outcome: field('outcome') as Outcome | null,
      rootCause: field('rootCause') as CauseId | null,
      queuedAt: field('queuedAt') ?? '',
      startedAt: field('startedAt'),
      finishedAt: field('finishedAt'),
      incident: field('incident'),
    },
  ];
}

function text(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : value;
}
