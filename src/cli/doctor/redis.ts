import type { Secret } from '../../config/secret.ts';
import { closeRedis, connectRedis } from '../../redis/connection.ts';
import { withDeadline } from '../../redis/deadline.ts';
import { persistenceFault } from '../../redis/persistence.ts';
import { bad, good, type Remark } from './remark.ts';

const deadlineMs = 5_000;

/** Whether Redis answers, and whether it keeps what it acknowledged. */
export async function redisRemarks(url: Secret | null): Promise<readonly Remark[]> {
  if (url === null) {
    return [good('Redis', 'REDIS_URL is not set: serve starts a private redis-server that syncs its append-only file at every write')];
  }
  let trouble: Error | null = null;
  const onError = (error: Error): void => {
    trouble = error;
  };
  const redis = connectRedis(url.reveal(), { patience: 'patient', onError });
  try {
    const fault = await withDeadline(persistenceFault(redis), deadlineMs, () => trouble ?? new Error('no answer'));
    if (fault === null) return [good('Redis', 'answers, and keeps every alert that it acknowledged')];
    return [bad('Redis', fault)];
  } catch (error) {
    const what = `does not answer: ${error instanceof Error ? error.message : String(error)}`;
    return [bad('Redis', { what, cure: 'check REDIS_URL, its password, and whether a network policy lets this process reach it' })];
  } finally {
    await closeRedis(redis);
  }
}
