import { Queue } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { startJobWorker } from '../../src/workers/job-worker.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: RedisClient;
let queue: Queue;
beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  queue = new Queue('triage', { connection: redis, prefix: keyPrefix });
});
afterEach(async () => {
  await queue.close();
  await closeRedis(redis);
  await server.close();
});

/** Why each job failed, as those were told who have to say so; the first `deaf` times they cannot. */
async function told({ deaf }: { readonly deaf: number }): Promise<readonly string[]> {
  const reasons: string[] = [];
  let heard = 0;
  await using _worker = startJobWorker<{ version: 1 }>({
    queue: 'triage',
    redis,
    concurrency: 1,
    process: () => Promise.reject(new Error('no cluster')),
    onFailed: async (_job, { message }) => {
      heard += 1;
      if (heard <= deaf) throw new Error('OOM command not allowed');
      reasons.push(message);
    },
    onError: () => undefined,
    graceMs: 100,
  });
  await queue.add('triage', { version: 1 });
  await eventually(async () => (await queue.getFailedCount()) === 1 && reasons.length > 0);
  return reasons;
}

test('the failure of a job is told once', async () => {
  expect(await told({ deaf: 0 })).toEqual(['no cluster']);
});

test('a failure that could not be put down is put down when the job has failed', async () => {
  expect(await told({ deaf: 1 })).toEqual(['no cluster']);
});
