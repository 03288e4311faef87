import type { Config } from '../config/config.ts';
import type { Dependency } from '../http/health.ts';
import type { Logger } from '../observability/logger.ts';
import { closeRedis, connectRedis, isReady, type Patience, type RedisClient } from '../redis/connection.ts';
import { withDeadline } from '../redis/deadline.ts';
import { startEmbeddedRedis } from '../redis/embedded.ts';
import { onceAMinute } from '../redis/once-a-minute.ts';
import { persistenceWarning } from '../redis/persistence.ts';

/** Redis as the parts of one process share it. */
export interface RedisPart {
  /** For those who answer somebody. */
  readonly failFast: RedisClient;
  /** For those who work. */
  readonly patient: RedisClient;
  readonly health: () => Promise<Dependency>;
}

const pingMs = 1000;
const firstConnectionMs = 2000;

/** Connects, to a private redis-server where no address is set. Redis may be away; the private one has to start. */
export async function openRedis(config: Config, logger: Logger, stack: AsyncDisposableStack): Promise<RedisPart> {
  const url = config.redisUrl?.reveal() ?? (await openEmbedded(config, logger, stack));
  const onError = (error: Error): void => logger.warn({ err: error }, 'Redis does not answer; trying again');
  const connect = (patience: Patience): RedisClient => {
    const client = connectRedis(url, { patience, onError: onceAMinute(onError) });
    return stack.adopt(client, closeRedis);
  };
  const [failFast, patient] = [connect('fail-fast'), connect('patient')];
  warnOfLoss(patient, logger);
  // Whoever is told that we listen should not meet a 503 because a connection was not up yet. Redis may as well be away for long.
  await Promise.all([ready(failFast), ready(patient)]);
  return { failFast, patient, health: async () => healthOf(failFast) };
}

async function ready(client: RedisClient): Promise<void> {
  if (isReady(client)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('ready', resolve);
  const timer = setTimeout(resolve, firstConnectionMs);
  await promise;
  clearTimeout(timer);
}

async function openEmbedded(config: Config, logger: Logger, stack: AsyncDisposableStack): Promise<string> {
  const redis = stack.use(await startEmbeddedRedis(config.dataDir));
  logger.info({ dataDir: config.dataDir }, 'REDIS_URL is not set: started a private redis-server, its append-only file is under DATA_DIR');
  return redis.url;
}

async function healthOf(client: RedisClient): Promise<Dependency> {
  if (!isReady(client)) return { up: false, why: 'not connected' };
  try {
    await withDeadline(client.ping(), pingMs, () => new Error('no answer'));
    return { up: true };
  } catch {
    // Whatever it is, the process cannot work with it; the log has the connection's errors.
    return { up: false, why: 'no answer' };
  }
}

/** Says once, when Redis is there, how it can lose jobs that were acknowledged. */
function warnOfLoss(client: RedisClient, logger: Logger): void {
  const look = async (): Promise<void> => {
    const warning = await persistenceWarning(client);
    if (warning !== null) logger.warn(warning);
  };
  const onReady = (): void =>
    void look().catch((error: unknown) => logger.debug({ err: error }, 'could not look at the settings of Redis'));
  if (isReady(client)) onReady();
  else client.once('ready', onReady);
}
