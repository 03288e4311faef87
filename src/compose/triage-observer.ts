import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { TriageWorkerOptions } from '../workers/triage-worker.ts';

/** Counts triages and writes the one info line that each of them gets. */
export function triageObserver({
  logger,
  metrics,
}: {
  logger: Logger;
  metrics: Metrics;
}): Pick<TriageWorkerOptions, 'onTriaged' | 'onFailed' | 'onLookedAgain' | 'onLookFailed' | 'onConfirmed' | 'onConfirmFailed'> {
  return {
    onTriaged({ triage, alert }, diagnosis) {
      if (diagnosis === null) {
        metrics.triages.inc({ status: 'cancelled', outcome: '', root_cause: '' });
        logger.info({ triage, alertname: alert.alertname }, 'triage cancelled: its alert resolved');
        return;
      }
      const { outcome, rootCause, durationMs, headline, target } = diagnosis;
      metrics.triages.inc({ status: 'done', outcome, root_cause: rootCause?.id ?? '' });
      metrics.triageSeconds.observe({ outcome }, durationMs / 1000);
      logger.info(
        { triage, alertname: alert.alertname, target, outcome, rootCause: rootCause?.id ?? null, headline, durationMs },
        'triage done',
      );
    },
    onFailed({ triage, alert }, error) {
      metrics.triages.inc({ status: 'failed', outcome: '', root_cause: '' });
      logger.error({ triage, alertname: alert.alertname, err: error }, 'triage failed');
    },
    onLookedAgain: (incident, resolution) => logger.info({ incident, resolution }, 'incident resolved: its cause was looked at once more'),
    onConfirmed: (triage, alerts) => logger.info({ triage, alerts }, 'waiting alerts have the cause that this triage has proven'),
    onConfirmFailed: (triage, error) => logger.warn({ triage, err: error }, 'waiting alerts could not be held against a proven cause'),
    onLookFailed: (incident, error) => logger.warn({ incident, err: error }, 'the cause of a resolved incident could not be looked at'),
  };
}
