import type { FastifyInstance } from 'fastify';

/** For our own pages and for data: no script, nothing from elsewhere, no frame around it. */
const strict =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** For the two ready-made single-page applications, which bring scripts and inline styles of their own. */
const application =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

/** Sets the headers that keep answers out of frames, caches and other sites' hands. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    const isApplication = /^\/(?:docs|queues)(?:[/?]|$)/.test(request.url);
    void reply.headers({
      'content-security-policy': isApplication ? application : strict,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-request-id': request.id,
    });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
}
