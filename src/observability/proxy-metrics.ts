import { Counter, Histogram } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** What the proxy counts and measures beside the rest. */
export interface ProxyMetrics {
  /** Alerts that passed, by what was done: enriched, unchanged. */
  readonly alerts: Counter<'change'>;
  /** Batches, by Alertmanager and what became of them: taken, refused, failed, passed-over. */
  readonly batches: Counter<'alertmanager' | 'fate'>;
  /** How long it took to add what is known to a batch. */
  readonly enrichSeconds: Histogram;
}

/** Metrics named `podnet_triage_proxy_*`, in the registry of the process. */
export function createProxyMetrics({ registry }: Pick<Metrics, 'registry'>): ProxyMetrics {
  const named = (name: string, help: string) => ({ name: `podnet_triage_proxy_${name}`, help, registers: [registry] });
  return {
    alerts: new Counter({ ...named('alerts_total', 'Alerts that passed'), labelNames: ['change'] }),
    batches: new Counter({ ...named('batches_total', 'Batches of alerts, by Alertmanager'), labelNames: ['alertmanager', 'fate'] }),
    enrichSeconds: new Histogram({
      ...named('enrich_seconds', 'How long it took to add what is known to a batch'),
      buckets: [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25],
    }),
  };
}
