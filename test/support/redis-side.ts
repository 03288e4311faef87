import type { Alert } from '../../src/core/alert.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { createAnnounce } from '../../src/queue/announce.ts';
import { createIntake, type Intake } from '../../src/queue/intake.ts';
import type { BatchJob, TriageJob } from '../../src/queue/jobs.ts';
import { openProducer } from '../../src/queue/producer.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { createRequestTriage, type RequestTriage } from '../../src/queue/request-triage.ts';
import { targetOf } from '../../src/core/target.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import type { Replicas } from '../../src/sinks/alertmanager/replicas.ts';
import { openAlertStore, type AlertStore } from '../../src/store/alert-store.ts';
import type { IncidentStore } from '../../src/store/incident-store.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import type { TriageStore } from '../../src/store/triage-store.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import type { AnnotationBook } from '../../src/workers/annotation-book.ts';
import { startBatchWorker } from '../../src/workers/batch-worker.ts';
import type { Examine } from '../../src/workers/triage.ts';
import { startTriageWorker } from '../../src/workers/triage-worker.ts';
import { cannedDiagnosis } from './canned-diagnosis.ts';

const day = 24 * 3_600_000;

export interface WebhookSide extends AsyncDisposable {
  readonly redis: RedisClient;
  readonly intake: Intake;
  readonly requestTriage: RequestTriage;
  readonly alerts: AlertStore;
  readonly triages: TriageStore;
  readonly incidents: IncidentStore;
}

export interface SideOptions {
  readonly dedupWindowMs?: number;
  readonly quietMs?: number;
  readonly claims?: (alert: Alert) => boolean;
}

/** What a process with the role webhook has of the Redis side. */
export function openWebhookSide(url: string, options: SideOptions = {}): WebhookSide {
  const onError = (): void => undefined;
  const redis = connectRedis(url, { patience: 'fail-fast', onError });
  const stores = openStores(redis, options);
  const batches = openProducer<BatchJob>({ queue: 'intake', redis, onError });
  const triages = openProducer<TriageJob>({ queue: 'triage', redis, onError });
  const { claims = () => true } = options;
  return {
    redis,
    ...stores,
    intake: createIntake({ producer: batches, stored: stores.alerts, claims, onError }),
    requestTriage: createRequestTriage({
      producer: triages,
      alerts: stores.alerts,
      record: async (job) => stores.triages.create([{ ...job, id: job.triage, target: targetOf(job.alert.labels) }]),
    }),
    async [Symbol.asyncDispose]() {
      await batches[Symbol.asyncDispose]();
      await triages[Symbol.asyncDispose]();
      await closeRedis(redis);
    },
  };
}

export interface WorkerSide extends AsyncDisposable {
  readonly redis: RedisClient;
  readonly queues: Queues;
  readonly errors: Error[];
  /** What the annotation book was told, in order. */
  readonly told: string[];
}

export interface WorkerSideOptions extends SideOptions {
  readonly examine?: Examine;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly annotations?: Partial<AnnotationBook>;
  /** The Alertmanagers that are asked for what webhooks leave out; none unless said otherwise. */
  readonly replicas?: Pick<Replicas, 'current'>;
}

/** What a process with the role worker has of it; it begins to work at once. */
export function startWorkerSide(url: string, options: WorkerSideOptions = {}): WorkerSide {
  const errors: Error[] = [];
  const told: string[] = [];
  const onError = (error: Error): void => void errors.push(error);
  const redis = connectRedis(url, { patience: 'patient', onError });
  const queues = openQueues(redis, onError);
  const annotations = { ...listeningBook(told), ...options.annotations };
  const common = { redis, ...openStores(redis, options), annotations, announce: createAnnounce(queues.delivery), onError };
  const batch = startBatchWorker({
    ...common,
    queue: queues.triage,
    pagerGroupWaitMs: 30_000,
    replicas: options.replicas ?? null,
    claims: () => true,
    onDealt: () => undefined,
    onRestDealt: () => undefined,
    onLost: (_, e) => onError(e),
  });
  const triage = startTriageWorker({
    ...common,
    examine: options.examine ?? (async ({ id, alert }) => ({ diagnosis: diagnosisFor(id, alert), recording: {} })),
    lookAtPods: async () => async () => null,
    triagesWaiting: async () => 0,
    timeoutMs: options.timeoutMs ?? 5000,
    graceMs: options.graceMs ?? 100,
    concurrency: options.concurrency ?? 10,
    onTriaged: () => undefined,
    onFailed: () => undefined,
  });
  return {
    redis,
    queues,
    errors,
    told,
    async [Symbol.asyncDispose]() {
      await Promise.all([batch[Symbol.asyncDispose](), triage[Symbol.asyncDispose]()]);
      await queues[Symbol.asyncDispose]();
      await closeRedis(redis);
    },
  };
}

/** The canned diagnosis of the alert under the triage's own id. */
export function diagnosisFor(id: string, alert: Alert): Diagnosis {
  return cannedDiagnosis(alert, { id });
}

function openStores(redis: RedisClient, options: SideOptions): Pick<WebhookSide, 'alerts' | 'triages' | 'incidents'> {
  const retentionMs = 7 * day;
  return {
    alerts: openAlertStore(redis, { retentionMs, dedupWindowMs: options.dedupWindowMs ?? 900_000 }),
    triages: openTriageStore(redis, { retentionMs }),
    incidents: openIncidentStore(redis, { retentionMs, quietMs: options.quietMs ?? 900_000 }),
  };
}

function listeningBook(told: string[]): AnnotationBook {
  return {
    watch: async ({ fingerprint }) => void told.push(`watch ${fingerprint}`),
    diagnosed: async ({ fingerprint }) => void told.push(`diagnosed ${fingerprint}`),
    failed: async ({ fingerprint }, why) => void told.push(`failed ${fingerprint} ${why}`),
    resolved: async (fingerprint) => void told.push(`resolved ${fingerprint}`),
    undiagnosed: async () => [],
    confirmed: async ({ fingerprint }) => void told.push(`confirmed ${fingerprint}`),
  };
}

/** The nth alert of its kind; `changes` go over it. */
export function podAlert(n: number, changes: Partial<Alert> = {}): Alert {
  const labels = { alertname: 'KubePodNotReady', namespace: `team-${n % 7}`, pod: `web-${n}` };
  return {
    alertname: 'KubePodNotReady',
    fingerprint: (0xabc0000000000000n + BigInt(n)).toString(16),
    status: 'firing',
    startsAt: new Date().toISOString(),
    endsAt: null,
    labels,
    annotations: { summary: 'Pod is not ready.' },
    generatorUrl: 'http://prometheus/graph',
    ...changes,
  };
}

/** The same alert, resolved. */
export function resolvedAlert(n: number): Alert {
  return podAlert(n, { status: 'resolved', endsAt: new Date().toISOString() });
}
