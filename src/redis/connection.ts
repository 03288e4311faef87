import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisLocation } from './redis-url.ts';

export type RedisClient = Redis | Cluster;

/**
 * How a connection behaves while Redis is away. `fail-fast` rejects a command at once, or after 1.5 s without an answer: for
 * those who answer somebody. `patient` keeps commands and goes on when Redis is back: for workers.
 */
export type Patience = 'fail-fast' | 'patient';

type ClusterLocation = Extract<RedisLocation, { kind: 'cluster' }>;

export interface ConnectionSettings {
  readonly patience: Patience;
  /** Told of every lost connection and failed attempt; the connection goes on trying by itself. */
  readonly onError: (error: Error) => void;
}

const commandTimeoutMs = 1500;

/** A second at most between attempts, so that work goes on soon after Redis is back. */
const retryDelayMs = (times: number): number => Math.min(times * 50, 1000);

interface NodeBehaviour {
  readonly connectTimeout: number;
  readonly enableReadyCheck: boolean;
  readonly enableAutoPipelining?: true;
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
  readonly autoResendUnfulfilledCommands?: false;
  readonly commandTimeout?: number;
}

function behaviour(patience: Patience): NodeBehaviour {
  const common = { connectTimeout: 2000, enableReadyCheck: true } as const;
  return patience === 'patient'
    ? // Triages side by side share their writes to the socket, each of which costs more than the command in it. Webhooks would only wait.
      { ...common, enableAutoPipelining: true, enableOfflineQueue: true, maxRetriesPerRequest: null }
    : {
        ...common,
        enableOfflineQueue: false,
        // A command that is sent again after a lost connection could be stored after its sender was told that it failed.
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
        commandTimeout: commandTimeoutMs,
      };
}

/** Starts connecting and returns at once; Redis may be away. Throws a RedisUrlError for a URL it cannot read. */
export function connectRedis(url: string, settings: ConnectionSettings): RedisClient {
  const location = parseRedisUrl(url);
  const own = behaviour(settings.patience);
  const client = location.kind === 'cluster' ? openCluster(location, own) : openSingle(location.options, own);
  client.on('error', settings.onError);
  return client;
}

function openSingle(options: RedisOptions, own: NodeBehaviour): Redis {
  const all: Omit<RedisOptions, 'replyMapping'> = { ...options, ...own, retryStrategy: retryDelayMs };
  return new Redis(all);
}

function openCluster({ nodes, options }: ClusterLocation, own: NodeBehaviour): Cluster {
  const { enableOfflineQueue, ...perNode } = own;
  return new Cluster([...nodes], {
    enableOfflineQueue,
    clusterRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: 2000,
    redisOptions: { ...options, ...perNode },
  });
}

/** Whether a command sent now would reach Redis. */
export function isReady(client: RedisClient): boolean {
  // The cluster client calls itself connected where the single one is ready.
  return client.status === 'ready' || (client instanceof Cluster && client.status === 'connect');
}

/** Closes a connection in an orderly way; within a second, also when Redis does not answer. */
export async function closeRedis(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const quit = isReady(client) ? client.quit().catch(() => 'the connection is lost already') : Promise.resolve('never connected');
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, 1000, 'no answer');
  await Promise.race([quit, late]);
  clearTimeout(timer);
  client.disconnect();
}
