import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { targetOf } from '../../src/core/target.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { triageId } from '../../src/redis/ids.ts';
import { CursorError, type NewTriage, type TriageStore, type TriageSummary } from '../../src/store/triage-store.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { podAlert } from '../support/redis-side.ts';

const day = 24 * 3_600_000;
const start = Date.parse('2026-03-14T10:00:00Z');
let server: TestRedis;
let redis: RedisClient;
let store: TriageStore;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  store = openTriageStore(redis, { retentionMs: 7 * day });
});
afterAll(async () => {
  await closeRedis(redis);
  await server.close();
});
beforeEach(async () => {
  await redis.flushall();
});

function triage(n: number, atMs = start + n * 1000): NewTriage {
  const alert = podAlert(n);
  const trigger = { kind: 'alert' } as const;
  return { id: triageId(atMs, `${n}`), alert, target: targetOf(alert.labels), trigger, queuedAt: new Date(atMs).toISOString() };
}

async function ids(filter: Parameters<TriageStore['list']>[0] = {}): Promise<string[]> {
  return (await store.list(filter, { limit: 500, cursor: null })).items.map(({ id }) => id);
}

const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

describe('one triage', () => {
  it('is read back as it was created', async () => {
    const one = triage(1);
    await store.create([one]);
    expect(await store.get(one.id)).toEqual({
      version: 1,
      ...one,
      status: 'queued',
      startedAt: null,
      finishedAt: null,
      diagnosis: null,
      error: null,
      incident: null,
    });
  });

  it('keeps what it became when its job creates it again', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'running', at: at(5) });
    await store.create([one]);
    expect(await store.get(one.id)).toMatchObject({ status: 'running', startedAt: at(5) });
  });

  it('keeps its first start when it runs again', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'running', at: at(5) });
    await store.advance(one.id, { status: 'running', at: at(25) });
    expect((await store.get(one.id))?.startedAt).toBe(at(5));
  });

  it('holds its diagnosis and recording when it is done', async () => {
    const one = triage(1);
    const diagnosis = cannedDiagnosis(one.alert, { id: one.id });
    const recording = {
      pod: { status: 'collected', value: { a: 1 }, command: 'kubectl', collectedAt: at(6), truncated: null, durationMs: 3 },
    } as const;
    await store.create([one]);
    expect(await store.advance(one.id, { status: 'done', at: at(6), diagnosis, recording })).toBe('done');
    expect(await store.get(one.id)).toMatchObject({ status: 'done', finishedAt: at(6), diagnosis });
    expect(await store.recording(one.id)).toEqual(recording);
  });

  it('that is done stays done whatever comes later', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'done', at: at(6), diagnosis: cannedDiagnosis(one.alert), recording: {} });
    expect(await store.advance(one.id, { status: 'failed', at: at(7), error: 'late' })).toBe('done');
    expect(await store.advance(one.id, { status: 'cancelled', at: at(7) })).toBe('done');
    expect(await store.get(one.id)).toMatchObject({ status: 'done', error: null });
  });

  it('that failed and then succeeded shows no error', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'failed', at: at(6), error: 'boom' });
    expect(await store.get(one.id)).toMatchObject({ status: 'failed', error: 'boom' });
    await store.advance(one.id, { status: 'done', at: at(9), diagnosis: cannedDiagnosis(one.alert), recording: {} });
    expect(await store.get(one.id)).toMatchObject({ status: 'done', error: null });
  });

  it('that nobody created is null, and takes no step', async () => {
    expect(await store.get('t000')).toBeNull();
    expect(await store.advance('t000', { status: 'running', at: at(1) })).toBeNull();
    await store.attach('t000', 'i1');
    expect(await redis.keys('*')).toEqual([]);
  });

  it('expires after the retention time, with everything that belongs to it', async () => {
    const brief = openTriageStore(redis, { retentionMs: 300 });
    const one = triage(1, Date.now());
    await brief.create([one]);
    await brief.advance(one.id, { status: 'done', at: new Date().toISOString(), diagnosis: cannedDiagnosis(one.alert), recording: {} });
    await expect.poll(async () => redis.keys('*'), { timeout: 3000 }).toEqual([]);
  });

  it('can be kept longer, e.g. because its diagnosis is disputed', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.keep(one.id, 30 * day);
    expect(await redis.pttl(`{podnet}:record:${one.id}`)).toBeGreaterThan(29 * day);
    await store.keep(one.id, day);
    expect(await redis.pttl(`{podnet}:record:${one.id}`)).toBeGreaterThan(29 * day);
  });
});

