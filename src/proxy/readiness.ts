import type { FastifyInstance } from 'fastify';
import type { Dependency } from '../http/health.ts';

export interface ProxyHealthOptions {
  /** How many Alertmanagers are known. */
  readonly upstreams: () => number;
  /** It feeds the diagnoses; alerts pass without it. */
  readonly redis: () => Promise<Dependency>;
}

/**
 * `GET /healthz` and `GET /readyz` of the proxy. It is ready as long as it knows an Alertmanager: if it stepped aside while they are
 * down, Prometheus would have nobody at all to send to when they come back.
 */
export function proxyHealth(app: FastifyInstance, { upstreams, redis }: ProxyHealthOptions): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const alertmanagers = upstreams();
    const ready = alertmanagers > 0;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', alertmanagers, redis: await redis() });
  });
}
