import { Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAnnounce, type Announce } from '../../src/queue/announce.ts';
import type { DeliveryJob } from '../../src/queue/jobs.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: RedisClient;
let queues: Queues;
let announce: Announce;
let worker: Worker<DeliveryJob> | undefined;
let delivered: string[];

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  queues = openQueues(redis, () => undefined);
  announce = createAnnounce(queues.delivery);
  delivered = [];
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  await queues[Symbol.asyncDispose]();
  await closeRedis(redis);
  await server.close();
});

/** Delivers; each delivery ends when `until` does. */
function deliver(until: () => Promise<void> = async () => undefined): void {
  const process = async (job: { data: DeliveryJob }): Promise<void> => {
    delivered.push(job.data.incident);
    await until();
  };
  worker = new Worker<DeliveryJob>('delivery', process, { connection: redis, prefix: keyPrefix });
}

const idle = async (): Promise<boolean> => (await queues.delivery.getJobCountByTypes('wait', 'delayed', 'active')) === 0;

test('an incident that opened is delivered at once', async () => {
  deliver();
  await announce({ incident: 'i1', opened: true, left: null });
  await eventually(() => delivered.length === 1, 800);
  expect(delivered).toEqual(['i1']);
});

test('changes that follow each other closely are one delivery', async () => {
  await Promise.all(Array.from({ length: 100 }, async () => announce({ incident: 'i1', opened: false, left: null })));
  deliver();
  await eventually(async () => delivered.length > 0 && idle());
  expect(delivered).toEqual(['i1']);
});

test('a change during a delivery makes one more', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  deliver(async () => gate);
  await announce({ incident: 'i1', opened: true, left: null });
  await eventually(() => delivered.length === 1);
  await Promise.all(Array.from({ length: 10 }, async () => announce({ incident: 'i1', opened: false, left: null })));
  release();
  await eventually(async () => delivered.length > 1 && idle());
  expect(delivered).toEqual(['i1', 'i1']);
});

test('the incident that an alert left is delivered as well', async () => {
  deliver();
  await announce({ incident: 'i1', opened: true, left: 'i2' });
  await eventually(async () => delivered.length === 2);
  expect(delivered).toEqual(['i1', 'i2']);
});

test('a hundred changes at once ask the queue twice: for the first, and for all that came meanwhile', async () => {
  let asked = 0;
  const counting = createAnnounce({ add: async () => void (asked += 1) } as unknown as Queues['delivery']);
  await Promise.all(Array.from({ length: 100 }, async () => counting({ incident: 'i1', opened: false, left: null })));
  expect(asked).toBe(2);
});