describe('the list', () => {
  it('shows the newest first', async () => {
    const all = [triage(1), triage(3), triage(2)];
    await store.create(all);
    expect(await ids()).toEqual([all[1]?.id, all[2]?.id, all[0]?.id]);
  });

  it('shows what came of each', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'running', at: at(2) });
    await store.advance(one.id, { status: 'done', at: at(3), diagnosis: cannedDiagnosis(one.alert), recording: {} });
    await store.attach(one.id, 'i7');
    const [item] = (await store.list({}, { limit: 10, cursor: null })).items;
    expect(item).toEqual({
      id: one.id,
      status: 'done',
      alertname: 'KubePodNotReady',
      fingerprint: one.alert.fingerprint,
      namespace: 'team-1',
      pod: 'web-1',
      node: 'worker-3',
      outcome: 'root-cause',
      rootCause: 'ip-pool-exhausted',
      queuedAt: one.queuedAt,
      startedAt: at(2),
      finishedAt: at(3),
      incident: 'i7',
    } satisfies TriageSummary);
  });

  it('is filtered by each field, and by several at once', async () => {
    const all = Array.from({ length: 20 }, (_, n) => triage(n));
    await store.create(all);
    const done = all[8] as NewTriage;
    await store.advance(done.id, { status: 'done', at: at(60), diagnosis: cannedDiagnosis(done.alert), recording: {} });
    expect(await ids({ namespace: 'team-1' })).toEqual([15, 8, 1].map((n) => all[n]?.id));
    expect(await ids({ pod: 'web-8' })).toEqual([done.id]);
    expect(await ids({ node: 'worker-3' })).toEqual([done.id]);
    expect(await ids({ rootCause: 'ip-pool-exhausted' })).toEqual([done.id]);
    expect(await ids({ status: 'done' })).toEqual([done.id]);
    expect(await ids({ status: 'queued', namespace: 'team-1' })).toEqual([15, 1].map((n) => all[n]?.id));
    expect(await ids({ alertname: 'KubePodNotReady', namespace: 'team-1', status: 'done' })).toEqual([done.id]);
    expect(await ids({ alertname: 'Other' })).toEqual([]);
    expect(await ids({ namespace: 'team-1', pod: 'web-2' })).toEqual([]);
  });

  it('shows a triage under its present status alone', async () => {
    const one = triage(1);
    await store.create([one]);
    await store.advance(one.id, { status: 'running', at: at(2) });
    expect([await ids({ status: 'queued' }), await ids({ status: 'running' })]).toEqual([[], [one.id]]);
  });

  it('passes over records that are gone', async () => {
    const all = [triage(1), triage(2), triage(3)];
    await store.create(all);
    await redis.del(`{podnet}:record:${all[1]?.id}`);
    expect(await ids()).toEqual([all[2]?.id, all[0]?.id]);
  });

  it('refuses a cursor that it did not give', async () => {
    for (const cursor of ['', 'x', 'MSA', Buffer.from('1 ../../etc').toString('base64url')])
      await expect(store.list({}, { limit: 5, cursor })).rejects.toThrow(CursorError);
  });

  it('gives every triage exactly once over its pages, whatever their size and the filter', async () => {
    const all = Array.from({ length: 60 }, (_, n) => triage(n, start + Math.floor(n / 7) * 1000));
    await store.create(all);
    const expected = await ids();
    const filters = [{}, { namespace: 'team-1' }, { status: 'queued' }, { status: 'queued', namespace: 'team-2' }] as const;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.constantFrom(...filters), async (limit, filter) => {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<TriageStore['list']>> = await store.list(filter, { limit, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.next;
        } while (cursor !== null);
        const wanted = new Set(await ids(filter));
        expect(seen).toEqual(expected.filter((id) => wanted.has(id)));
      }),
      { numRuns: 40 },
    );
  });

  it('forgets what is older than the retention time', async () => {
    await store.create([triage(1, start - 8 * day)]);
    await store.create([triage(2, start)]);
    expect(await redis.zcard('{podnet}:list:triages')).toBe(1);
  });
});
