import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { targetOf } from '../../src/core/target.ts';
import { incidentKey } from '../../src/incidents/incident-key.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { triageId } from '../../src/redis/ids.ts';
import { openDeliveryReceipts } from '../../src/store/delivery-receipts.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import { openRecordings } from '../../src/store/recordings.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { podAlert } from '../support/redis-side.ts';

/** What a process finds that runs beside one of a newer version: everything stored says of which version it is. */
const retentionMs = 86_400_000;
const at = '2026-03-14T10:00:00.000Z';
const firstPage = { limit: 10, cursor: null };
let server: TestRedis;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
});
beforeEach(async () => void (await redis.flushall()));
afterAll(async () => {
  await closeRedis(redis);
  await server.close();
});

test('a triage of a newer version is left out', async () => {
  const triages = openTriageStore(redis, { retentionMs });
  const alert = podAlert(1);
  const ids = ['ours', 'newer'].map((seed) => triageId(Date.parse(at), seed));
  await triages.create(ids.map((id) => ({ id, alert, target: targetOf(alert.labels), trigger: { kind: 'alert' }, queuedAt: at })));
  await redis.hset(`{podnet}:record:${ids[1]}`, 'v', '2');

  expect((await triages.list({}, firstPage)).items.map(({ id }) => id)).toEqual([ids[0]]);
  expect(await triages.get(ids[1] ?? '')).toBeNull();
});

test('an incident of a newer version is left out', async () => {
  const incidents = openIncidentStore(redis, { retentionMs, quietMs: 900_000 });
  const diagnosis = cannedDiagnosis(podAlert(1), { id: 't1' });
  const alert = { fingerprint: 'f1', status: 'firing', namespace: 'shop', pod: 'web-1', node: null, triage: 't1' } as const;
  const { incident } = await incidents.join({ key: incidentKey(diagnosis), alert, diagnosis, at });
  await redis.hset(`{podnet}:incident:${incident}`, 'v', '2');

  expect(await incidents.get(incident)).toBeNull();
  expect((await incidents.list({}, firstPage)).items).toEqual([]);
});

test('a recording of a newer version is none', async () => {
  const packed = zstdCompressSync(JSON.stringify({ version: 2, whatever: {} }));
  await redis.set('{podnet}:recording:t1', packed);

  expect(await openRecordings(redis, { retentionMs }).get('t1')).toBeNull();
});

test('a receipt of a newer version stops the delivery, which would post a second time', async () => {
  const receipts = openDeliveryReceipts<string>(redis, { keepMs: retentionMs });
  await receipts.put('i1', 'C1', 'posted');
  expect(await receipts.all('i1')).toEqual(new Map([['C1', 'posted']]));
  await redis.hset('{podnet}:delivery:receipts:i1', 'C2', JSON.stringify({ version: 2, posts: [] }));

  await expect(receipts.all('i1')).rejects.toThrow('another version of podnet-triage');
});
