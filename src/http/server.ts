import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { answerError, handleErrors } from './error-handler.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { validationError } from './validation.ts';

export interface ServerOptions {
  readonly logger: FastifyBaseLogger;
  /** How long a request may take to arrive, headers and body; 30 s unless said otherwise. */
  readonly arrivalMs?: number;
}

const kib = 1024;

/**
 * A server without routes: limits, errors for people, security headers, request ids. Bodies are JSON of at most 64 KiB unless a
 * route says otherwise. No forwarded header is trusted; what a request says of its own id is ignored.
 */
export async function createServer({ logger, arrivalMs = 30_000 }: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: 64 * kib,
    requestTimeout: arrivalMs,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: Math.min(arrivalMs, 10_000), connectionsCheckingInterval: Math.min(arrivalMs, 2000) },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    // What has the wrong type is told, not bent until it fits.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    schemaErrorFormatter: validationError,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  });
  app.removeContentTypeParser('text/plain');
  // Schemas of answers are documentation: an answer is what the store holds, to the last field.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  setSecurityHeaders(app);
  handleErrors(app);
  logAnswers(app);
  closeLingering(app);
  await app.register(cookie);
  return app;
}

function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const fields = { method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    request.log.debug(fields, 'request answered');
  });
}

const closingGraceMs = 10_000;

/**
 * Ends connections while the server closes. Node looks for idle ones only once, as the closing begins; one whose body was still
 * arriving then, though it was answered long ago, would hold the process for the whole keep-alive time.
 */
function closeLingering(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    if (!app.server.listening) return;
    const sweep = setInterval(() => app.server.closeIdleConnections(), 100).unref();
    const end = setTimeout(() => app.server.closeAllConnections(), closingGraceMs).unref();
    app.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(end);
    });
  });
}

/** Listens and returns the base URL; a wildcard address is shown as localhost. */
export async function listen(app: FastifyInstance, at: { host: string; port: number }): Promise<string> {
  await app.listen({ host: at.host, port: at.port, listenTextResolver: (address) => `listening at ${address}` });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  const host = at.host === '0.0.0.0' || at.host === '::' ? 'localhost' : at.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
