import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a process counts and measures. Every instance has a registry of its own. */
export interface Metrics {
  readonly registry: Registry;
  /** Alerts that webhooks brought, by fate: queued, deduplicated, resolved, ignored. */
  readonly alerts: Counter<'fate'>;
  /** Triages that ended, by status (done, failed, cancelled), outcome and root cause; empty where there is none. */
  readonly triages: Counter<'status' | 'outcome' | 'root_cause'>;
  readonly triageSeconds: Histogram<'outcome'>;
  readonly deliveries: Counter<'sink'>;
  readonly deliveryFailures: Counter<'sink' | 'reason'>;
  /** Annotation writes to Alertmanager replicas, by result: posted, failed. */
  readonly annotationPosts: Counter<'result'>;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
}

/** Metrics named `podnet_triage_*`, with Node's own (`nodejs_eventloop_lag_*`, `process_*`) beside them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const named = (name: string, help: string) => ({ name: `podnet_triage_${name}`, help, registers: [registry] });

  return {
    registry,
    alerts: new Counter({ ...named('alerts_total', 'Alerts that webhooks brought, by what became of them'), labelNames: ['fate'] }),
    triages: new Counter({
      ...named('triages_total', 'Triages that ended'),
      labelNames: ['status', 'outcome', 'root_cause'],
    }),
    triageSeconds: new Histogram({
      ...named('triage_duration_seconds', 'How long a triage ran'),
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40],
    }),
    deliveries: new Counter({ ...named('deliveries_total', 'Diagnoses delivered'), labelNames: ['sink'] }),
    deliveryFailures: new Counter({ ...named('delivery_failures_total', 'Deliveries that failed'), labelNames: ['sink', 'reason'] }),
    annotationPosts: new Counter({ ...named('annotation_posts_total', 'Writes to Alertmanager replicas'), labelNames: ['result'] }),
    requestSeconds: new Histogram({
      ...named('http_request_duration_seconds', 'How long HTTP requests took'),
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 30],
    }),
  };
}

/** How many jobs each queue holds, by state: `triage` -> `waiting` -> 12. */
export type QueueDepths = () => Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;

/** Asks for the depths at each scrape. While they cannot be read the gauge is empty, and the rest is scraped all the same. */
export function observeQueueDepths(metrics: Metrics, depths: QueueDepths): void {
  const gauge: Gauge<'queue' | 'state'> = new Gauge({
    name: 'podnet_triage_queue_jobs',
    help: 'Jobs in a queue, by state',
    labelNames: ['queue', 'state'],
    registers: [metrics.registry],
    async collect() {
      gauge.reset();
      const queues = await depths().catch(() => ({}));
      for (const [queue, states] of Object.entries(queues)) {
        for (const [state, count] of Object.entries(states)) gauge.set({ queue, state }, count);
      }
    },
  });
}

/** `podnet_triage_redis_up` or `podnet_triage_kubernetes_up`: 1 while it answers, asked at each scrape. */
export function observeUp(metrics: Metrics, what: 'redis' | 'kubernetes', isUp: () => Promise<{ readonly up: boolean }>): void {
  const gauge: Gauge = new Gauge({
    name: `podnet_triage_${what}_up`,
    help: 'Whether it answers: 1 or 0',
    registers: [metrics.registry],
    async collect() {
      gauge.set((await isUp()).up ? 1 : 0);
    },
  });
}
