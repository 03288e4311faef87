import { parseAlertmanagerAddress } from '../sinks/alertmanager/address.ts';
import { openReplicas, type Replicas } from '../sinks/alertmanager/replicas.ts';
import { openAnnotationStore } from '../store/annotation-store.ts';
import { startAnnotationWorker } from '../workers/annotation-worker.ts';
import { type AnnotationBook, createAnnotationBook, noAnnotationBook } from '../workers/annotation-book.ts';
import { createAnnotationRounds } from '../workers/annotation-rounds.ts';
import { accessOf } from './alertmanager-access.ts';
import type { Shared } from './shared.ts';

/** The Alertmanagers of ALERTMANAGER_URLS; without it null, and the log says so. */
export function openAlertmanagers({ config, logger, stack }: Shared): Replicas | null {
  const { urls } = config.alertmanager;
  if (urls.length === 0) {
    logger.info('ALERTMANAGER_URLS is not set: alerts are not annotated');
    return null;
  }
  const replicas = openReplicas(urls.map(parseAlertmanagerAddress), {
    access: accessOf(config.alertmanager),
    onUnresolved: (host, error) => logger.warn({ host, err: error }, 'this Alertmanager cannot be looked up'),
  });
  stack.defer(async () => replicas.close());
  return replicas;
}

/** The annotations that alerts shall carry, and who keeps them in place. */
export interface AnnotationPart {
  readonly book: AnnotationBook;
  /** Starts the keeper; `onOver` is told of alerts that no Alertmanager lists any more, though no webhook said that they are over. */
  readonly startKeeper: (onOver: (fingerprints: readonly string[]) => Promise<void>) => Promise<void>;
}

/** Without an Alertmanager nothing is kept. */
export function openAnnotations(shared: Shared, replicas: Replicas | null): AnnotationPart {
  if (replicas === null) return { book: noAnnotationBook, startKeeper: async () => undefined };
  const { config, logger, metrics, redis, queues, stack } = shared;
  const store = openAnnotationStore(redis.patient);
  const rounds = createAnnotationRounds(queues.annotation);
  const { pagerGroupWaitMs } = config.alertmanager;
  return {
    book: createAnnotationBook({ store, rounds, replicas, publicUrl: config.publicUrl, pagerGroupWaitMs }),
    async startKeeper(onOver) {
      stack.use(await startAnnotationWorker({ redis: redis.patient, store, rounds, replicas, onOver, log: logger, metrics }));
    },
  };
}
