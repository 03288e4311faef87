import { createHash, randomUUID } from 'node:crypto';
import type { Incident } from '../incidents/incident.ts';
import { countAlerts } from '../incidents/counts.ts';
import { causelessKey } from '../incidents/incident-key.ts';
import type { RedisClient } from '../redis/connection.ts';
import { incidentId, lowestId } from '../redis/ids.ts';
import { key, keyPrefix } from '../redis/keys.ts';
import { alertEntry, parseIncident, speakerFields } from './incident-fields.ts';
import { joinIncident, resolveIncidentAlert } from './incident-scripts.ts';
import type { IncidentChange, IncidentFilter, IncidentStore, IncidentSummary, Joining } from './incident-store.ts';
import { readPage } from './lists.ts';
import { setField } from './triage-scripts.ts';

export interface IncidentStoreOptions {
  readonly retentionMs: number;
  /** How long after its end an incident that returns is still the same one. */
  readonly quietMs: number;
}

const listKey = (...by: readonly string[]): string => key('list', 'incidents', ...by);
const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

/** The incident store on a connection that stays the caller's. */
export function openIncidentStore(redis: RedisClient, options: IncidentStoreOptions): IncidentStore {
  const read = async (ids: readonly string[]): Promise<Incident[]> => readIncidents(redis, ids);
  const set = async (id: string, field: string, value: unknown): Promise<void> => {
    await setField.run(redis, [key('incident', id)], [field, typeof value === 'string' ? value : JSON.stringify(value)]);
  };
  return {
    join: async (joining) => join(redis, joining, options),
    async resolveAlert(fingerprint, at) {
      const keys = [key('incident-of-alert', fingerprint)];
      const reply = await resolveIncidentAlert.run(redis, keys, [...moment(at, options.retentionMs), fingerprint]);
      return reply === null ? null : changeOf(reply);
    },
    get: async (id) => (await read([id]))[0] ?? null,
    async list(filter, page) {
      const { items, next } = await readPage(redis, { list: listOf(filter), read, matches: matcher(filter) }, page);
      return { items: items.map(summaryOf), next };
    },
    async findOpen(cause) {
      const id = await redis.get(key('incident-of-key', hash(cause)));
      return id !== null && (await redis.hget(key('incident', id), 'status')) === 'open' ? id : null;
    },
    recordSlack: async (id, messages) => set(id, 'slack', messages),
    recordResolution: async (id, sentence) => set(id, 'resolution', sentence),
    acknowledge: async (id, note) => set(id, 'acknowledged', note),
    dispute: async (id, note) => set(id, 'disputed', note),
  };
}

async function join(redis: RedisClient, joining: Joining, { retentionMs, quietMs }: IncidentStoreOptions): Promise<IncidentChange> {
  const { alert, diagnosis, at, key: cause } = joining;
  const atMs = Date.parse(at);
  const own = hash(causelessKey(diagnosis, alert.fingerprint));
  const { pods, nodes, namespaces, services } = diagnosis.impact;
  const who = [alert.fingerprint, alert.status === 'firing' ? 'F' : 'R', alertEntry(alert)];
  const what = [pods, nodes, JSON.stringify(namespaces), JSON.stringify(services)];
  const says = Object.entries(speakerFields(diagnosis, alert.triage)).flat();
  const names = [incidentId(atMs, randomUUID()), cause === null ? '' : hash(cause), own];
  const args = [...moment(at, retentionMs), quietMs, ...names, ...who, ...what, ...says];
  return changeOf(await joinIncident.run(redis, [key('incident-of-alert', alert.fingerprint)], args));
}

/** What every script begins with. */
function moment(at: string, retentionMs: number): (string | number)[] {
  const atMs = Date.parse(at);
  return [keyPrefix, retentionMs, at, atMs, lowestId('i', atMs - retentionMs)];
}

function changeOf(reply: unknown): IncidentChange {
  const [incident, opened, resolved, left] = reply as [string, number, number, string];
  return { incident, opened: opened === 1, resolved: resolved === 1, left: left === '' ? null : left };
}

const parts = 4;

async function readIncidents(redis: RedisClient, ids: readonly string[]): Promise<Incident[]> {
  const pipeline = redis.pipeline();
  for (const id of ids) {
    pipeline.hgetall(key('incident', id)).hgetall(key('incident-alerts', id));
    pipeline.smembers(key('incident-namespaces', id)).smembers(key('incident-services', id));
  }
  const replies = ((await pipeline.exec()) ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
  return ids.flatMap((id, index) => {
    const [fields, alerts, namespaces, services] = replies.slice(index * parts, (index + 1) * parts);
    const incident = parseIncident(id, {
      fields: fields as Record<string, string>,
      alerts: alerts as Record<string, string>,
      namespaces: namespaces as string[],
      services: services as string[],
    });
    return incident === null ? [] : [incident];
  });
}

function summaryOf({ alerts, ...rest }: Incident): IncidentSummary {
  const counts = countAlerts(alerts);
  return { ...rest, counts: { alerts: counts.alerts, firing: counts.firing } };
}

function listOf({ status, rootCause }: IncidentFilter): string {
  if (rootCause !== undefined) return listKey('rootCause', rootCause);
  return status === undefined ? listKey() : listKey('status', status);
}

const alertFields = ['alertname', 'namespace', 'pod', 'node'] as const;

function matcher({ status, rootCause, ...ofAlert }: IncidentFilter): (item: Incident) => boolean {
  const asked = alertFields.filter((name) => ofAlert[name] !== undefined);
  return (item) =>
    (status === undefined || item.status === status) &&
    (rootCause === undefined || item.rootCause === rootCause) &&
    (asked.length === 0 || item.alerts.some((alert) => asked.every((name) => alert[name] === ofAlert[name])));
}
