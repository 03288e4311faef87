import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

/** Whether something that the process depends on answers; `why` says in a few words why not. */
export interface Dependency {
  readonly up: boolean;
  readonly why?: string;
}

export interface HealthOptions {
  readonly redis: () => Promise<Dependency>;
  /** Absent where the process has no business with the cluster. */
  readonly kubernetes?: () => Promise<Dependency>;
  /** `redis`: intake goes on while the API server is down. `both`: a process that does nothing but triage. */
  readonly readyBy: 'redis' | 'both';
}

const dependency = Type.Object({ up: Type.Boolean(), why: Type.Optional(Type.String()) });
const readiness = Type.Object({
  status: Type.String({ description: '"ready" or "not ready"' }),
  redis: dependency,
  kubernetes: Type.Optional(dependency),
});

/** `GET /healthz` (the process runs) and `GET /readyz` (it can do its work). */
export function healthRoutes(app: FastifyInstance, options: HealthOptions): void {
  app.get('/healthz', { schema: { summary: 'Whether the process runs', tags: ['operation'] } }, async () => ({ status: 'ok' }));

  app.get(
    '/readyz',
    { schema: { summary: 'Whether the process can work', tags: ['operation'], response: { 200: readiness, 503: readiness } } },
    async (_request, reply) => {
      const [redis, kubernetes] = await Promise.all([options.redis(), options.kubernetes?.()]);
      const ready = redis.up && (options.readyBy === 'redis' || kubernetes?.up !== false);
      const body = { status: ready ? 'ready' : 'not ready', redis, ...(kubernetes === undefined ? {} : { kubernetes }) };
      return reply.code(ready ? 200 : 503).send(body);
    },
  );
}
