import { Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobOptions } from '../../src/queue/job-options.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { startJobWorker } from '../../src/workers/job-worker.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: RedisClient;
let queue: Queue;
let worker: AsyncDisposable;
let [done, failed, said]: string[][] = [];

/** A worker of this version, and two jobs of a newer one, which a process of that version has queued beside it. */
beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  queue = new Queue('triage', { connection: redis, prefix: keyPrefix, defaultJobOptions: { ...jobOptions.triage, backoff: 1 } });
  [done, failed, said] = [[], [], []];
  worker = startJobWorker<{ version: 1; name: string }>({
    queue: 'triage',
    redis,
    concurrency: 2,
    process: async ({ data }) => void done?.push(data.name),
    onFailed: async ({ data }) => void failed?.push(data.name),
    onError: ({ message }) => void said?.push(message),
    graceMs: 100,
  });
  for (const name of ['newer 1', 'newer 2']) await queue.add('triage', { version: 2, name }, { priority: 7 });
  await eventually(async () => (await queue.getDelayedCount()) === 2);
});
afterEach(async () => {
  await worker[Symbol.asyncDispose]();
  await queue.close();
  await closeRedis(redis);
  await server.close();
});

test('a job of a newer version waits for a worker of that version, which runs it', async () => {
  await worker[Symbol.asyncDispose]();
  const ran: string[] = [];
  const newer = new Worker<{ name: string }>('triage', async ({ data }) => void ran.push(data.name), {
    connection: redis,
    prefix: keyPrefix,
  });
  await eventually(() => ran.length === 2);
  await newer.close();
  expect([ran.toSorted(), done, failed]).toEqual([['newer 1', 'newer 2'], [], []]);
});

test('jobs of this version are done meanwhile, and those of the newer one are told of once', async () => {
  await queue.add('triage', { version: 1, name: 'ours' }, { priority: 7 });
  await eventually(() => done?.includes('ours'));
  const [job] = await eventually(async () => {
    const jobs = await queue.getJobs(['delayed', 'active', 'prioritized', 'failed']);
    return jobs.every(({ attemptsStarted }) => attemptsStarted > 1) && jobs;
  });
  expect(job?.attemptsMade).toBe(0);
  expect([failed, said?.length]).toEqual([[], 1]);
});
