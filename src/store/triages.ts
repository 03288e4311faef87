import type { Diagnosis } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { key } from '../redis/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import { boundEvidence } from './evidence-bound.ts';
import { openRecordings } from './recordings.ts';
import { lowestId } from '../redis/ids.ts';
import { readPage } from './lists.ts';
import type { TriageFilter, TriageStatus } from './triage-record.ts';
import { createTriage, advanceTriage, keepAtLeast, setField } from './triage-scripts.ts';
import { fieldsOfNew, parseRecord, parseSummary, summaryFields, type Fields } from './triage-fields.ts';
import type { NewTriage, TriageStep, TriageStore, TriageSummary } from './triage-store.ts';

const recordKey = (id: string): string => key('record', id);
const listKey = (...by: readonly string[]): string => key('list', 'triages', ...by);

export interface TriageStoreOptions {
  /** How long everything is kept, in milliseconds. */
  readonly retentionMs: number;
}

/** The triage store on a connection that stays the caller's. */
export function openTriageStore(redis: RedisClient, { retentionMs }: TriageStoreOptions): TriageStore {
  const recordings = openRecordings(redis, { retentionMs });
  const create = async (triage: NewTriage): Promise<void> => {
    const oldest = lowestId('t', Date.parse(triage.queuedAt) - retentionMs);
    const fields = fieldsOfNew(triage);
    await createTriage.run(
      redis,
      [recordKey(triage.id), listKey(), listKey('status', 'queued'), ...listsOf(fields)],
      [triage.id, oldest, retentionMs, ...Object.entries(fields).flat()],
    );
  };
  const summaries = async (ids: readonly string[]): Promise<TriageSummary[]> => {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hmget(recordKey(id), ...summaryFields);
    const replies = (await pipeline.exec()) ?? [];
    return replies.flatMap(([error, reply], index) => {
      if (error !== null) throw error;
      return parseSummary(ids[index] ?? '', reply as (string | null)[]);
    });
  };

  return {
    async create(triages) {
      await Promise.all(triages.map(create));
    },
    async get(id) {
      return parseRecord(id, await redis.hgetall(recordKey(id)));
    },
    async advance(id, step) {
      const { fields, lists, recording } = outcomeOf(step);
      // Stored first: whoever reads "done" finds the recording.
      if (recording !== null) await recordings.put(id, recording);
      const oldest = lowestId('t', Date.parse(step.at) - retentionMs);
      const args = [id, step.status, step.at, retentionMs, listKey('status', ''), oldest, ...Object.entries(fields).flat()];
      return (await advanceTriage.run(redis, [recordKey(id), ...lists], args)) as TriageStatus | null;
    },
    async attach(id, incident) {
      await setField.run(redis, [recordKey(id)], ['incident', incident]);
    },
    async list(filter, page) {
      const listing = { list: await shortestList(redis, filter), read: summaries, matches: matcher(filter) };
      return readPage(redis, listing, page);
    },
    recording: async (id) => recordings.get(id),
    async keep(id, ms) {
      await keepAtLeast.run(redis, [recordKey(id), ...(await recordings.keysOf(id))], [ms]);
    },
  };
}

const filterNames = ['alertname', 'namespace', 'pod', 'node', 'rootCause', 'status'] as const;

/** The lists that a triage's fields put it into. */
function listsOf(fields: Fields): string[] {
  return filterNames.flatMap((name) => {
    const value = name === 'status' ? undefined : fields[name];
    return value === undefined || value === '' ? [] : [listKey(name, value)];
  });
}

function outcomeOf(step: TriageStep): { fields: Fields; lists: string[]; recording: Recording | null } {
  if (step.status === 'failed') return { fields: { error: step.error }, lists: [], recording: null };
  if (step.status !== 'done') return { fields: {}, lists: [], recording: null };
  const { diagnosis, json, recording } = boundEvidence(step.diagnosis, step.recording);
  const fields = diagnosisFields(diagnosis, json);
  return { fields, lists: listsOf(fields), recording };
}

/** A triage that failed and then succeeded keeps no error. */
function diagnosisFields(diagnosis: Diagnosis, json: string): Fields {
  const { target, outcome, rootCause } = diagnosis;
  return {
    error: '',
    diagnosis: json,
    outcome,
    ...(rootCause === null ? {} : { rootCause: rootCause.id }),
    ...(target.node === null ? {} : { node: target.node }),
  };
}

function matcher(filter: TriageFilter): (item: TriageSummary) => boolean {
  const wanted = filterNames.filter((name) => filter[name] !== undefined);
  return (item) => wanted.every((name) => item[name] === filter[name]);
}

/** Of the lists that a filter names, the one with the fewest ids: the others are checked item by item. */
async function shortestList(redis: RedisClient, filter: TriageFilter): Promise<string> {
  const lists = filterNames.flatMap((name) => (filter[name] === undefined ? [] : [listKey(name, filter[name])]));
  const sizes = await Promise.all(lists.map((list) => redis.zcard(list)));
  const smallest = sizes.indexOf(Math.min(...sizes));
  return lists[smallest] ?? listKey();
}
