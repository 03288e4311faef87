import { afterEach, beforeEach, expect, test } from 'vitest';
import { named } from '../../src/core/fingerprint.ts';
import type { BatchJob } from '../../src/queue/jobs.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { openAlertStore } from '../../src/store/alert-store.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import { noAnnotationBook } from '../../src/workers/annotation-book.ts';
import { dealOut, type BatchContext } from '../../src/workers/deal-out.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { podAlert, resolvedAlert } from '../support/redis-side.ts';

const retentionMs = 3_600_000;
let server: TestRedis;
let redis: RedisClient;
let queues: Queues;
let context: BatchContext;

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  queues = openQueues(redis, () => undefined);
  context = {
    alerts: openAlertStore(redis, { retentionMs, dedupWindowMs: 900_000 }),
    triages: openTriageStore(redis, { retentionMs }),
    incidents: openIncidentStore(redis, { retentionMs, quietMs: 900_000 }),
    annotations: noAnnotationBook,
    announce: async () => undefined,
    queue: queues.triage,
    pagerGroupWaitMs: 30_000,
  };
});
afterEach(async () => {
  await queues[Symbol.asyncDispose]();
  await closeRedis(redis);
  await server.close();
});

let stamp = 1_790_000_000_000_000;
function batch(alerts: readonly ReturnType<typeof podAlert>[], at = (stamp += 1000)): BatchJob {
  return { version: 1, kind: 'batch', origin: 'test', receivedAt: new Date(at / 1000).toISOString(), stamp: at, alerts: alerts.map(named) };
}

const waiting = async (): Promise<number> => queues.triage.getPrioritizedCount();

test('each firing alert becomes a record and a job under one id', async () => {
  const outcome = await dealOut(context, batch([podAlert(1), podAlert(2)]), 'w1');
  expect(outcome).toEqual({ claimed: 2, duplicate: 0, resolved: 0, stale: 0 });
  const jobs = await queues.triage.getPrioritized();
  expect(jobs.map(({ id }) => id)).toEqual(jobs.map(({ data }) => 'triage' in data && data.triage));
  const { items } = await openTriageStore(redis, { retentionMs }).list({}, { limit: 10, cursor: null });
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(jobs.map(({ id }) => id)));
});

test('a webhook that is dealt out twice makes nothing new', async () => {
  const one = batch(Array.from({ length: 600 }, (_, n) => podAlert(n)));
  await dealOut(context, one, 'w1');
  expect(await dealOut(context, one, 'w1')).toMatchObject({ claimed: 600 });
  expect(await waiting()).toBe(600);
});

test('a worker that died between claiming and queueing is followed by one that queues', async () => {
  const one = batch([podAlert(1), podAlert(2)]);
  const dying = {
    ...context,
    queue: { remove: queues.triage.remove.bind(queues.triage), addBulk: async () => Promise.reject(new Error('killed')) },
  };
  await expect(dealOut(dying, one, 'w1')).rejects.toThrow('killed');
  await dealOut(context, one, 'w1');
  expect(await waiting()).toBe(2);
});

test('webhooks that overlap and are dealt out at once make one triage for each alert', async () => {
  const batches = Array.from({ length: 6 }, (_, n) => batch(Array.from({ length: 50 }, (__, i) => podAlert(n * 10 + i))));
  await redis.mset(Object.fromEntries(batches.map((_, n) => [`{podnet}:intake:w${n}`, 'the job, as BullMQ would keep it'])));
  const outcomes = await Promise.all(batches.map(async (one, n) => dealOut(context, one, `w${n}`)));
  expect(await waiting()).toBe(100);
  expect(outcomes.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(100);
});

test('a webhook that is overtaken by a later one of the same alert changes nothing', async () => {
  const firing = batch([podAlert(1)]);
  const resolved = batch([resolvedAlert(1)]);
  expect(await dealOut(context, resolved, 'w2')).toMatchObject({ resolved: 1 });
  expect(await dealOut(context, firing, 'w1')).toMatchObject({ stale: 1, claimed: 0 });
  expect(await waiting()).toBe(0);
});

test('an alert that fires again after it resolved is triaged again, though its cancelled triage is young', async () => {
  await dealOut(context, batch([podAlert(1)]), 'w1');
  await dealOut(context, batch([resolvedAlert(1)]), 'w2');
  expect(await waiting()).toBe(0);
  expect(await dealOut(context, batch([podAlert(1)]), 'w3')).toMatchObject({ claimed: 1 });
  expect(await waiting()).toBe(1);
});

test('each alert is watched, also one that is not triaged again, under the triage that it has', async () => {
  const seen: (string | undefined)[] = [];
  const watching = {
    ...context,
    annotations: { ...noAnnotationBook, watch: async (_: unknown, triage?: string) => void seen.push(triage) },
  };
  await dealOut(watching, batch([podAlert(1)]), 'w1');
  await dealOut(watching, batch([podAlert(1)]), 'w2');
  expect(seen).toHaveLength(2);
  expect(seen[0]).toBe(seen[1]);
});
