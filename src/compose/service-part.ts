import { packageVersion } from '../cli/version.ts';
import type { Config } from '../config/config.ts';
import { serveDocs } from '../http/docs.ts';
import { healthRoutes } from '../http/health.ts';
import { metricsRoute } from '../http/metrics-route.ts';
import { createServer, listen } from '../http/server.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics, observeQueueDepths, observeUp } from '../observability/metrics.ts';
import { openQueues } from '../queue/queues.ts';
import { clusterRouting } from './cluster-routing.ts';
import type { Clusters } from './clusters.ts';
import { queueDepths } from './queue-depths.ts';
import { openRedis } from './redis-part.ts';
import { type Role, takesAlerts, triagesAlerts } from './role.ts';
import type { Outlets, Shared, Tools } from './shared.ts';

/** The roles that share the queues: webhook, worker and both in one. Listens and returns the base URL. */
export async function startService(config: Config, role: Role, tools: Outlets & Tools): Promise<string> {
  const { logger, stack } = tools;
  if (config.redisUrl === null) warnOfRedisOfItsOwn(role, logger);
  const shared = await openShared(config, tools);
  const places = clusterRouting(config.clusterName, Object.keys(config.clusters));
  const clusters = triagesAlerts(role) ? await startTriage(shared, tools, places) : null;

  const app = await createServer({ logger });
  stack.defer(async () => app.close());
  await serveDocs(app, { publicUrl: config.publicUrl, version: packageVersion() });
  openOperation(app, shared, { role, clusters });
  if (takesAlerts(role)) {
    const { openWebhook } = await import('./webhook-part.ts');
    await openWebhook(app, shared, places);
  }
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

/** Starts the workers on the clusters that are configured, and returns those. */
async function startTriage(shared: Shared, tools: Outlets & Tools, places: ReturnType<typeof clusterRouting>): Promise<Clusters> {
  const { openClusters } = await import('./clusters.ts');
  const { startWorkers } = await import('./worker-part.ts');
  const clusters = await openClusters(shared.config, places, tools);
  await startWorkers(shared, clusters, places);
  return clusters;
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
