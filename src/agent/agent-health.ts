import type { FastifyInstance } from 'fastify';
import type { Dependency } from '../http/health.ts';
import { type IpCommand, IpError } from './ip-command.ts';

const askedEachMs = 5000;

/** `GET /healthz` (the process runs) and `GET /readyz` (`ip` works here, asked at most every five seconds). */
export function agentHealth(app: FastifyInstance, ip: IpCommand): void {
  const tags = ['operation'];
  let asked: { readonly at: number; readonly answer: Promise<Dependency> } | undefined;
  app.get('/healthz', { schema: { summary: 'Whether the process runs', tags } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { summary: 'Whether the process can work', tags } }, async (_request, reply) => {
    if (asked === undefined || performance.now() - asked.at >= askedEachMs) asked = { at: performance.now(), answer: ipWorks(ip) };
    const works = await asked.answer;
    return reply.code(works.up ? 200 : 503).send({ status: works.up ? 'ready' : 'not ready', ip: works });
  });
}

async function ipWorks(ip: IpCommand): Promise<Dependency> {
  try {
    await ip('-j', 'addr', 'show', 'dev', 'lo');
    return { up: true };
  } catch (error) {
    if (error instanceof IpError) return { up: false, why: error.message };
    throw error;
  }
}
