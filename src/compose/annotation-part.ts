import { parseAlertmanagerAddress } from '../sinks/alertmanager/address.ts';
import { openReplicas } from '../sinks/alertmanager/replicas.ts';
import { openAnnotationStore } from '../store/annotations.ts';
import { startAnnotationWorker } from '../workers/annotation.ts';
import { type AnnotationBook, annotationBook, noAnnotationBook } from '../workers/annotation-book.ts';
import { annotationRounds } from '../workers/annotation-rounds.ts';
import { accessOf } from './alertmanager-access.ts';
import type { Shared } from './worker-part.ts';

/** Starts the keeper of the annotations; without ALERTMANAGER_URLS there is none, and the log says so. */
export async function openAnnotations({ config, logger, metrics, redis, queues, stack }: Shared): Promise<AnnotationBook> {
  const { urls, pagerGroupWaitMs } = config.alertmanager;
  if (urls.length === 0) {
    logger.info('ALERTMANAGER_URLS is not set: alerts are not annotated');
    return noAnnotationBook;
  }
  const replicas = openReplicas(urls.map(parseAlertmanagerAddress), {
    access: accessOf(config.alertmanager),
    onUnresolved: (host, error) => logger.warn({ host, err: error }, 'this Alertmanager cannot be looked up'),
  });
  stack.defer(async () => replicas.close());
  const store = openAnnotationStore(redis.patient);
  const rounds = annotationRounds(queues.annotation);
  stack.use(await startAnnotationWorker({ redis: redis.patient, store, rounds, replicas, log: logger, metrics }));
  return annotationBook({ store, rounds, replicas, publicUrl: config.publicUrl, pagerGroupWaitMs });
}
