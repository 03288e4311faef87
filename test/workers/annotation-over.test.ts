import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { createReplicaHealth } from '../../src/sinks/alertmanager/replica-health.ts';
import type { ListedAlert, Replica } from '../../src/sinks/alertmanager/replica.ts';
import { type AnnotationStore, openAnnotationStore } from '../../src/store/annotation-store.ts';
import { runRound } from '../../src/workers/annotation-round.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const minute = 60_000;
const begun = Date.parse('2026-03-14T10:30:00Z');
const labels = { alertname: 'KubePodNotReady', pod: 'a' };

let server: TestRedis;
let redis: RedisClient;
let store: AnnotationStore;
let over: string[];
let listed: readonly ListedAlert[];

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  store = openAnnotationStore(redis);
  over = [];
  listed = [{ fingerprint: 'f', labels, annotations: {}, startsAt: '', endsAt: '', generatorURL: '' }];
  await store.sight({ fingerprint: 'f', labels, pending: {}, pendingFrom: begun, closeUntil: begun, seenAt: begun });
});
afterEach(async () => {
  await closeRedis(redis);
  await server.close();
});

const replica = (alerts: Replica['alerts'] = async () => listed): Replica => {
  const unused = async (): Promise<never> => Promise.reject(new Error('not asked for here'));
  return { name: 'replica', alerts, post: async () => undefined, status: unused, close: async () => undefined };
};

/** A round so many minutes after the alert was sighted. */
async function round(afterMinutes: number, replicas = [replica()]): Promise<void> {
  await runRound({
    store,
    replicas: { current: async () => replicas },
    health: createReplicaHealth(() => undefined),
    onPosted: () => undefined,
    onOver: async (fingerprints) => void over.push(...fingerprints),
    now: () => begun + afterMinutes * minute,
  });
}

test('an alert that was listed and is not for some minutes is over', async () => {
  await round(1);
  listed = [];
  await round(3);
  expect(over).toEqual([]);
  await round(6);
  expect(over).toEqual(['f']);
});

test('an alert that was never listed is forgotten, but only its source knows when it is over', async () => {
  listed = [];
  await round(3);
  await round(6);
  expect([over, await store.all()]).toEqual([[], []]);
});

test('an outage of Alertmanager, which comes back empty, ends no alert before its source has had the time to send it again', async () => {
  const away = replica(async () => Promise.reject(new Error('connection refused')));
  await round(1);
  for (const minutes of [2, 6, 12]) await round(minutes, [away]);
  listed = [];

  await round(13);
  await round(15);
  expect([over, (await store.all()).length]).toEqual([[], 1]);

  await round(16);
  expect(over).toEqual(['f']);
});

test('time in which no worker looked ends no alert', async () => {
  await round(1);
  listed = [];

  await round(60);
  expect(over).toEqual([]);

  await round(63);
  expect(over).toEqual(['f']);
});

test('an alert that was missing for a while and is listed again has all the time once more', async () => {
  await round(1);
  const before = listed;
  listed = [];
  await round(3);
  listed = before;
  await round(4);
  listed = [];

  await round(5);
  await round(7);
  expect(over).toEqual([]);
});

test('nothing is over while a replica that may list it does not answer', async () => {
  await round(1);
  listed = [];
  await round(5, [replica(), replica(async () => Promise.reject(new Error('connection refused')))]);
  expect(over).toEqual([]);
});
