import type { Logger } from '../observability/logger.ts';
import type { BatchWorkerOptions } from '../workers/batch-worker.ts';

/** Says in the log what became of stored webhooks. */
export function batchObserver(logger: Logger): Pick<BatchWorkerOptions, 'onDealt' | 'onRestDealt' | 'onLost'> {
  return {
    onDealt: ({ origin }, outcome) => logger.debug({ origin, ...outcome }, 'webhook dealt out'),
    onRestDealt({ origin, cutOff }, outcome) {
      const left = { origin, receiver: cutOff.receiver, truncated: cutOff.count };
      if (outcome !== null) return logger.info({ ...left, ...outcome }, 'alerts that max_alerts had cut off were fetched');
      return logger.warn(left, 'max_alerts cut off alerts, which are not triaged: ALERTMANAGER_URLS is not set');
    },
    onLost(job, error) {
      const alerts = job.kind === 'batch' ? job.alerts.length : job.cutOff.count;
      logger.error({ origin: job.origin, alerts, err: error }, 'a webhook could not be dealt out');
    },
  };
}
