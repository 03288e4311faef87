import { afterEach, describe, expect, it } from 'vitest';
import { startCommand, startService } from '../support/service-process.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

describe('serve --role agent', () => {
  it('needs neither Redis nor a cluster, answers for its health to anybody, and for its node to who has the token', async () => {
    const agent = await startService({ AGENT_TOKEN: 'a-token' }, 'agent');
    open.push(agent);
    const get = async (path: string, headers = {}): Promise<Response> => fetch(agent.url + path, { headers });

    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await get('/readyz')).json()).toMatchObject({ ip: { up: expect.any(Boolean) } });
    expect(await (await get('/metrics')).text()).toContain('podnet_triage_http_request_duration_seconds');
    expect(Object.keys(((await (await get('/docs/json')).json()) as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/network', '/probe', '/healthz', '/readyz', '/metrics']),
    );
    expect((await get('/network')).status).toBe(401);
    expect([200, 503]).toContain((await get('/network', { authorization: 'Bearer a-token' })).status);

    agent.kill('SIGTERM');
    expect(await agent.ended).toBe(0);
  });

  it('refuses to start without a token, in one line', async () => {
    const command = startCommand(['serve', '--role', 'agent'], { LISTEN: '127.0.0.1:0' });
    open.push(command);

    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(/^podnet-triage: AGENT_TOKEN: is missing: .*; example: AGENT_TOKEN_FILE=\S+\n$/);
  });
});
