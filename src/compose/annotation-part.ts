import { parseAlertmanagerAddress } from '../sinks/alertmanager/address.ts';
import { openReplicas, type Replicas } from '../sinks/alertmanager/replicas.ts';
import { openAnnotationStore } from '../store/annotations.ts';
import { startAnnotationWorker } from '../workers/annotation.ts';
import { type AnnotationBook, annotationBook, noAnnotationBook } from '../workers/annotation-book.ts';
import { annotationRounds } from '../workers/annotation-rounds.ts';
import { accessOf } from './alertmanager-access.ts';
import type { Shared } from './worker-part.ts';

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

/** Starts the keeper of the annotations; without an Alertmanager there is none. */
export async function openAnnotations(shared: Shared, replicas: Replicas | null): Promise<AnnotationBook> {
  if (replicas === null) return noAnnotationBook;
  const { config, logger, metrics, redis, queues, stack } = shared;
  const store = openAnnotationStore(redis.patient);
  const rounds = annotationRounds(queues.annotation);
  stack.use(await startAnnotationWorker({ redis: redis.patient, store, rounds, replicas, log: logger, metrics }));
  const { pagerGroupWaitMs } = config.alertmanager;
  return annotationBook({ store, rounds, replicas, publicUrl: config.publicUrl, pagerGroupWaitMs });
}
