import { readFile } from 'node:fs/promises';
import { packageVersion } from '../cli/version.ts';
import type { AlertmanagerConfig, Config } from '../config/config.ts';
import { ConfigError } from '../config/mistakes.ts';
import { serveDocs } from '../http/docs.ts';
import { metricsRoute } from '../http/metrics-route.ts';
import { createServer, listen } from '../http/server.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics, observeUp } from '../observability/metrics.ts';
import { createProxyMetrics, type ProxyMetrics } from '../observability/proxy-metrics.ts';
import { createDiagnoses, type Diagnoses } from '../proxy/diagnoses.ts';
import { startFeed } from '../proxy/feed.ts';
import { createForward, type UpstreamState } from '../proxy/forward.ts';
import { proxyHealth } from '../proxy/readiness.ts';
import { proxyRoute } from '../proxy/route.ts';
import { openUpstreams, type Upstreams } from '../proxy/upstreams.ts';
import { parseAlertmanagerAddress } from '../sinks/alertmanager/address.ts';
import { openAnnotationStore } from '../store/annotation-store.ts';
import { accessOf } from './alertmanager-access.ts';
import { openRedis, type RedisPart } from './redis-part.ts';
import type { Tools } from './shared.ts';

/**
 * The role proxy: alerts of Prometheus pass to every Alertmanager, with the diagnoses that are known. Listens and returns the base URL.
 * Redis and the Alertmanagers may be away.
 */
export async function startProxy(config: Config, tools: Tools): Promise<string> {
  const { logger, stack } = tools;
  refuseWithout(config);
  warnOfOpenDoor(config.alertmanager, logger);
  const redis = await openRedis(config, logger, stack);
  const diagnoses = createDiagnoses();
  await feed(diagnoses, redis, tools);
  const upstreams = stack.use(await openFrom(config.alertmanager, logger));
  const metrics = createMetrics();
  const counted = createProxyMetrics(metrics);
  const forward = createForward({
    upstreams: () => upstreams.current(),
    onState: (alertmanager, state, reason) => tellState(logger, { alertmanager, state, reason }),
    onFate: (alertmanager, fate) => counted.batches.inc({ alertmanager, fate }),
  });

  const app = await createServer({ logger });
  stack.defer(async () => app.close());
  await serveDocs(app, { publicUrl: config.publicUrl, version: packageVersion() });
  proxyHealth(app, { upstreams: () => upstreams.current().length, redis: redis.health });
  metricsRoute(app, metrics);
  observeUp(metrics, 'redis', redis.health);
  await proxyRoute(app, { diagnoses, forward, observe: observer(counted) });
  return listen(app, config.listen);
}

function refuseWithout({ alertmanager, redisUrl }: Config): void {
  const mistakes = [
    ...(alertmanager.urls.length > 0
      ? []
      : ['ALERTMANAGER_URLS: is missing: the proxy forwards alerts there; example: ALERTMANAGER_URLS=http://alertmanager:9093']),
    ...(redisUrl !== null
      ? []
      : ['REDIS_URL: is missing: the proxy reads the diagnoses of the workers there; example: REDIS_URL=redis://redis:6379']),
  ];
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

/** Not refused: alerts that are refused by a proxy are lost. */
function warnOfOpenDoor({ bearerToken, basicUser }: AlertmanagerConfig, logger: Logger): void {
  if (bearerToken === null && basicUser === null) return;
  logger.warn('whoever reaches this address posts alerts with the credentials of ALERTMANAGER_AUTH_*: let nobody but Prometheus reach it');
}

async function feed(diagnoses: Diagnoses, redis: RedisPart, { logger, stack }: Tools): Promise<void> {
  let told = false;
  const store = openAnnotationStore(redis.failFast);
  const tellOnce = (error: unknown): void => {
    if (!told) logger.warn({ err: error }, 'no diagnoses can be read: alerts pass with those that are known already');
    told = true;
  };
  const replace: Diagnoses['replace'] = (entries, nowMs) => {
    if (told) logger.info('the diagnoses are read again');
    told = false;
    diagnoses.replace(entries, nowMs);
  };
  stack.use(await startFeed({ store, diagnoses: { replace }, onError: tellOnce }));
}

async function openFrom(alertmanager: AlertmanagerConfig, logger: Logger): Promise<Upstreams> {
  const { caFile, urls } = alertmanager;
  const ca = caFile === null ? null : await readFile(caFile, 'utf8');
  const onUnresolved = (host: string, error: Error): void => logger.warn({ host, err: error }, 'this Alertmanager cannot be looked up');
  return openUpstreams(urls.map(parseAlertmanagerAddress), { access: accessOf(alertmanager), ca, onUnresolved });
}

function tellState(logger: Logger, about: { alertmanager: string; state: UpstreamState; reason: string | null }): void {
  const { alertmanager, state, reason } = about;
  if (state === 'up') logger.info({ alertmanager }, 'Alertmanager takes alerts again');
  else logger.error({ alertmanager, state, reason }, 'Alertmanager takes no alerts');
}

function observer({ alerts, enrichSeconds }: ProxyMetrics): Parameters<typeof proxyRoute>[1]['observe'] {
  return (batch, seconds) => {
    alerts.inc({ change: 'enriched' }, batch.enriched);
    alerts.inc({ change: 'unchanged' }, batch.alerts - batch.enriched);
    enrichSeconds.observe(seconds);
  };
}
