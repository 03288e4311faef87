import type { FastifyInstance } from 'fastify';
import { limitLargeBodies } from '../http/large-bodies.ts';
import { Refusal } from '../http/refusal.ts';
import type { Diagnoses } from './diagnoses.ts';
import { BatchMemory } from './batch-memory.ts';
import { type Batch, enrich, type Known } from './enrich.ts';
import type { Posting, UpstreamAnswer } from './upstream.ts';

export interface ProxyRouteOptions {
  readonly diagnoses: Pick<Diagnoses, 'annotationsFor' | 'mayKnow'>;
  readonly forward: (posting: Posting) => Promise<UpstreamAnswer>;
  /** Told of each batch, and how many seconds it took to add what is known. */
  readonly observe: (batch: Batch, seconds: number) => void;
}

const mib = 1024 * 1024;
/** Each is held twice while it is under way. */
const largeBodies = { bytes: 8 * mib, atOnce: 8 };

/** `POST …/api/v2/alerts`, under whatever prefix Prometheus is told; nothing else is proxied. */
export async function proxyRoute(app: FastifyInstance, { diagnoses, forward, observe }: ProxyRouteOptions): Promise<void> {
  const limit = limitLargeBodies(largeBodies);
  const memory = new BatchMemory();
  await app.register(async (scope) => {
    // What cannot be parsed is forwarded all the same.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post(
      '/*',
      {
        bodyLimit: 64 * mib,
        schema: { hide: true },
        async onRequest(request, reply) {
          if (!isAlertsPath(request.url)) throw new Refusal(404, 'Only POST …/api/v2/alerts is proxied');
          await limit.call(app, request, reply);
        },
      },
      async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const began = performance.now();
        const isPlain = request.headers['content-encoding'] === undefined;
        const batch = isPlain ? enrich(body, knownAt(diagnoses, Date.now()), memory) : { body, alerts: 0, enriched: 0 };
        observe(batch, (performance.now() - began) / 1000);
        const onSettled = (): void => (batch.body === body ? undefined : memory.giveBack(batch.body));
        const { status, contentType, text } = await forward({ body: batch.body, headers: request.headers, onSettled });
        if (contentType !== null) void reply.type(contentType);
        return reply.code(status).send(text);
      },
    );
  });
}

function knownAt(diagnoses: ProxyRouteOptions['diagnoses'], nowMs: number): Known {
  return { annotationsFor: (alert) => diagnoses.annotationsFor(alert, nowMs), mayKnow: (pod) => diagnoses.mayKnow(pod) };
}

function isAlertsPath(url: string): boolean {
  return /^(?:\/[^?]*)?\/api\/v2\/alerts\/?(?:\?|$)/.test(url);
}
