import { packageVersion } from './cli/version.ts';
import { startAgent } from './compose/agent-part.ts';
import { clusterRouting } from './compose/cluster-routing.ts';
import { type Clusters, openClusters } from './compose/clusters.ts';
import { startProxy } from './compose/proxy-part.ts';
import { queueDepths } from './compose/queue-depths.ts';
import { openRedis } from './compose/redis-part.ts';
import { type Role, takesAlerts, triagesAlerts } from './compose/role.ts';
import type { Shared, Tools } from './compose/shared.ts';
import { openWebhook } from './compose/webhook-part.ts';
import { startWorkers } from './compose/worker-part.ts';
import type { Config } from './config/config.ts';
import { serveDocs } from './http/docs.ts';
import { healthRoutes } from './http/health.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { createServer, listen } from './http/server.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, observeQueueDepths, observeUp } from './observability/metrics.ts';
import { openQueues } from './queue/queues.ts';
import type { PrintedMessage } from './sinks/slack/printed-sink.ts';

/** A running process of the service. Disposing of it closes everything in the reverse order of its opening. */
export interface Service extends AsyncDisposable {
  readonly url: string;
}

/** Where a process speaks. */
export interface Outlets {
  readonly logger: Logger;
  /** Takes the messages for people while Slack is off; absent = they are logged. */
  readonly print?: (message: PrintedMessage) => void;
  /** The cluster is a recording: what has its addresses here is something else, and nothing connects to it. */
  readonly isRecorded?: true;
}

/**
 * Builds everything that a role needs and starts it. Redis and the Kubernetes API may be away. What is open is closed again
 * when something cannot be opened; the error is for people.
 */
export async function compose(config: Config, role: Role, outlets: Outlets): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const url = await start(config, role, { ...outlets, stack });

  const opened = stack.move();
  return { url, [Symbol.asyncDispose]: async () => opened.disposeAsync() };
}

/** Returns the base URL. */
async function start(config: Config, role: Role, tools: Outlets & Tools): Promise<string> {
  switch (role) {
    case 'agent':
      return startAgent(config, tools);
    case 'proxy':
      return startProxy(config, tools);
    default:
      return startService(config, role, tools);
  }
}

async function startService(config: Config, role: Role, tools: Outlets & Tools): Promise<string> {
  const { logger, stack } = tools;
  if (config.redisUrl === null) warnOfRedisOfItsOwn(role, logger);
  const shared = await openShared(config, tools);
  const places = clusterRouting(config.clusterName, Object.keys(config.clusters));
  const clusters = triagesAlerts(role) ? await openClusters(config, places, tools) : null;
  if (clusters !== null) await startWorkers(shared, clusters, places);

  const app = await createServer({ logger });
  stack.defer(async () => app.close());
  await serveDocs(app, { publicUrl: config.publicUrl, version: packageVersion() });
  openOperation(app, shared, { role, clusters });
  if (takesAlerts(role)) await openWebhook(app, shared, places);
  return listen(app, config.listen);
}

/** A part of the service that starts a Redis for itself shares it with nobody. */
function warnOfRedisOfItsOwn(role: Role, logger: Logger): void {
  if (role === 'all') return;
  const consequence = role === 'webhook' ? 'no worker will see its alerts' : 'no alert will ever come to it';
  logger.warn(
    { role },
    `REDIS_URL is not set: this ${role} has a private Redis, and ${consequence}; give webhook and worker one REDIS_URL`,
  );
}

async function openShared(config: Config, { logger, print, stack }: Outlets & Tools): Promise<Shared> {
  const redis = await openRedis(config, logger, stack);
  const queues = stack.use(openQueues(redis.patient, (error) => logger.warn({ err: error }, 'a queue has trouble with Redis')));
  return { config, logger, print: print ?? null, metrics: createMetrics(), redis, queues, stack };
}

/** Health, readiness and metrics, which every role has. */
function openOperation(
  app: Awaited<ReturnType<typeof createServer>>,
  { redis, queues, metrics }: Shared,
  { role, clusters }: { role: Role; clusters: Clusters | null },
): void {
  healthRoutes(app, {
    redis: redis.health,
    ...(clusters === null ? {} : { kubernetes: clusters.health }),
    readyBy: takesAlerts(role) ? 'redis' : 'both',
  });
  metricsRoute(app, metrics);
  observeQueueDepths(metrics, queueDepths(queues, redis));
  observeUp(metrics, 'redis', redis.health);
  if (clusters !== null) observeUp(metrics, 'kubernetes', clusters.health);
}
