import { pino } from 'pino';
import { createMetrics } from '../../src/observability/metrics.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis } from '../../src/redis/connection.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';
import { openReplicas } from '../../src/sinks/alertmanager/replicas.ts';
import { openAnnotationStore } from '../../src/store/annotations.ts';
import { annotationBook } from '../../src/workers/annotation-book.ts';
import { annotationRounds } from '../../src/workers/annotation-rounds.ts';
import { startAnnotationWorker } from '../../src/workers/annotation.ts';
import { asAlert, cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { startReceiver, type WebhookAlert } from '../support/receiver.ts';

/** What these tests need of the product: a webhook that diagnoses what it is sent and annotates the alerts. */
export interface TriageUnderTest extends AsyncDisposable {
  readonly webhookUrl: string;
  /** Ends the worker and starts another; the webhook goes on meanwhile. */
  restartWorker(): Promise<void>;
}

export interface TriageOptions {
  readonly redisUrl: string;
  readonly alertmanagerUrls: readonly string[];
  readonly pagerGroupWaitMs: number;
  /** How long the diagnosis of an alert takes; null for one that never comes. */
  readonly diagnosisMs?: (alert: WebhookAlert) => number | null;
}

export const publicUrl = 'https://triage.example';

/** The annotation keeper behind a webhook of the test's own, with a diagnosis that is always the same. */
export async function startTriage(options: TriageOptions): Promise<TriageUnderTest> {
  const { redisUrl, alertmanagerUrls, diagnosisMs = () => 200 } = options;
  const stack = new AsyncDisposableStack();
  const redis = stack.adopt(connectRedis(redisUrl, { patience: 'patient', onError: () => undefined }), closeRedis);
  const replicas = stack.adopt(
    openReplicas(alertmanagerUrls.map(parseAlertmanagerAddress), { access: {}, onUnresolved: () => undefined }),
    async (open) => open.close(),
  );
  const rounds = annotationRounds(stack.use(openQueues(redis, () => undefined)).annotation);
  const store = openAnnotationStore(redis);
  const { pagerGroupWaitMs } = options;
  const book = annotationBook({ store, rounds, replicas, publicUrl, pagerGroupWaitMs });
  const log = pino({ level: 'silent' });
  const startWorker = async (): Promise<AsyncDisposable> =>
    startAnnotationWorker({ redis, store, rounds, replicas, log, metrics: createMetrics() });
  let worker = await startWorker();
  const timers = new Set<NodeJS.Timeout>();
  const webhook = stack.use(
    await startReceiver({
      answer({ body }) {
        for (const alert of body.alerts) {
          const wait = diagnosisMs(alert);
          void book.watch(asAlert(alert)).then(() => {
            if (alert.status === 'resolved') return book.resolved(alert.fingerprint);
            if (wait !== null) timers.add(setTimeout(() => void book.diagnosed(asAlert(alert), cannedDiagnosis(asAlert(alert))), wait));
            return undefined;
          });
        }
      },
    }),
  );
  return {
    webhookUrl: `${webhook.url}/api/v1/alertmanager`,
    async restartWorker() {
      await worker[Symbol.asyncDispose]();
      worker = await startWorker();
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await worker[Symbol.asyncDispose]();
      await stack.disposeAsync();
    },
  };
}
