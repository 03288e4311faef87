import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wantsPage } from './access.ts';
import { drain } from './drain.ts';
import { page } from './page.ts';
import { type Problem, problemOf } from './problems.ts';
import { html } from '../sinks/web/html.ts';

/** Makes every error one shape: `{"error","requestId"}` for programs, a page for browsers. Our own faults are logged. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(async (request, reply) => {
    const error = `There is nothing at ${request.method} ${request.url.split('?')[0] ?? ''}`;
    return answer({ status: 404, error, headers: {} }, request, reply);
  });
}

/** Answers an error, wherever it is caught; for places that other error handlers would reach first. */
export async function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
  else request.log.info({ status: problem.status, problem: problem.error, route: request.routeOptions.url }, 'request refused');
  if (problem.status === 413) await drain(request.raw);
  return answer(problem, request, reply);
}

// oxlint-disable-next-line typescript/promise-function-async -- Fastify awaits what the reply itself is
function answer(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.code(problem.status).headers(problem.headers);
  if (!wantsPage(request)) return reply.type('application/json; charset=utf-8').send({ error: problem.error, requestId: request.id });
  return reply.type('text/html; charset=utf-8').send(page(`Error ${problem.status}`, html`<p>${problem.error}</p>`));
}
