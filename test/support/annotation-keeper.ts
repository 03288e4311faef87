import { pino } from 'pino';
import { createMetrics } from '../../src/observability/metrics.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';
import { createReplicaHealth } from '../../src/sinks/alertmanager/replica-health.ts';
import { openReplicas, type Replicas } from '../../src/sinks/alertmanager/replicas.ts';
import { openAnnotationStore, type AnnotationStore } from '../../src/store/annotation-store.ts';
import { type AnnotationBook, createAnnotationBook } from '../../src/workers/annotation-book.ts';
import { runRound } from '../../src/workers/annotation-round.ts';
import { type AnnotationRounds, createAnnotationRounds } from '../../src/workers/annotation-rounds.ts';
import { startAnnotationWorker } from '../../src/workers/annotation-worker.ts';
import type { AlertmanagerAlert, TestAlertmanager } from './alertmanager.ts';
import { asAlert } from './canned-diagnosis.ts';
import { startRedis } from './redis.ts';

/** What keeps annotations in place, over a Redis of the test's own. */
export interface Keeper {
  readonly redis: RedisClient;
  readonly store: AnnotationStore;
  readonly rounds: AnnotationRounds;
  readonly replicas: Replicas;
  readonly book: AnnotationBook;
}

/** A keeper over a Redis of its own; all that it opens is closed with the stack. */
export async function openKeeper(stack: AsyncDisposableStack, urls: readonly string[], now: () => number = Date.now): Promise<Keeper> {
  const server = stack.use(await startRedis());
  const redis = stack.adopt(connectRedis(server.url, { patience: 'patient', onError: () => undefined }), closeRedis);
  const onUnresolved = (): void => undefined;
  const replicas = stack.adopt(openReplicas(urls.map(parseAlertmanagerAddress), { access: {}, onUnresolved }), async (open) =>
    open.close(),
  );
  const rounds = createAnnotationRounds(stack.use(openQueues(redis, () => undefined)).annotation);
  const store = openAnnotationStore(redis);
  const book = createAnnotationBook({ store, rounds, replicas, publicUrl: 'https://triage.example/', pagerGroupWaitMs: 30_000, now });
  return { redis, store, rounds, replicas, book };
}

/** Starts the worker that runs the keeper's rounds. */
export async function startKeeper(stack: AsyncDisposableStack, keeper: Keeper, log = pino({ level: 'silent' })): Promise<AsyncDisposable> {
  return stack.use(await startAnnotationWorker({ ...keeper, log, metrics: createMetrics() }));
}

/** Runs one round as the worker would, and gives the time of the next. */
export async function round({ store, replicas }: Keeper, now: () => number = Date.now): Promise<number | null> {
  return runRound({ store, replicas, health: createReplicaHealth(() => undefined), onPosted: () => undefined, now });
}

/** Has alerts of namespace shop fire at every Alertmanager; gives what the first one lists. */
export async function fire(
  alertmanagers: readonly TestAlertmanager[],
  labelSets: readonly Record<string, string>[],
): Promise<readonly AlertmanagerAlert[]> {
  const alerts = labelSets.map((labels) => ({
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', ...labels },
    annotations: { summary: 'Pod is not ready' },
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 240_000).toISOString(),
    generatorURL: 'http://prometheus.example/graph',
  }));
  await Promise.all(alertmanagers.map(async (alertmanager) => alertmanager.post(alerts)));
  return (await alertmanagers[0]?.alerts()) ?? [];
}

/** As our webhook would have read it. */
export const firing = (alert: AlertmanagerAlert): ReturnType<typeof asAlert> => asAlert({ ...alert, status: 'firing' });

/** The `triage_root_cause` of each alert that it lists. */
export async function rootCausesAt(alertmanager: TestAlertmanager): Promise<readonly (string | undefined)[]> {
  return (await alertmanager.alerts()).map(({ annotations }) => annotations['triage_root_cause']);
}
