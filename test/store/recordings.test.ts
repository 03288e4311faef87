import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Recording } from '../../src/core/evidence.ts';
import { closeRedis, connectRedis } from '../../src/redis/connection.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { openRecordings } from '../../src/store/recordings.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';

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

const collected = (value: unknown): Recording[string] => ({
  status: 'collected',
  value,
  command: 'kubectl get pods',
  collectedAt: '2026-03-14T10:00:00Z',
  truncated: null,
  durationMs: 5,
});
const logs = Array.from({ length: 500 }, (_, n) => ({ line: `${n} é the agent says something about its pool ${n * 7919}` }));
/** A triage's recording: what all have in common, and what is its own. */
const recordingOf = (n: number): Recording => ({ cniLogs: collected(logs), pod: collected({ name: `web-${n}` }) });
const day = 86_400_000;

test('recordings come back as they were, with what they share', async () => {
  const recordings = openRecordings(redis, { retentionMs: day });
  for (let n = 0; n < 5; n += 1) await recordings.put(`t${n}`, recordingOf(n));

  expect(await Promise.all([0, 1, 4].map(async (n) => recordings.get(`t${n}`)))).toEqual([0, 1, 4].map(recordingOf));
});

test('what a thousand recordings share is stored once', async () => {
  const recordings = openRecordings(redis, { retentionMs: day });
  await recordings.put('t0', recordingOf(0));
  await recordings.put('t1', recordingOf(1));
  const before = await memory();
  await Promise.all(Array.from({ length: 1_000 }, async (_, n) => recordings.put(`u${n}`, recordingOf(n))));

  expect((await redis.keys('*part*')).length).toBe(1);
  expect(((await memory()) - before) / 1_000).toBeLessThan(1_000);
});

test('what is kept longer is kept with its parts', async () => {
  const recordings = openRecordings(redis, { retentionMs: day });
  await recordings.put('t0', recordingOf(0));
  await recordings.put('t1', recordingOf(1));

  expect(await recordings.keysOf('t1')).toEqual(['{podnet}:recording:t1', expect.stringContaining('{podnet}:recording-part:')]);
});

test('a part that is gone is missing evidence, and the rest is there', async () => {
  const recordings = openRecordings(redis, { retentionMs: day });
  await recordings.put('t0', recordingOf(0));
  await recordings.put('t1', recordingOf(1));
  await redis.del(await redis.keys('*part*'));

  expect(await recordings.get('t1')).toMatchObject({
    cniLogs: { status: 'missing', reason: 'not-captured', why: 'it is not stored any more' },
    pod: { status: 'collected', value: { name: 'web-1' } },
  });
});

test('of what was never recorded there is no recording', async () => {
  expect(await openRecordings(redis, { retentionMs: day }).get('t9')).toBeNull();
});

async function memory(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}
