import type { Config } from '../config/config.ts';
import { createAnnounce } from '../queue/announce.ts';
import { createConfirmRequest, triagesWaiting } from '../queue/request-confirm.ts';
import { createLookRequest } from '../queue/request-look.ts';
import { startBatchWorker } from '../workers/batch-worker.ts';
import { examine } from '../workers/examine.ts';
import { lookAtPods } from '../workers/look-at-pod.ts';
import { firstLook } from '../workers/first-look.ts';
import type { LookAtPods } from '../workers/confirm-waiting.ts';
import { settleUnsaid } from '../workers/settle-unsaid.ts';
import type { Examine } from '../workers/triage.ts';
import { startTriageWorker } from '../workers/triage-worker.ts';
import { openAlertmanagers, openAnnotations } from './annotation-part.ts';
import { batchObserver } from './batch-observer.ts';
import { claims } from './claims.ts';
import type { ClusterRouting } from './cluster-routing.ts';
import type { Clusters } from './clusters.ts';
import { startDelivery } from './delivery-part.ts';
import type { Shared } from './shared.ts';
import { openStores } from './stores.ts';
import { triageObserver } from './triage-observer.ts';

/** Starts everything that works off queues: intake, triage, Slack, annotations. It begins at once. */
export async function startWorkers(shared: Shared, clusters: Clusters, clusterRouting: ClusterRouting): Promise<void> {
  const { config, logger, redis, queues, stack } = shared;
  const onError = (error: Error): void => logger.warn({ err: error }, 'a worker has trouble with Redis');
  const stores = openStores(redis.patient, config);
  const replicas = openAlertmanagers(shared);
  const { book: annotations, startKeeper } = openAnnotations(shared, replicas);
  const announce = createAnnounce(queues.delivery);
  const onIncidentResolved = createLookRequest(queues.triage);
  const common = { redis: redis.patient, ...stores, annotations, announce, onIncidentResolved, onError };
  const dealing = { ...common, queue: queues.triage, pagerGroupWaitMs: config.alertmanager.pagerGroupWaitMs };

  await startKeeper(async (fingerprints) => {
    logger.info({ alerts: fingerprints.length }, 'no Alertmanager lists these alerts any more: they are taken for resolved');
    await settleUnsaid(dealing, fingerprints);
  });
  startDelivery(shared, stores);
  const observer = triageObserver(shared);
  const examineAlert = examiner(config, clusters);
  stack.use(
    startTriageWorker({
      ...common,
      examine: examineAlert,
      lookAtPods: podViewer(clusters),
      triagesWaiting: async () => triagesWaiting(queues.triage),
      onProven: createConfirmRequest(queues.triage),
      timeoutMs: config.triageTimeoutMs,
      concurrency: config.triageConcurrency,
      ...observer,
    }),
  );
  stack.use(
    startBatchWorker({
      ...dealing,
      replicas,
      claims: claims({ mapping: config.runbooks, clusterRouting, logger }),
      ...batchObserver(logger),
    }),
  );
  lookOnce(shared, examineAlert);
}

/** Looks at the pods that alerts name, in the cluster that they belong to. */
function podViewer(clusters: Clusters): LookAtPods {
  return async (alerts, signal) => {
    const cluster = clusters.of(alerts[0] ?? {});
    return cluster === undefined ? async () => null : lookAtPods(alerts.length, { cluster: cluster.reader, view: cluster.view, signal });
  };
}

/** Not waited for: alerts that come meanwhile are triaged beside it. */
function lookOnce({ config, logger, stack }: Shared, examineAlert: Examine): void {
  const end = new AbortController();
  stack.defer(() => end.abort());
  const clusters = [config.clusterName, ...Object.keys(config.clusters).filter((name) => name !== config.clusterName)];
  void firstLook({ examine: examineAlert, clusters, timeoutMs: config.triageTimeoutMs, signal: end.signal, log: logger });
}

/** Examines an alert in the cluster that it belongs to. */
function examiner(config: Config, clusters: Clusters): Examine {
  return async ({ id, alert }, signal) => {
    const cluster = clusters.of(alert.labels);
    if (cluster === undefined) throw new Error(`the cluster "${alert.labels['cluster']}" is not diagnosed here`);
    const { name, reader, ...looking } = cluster;
    return examine(alert, { id, cluster: reader, clusterName: name, ...looking, mapping: config.runbooks, signal });
  };
}
