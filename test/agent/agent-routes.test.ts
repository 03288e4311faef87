import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentRoutes, type AgentRoutesOptions } from '../../src/agent/agent-routes.ts';
import { allowance } from '../../src/agent/allowance.ts';
import { IpError } from '../../src/agent/ip-command.ts';
import type { ProbeAttempt, ProbeOutcome } from '../../src/collectors/prober.ts';
import { createServer } from '../../src/http/server.ts';
import { createProber } from '../../src/probe/prober.ts';
import { keptLog } from '../support/log-lines.ts';

const token = 'an-agent-token';
let app: FastifyInstance;
let probed: ProbeAttempt[];
beforeEach(async () => {
  app = await createServer({ logger: keptLog().logger });
  probed = [];
});
afterEach(async () => app.close());

function open(changes: Partial<AgentRoutesOptions> = {}): void {
  agentRoutes(app, {
    token,
    network: async () => ({ node: 'worker-3', routes: '[]', addresses: '[]', links: '[]' }),
    prober: {
      ownAddresses: ['10.0.0.13', 'fd00::13'],
      async probe(attempt): Promise<ProbeOutcome> {
        probed.push(attempt);
        return { ...attempt, outcome: 'open', connected: true, text: '', durationMs: 3 };
      },
    },
    ...changes,
  });
}

const withToken = { authorization: `Bearer ${token}` };
const network = async (headers: Record<string, string> = withToken): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'GET', url: '/network', headers });
const probe = async (payload: object, headers: Record<string, string> = withToken): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/probe', headers, payload });

describe('who may ask', () => {
  it.each([
    ['nobody in particular', {}],
    ['a wrong token', { authorization: 'Bearer another' }],
    ['a token that is longer', { authorization: `Bearer ${token}x` }],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`agent:${token}`).toString('base64')}` }],
    ['the token in another place', { 'x-agent-token': token }],
  ])('is not %s', async (_who, headers) => {
    open();

    const answers = [await network(headers), await probe({ kind: 'tcp', address: '10.244.1.5', port: 80 }, headers)];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(answers[0]?.headers['www-authenticate']).toContain('Bearer');
    expect(probed).toEqual([]);
  });
});

describe('GET /network', () => {
  it("answers with what ip prints, in ip's own words", async () => {
    open();

    const answer = await network();

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ node: 'worker-3', routes: '[]', addresses: '[]', links: '[]' });
  });

  it('says why it cannot', async () => {
    open({ network: async () => Promise.reject(new IpError('the program ip is missing: install the package iproute2 in this image')) });

    const answer = await network();

    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      error: "The network of this node can't be shown: the program ip is missing: install the package iproute2 in this image",
    });
  });
});

describe('POST /probe', () => {
  it('connects from this node', async () => {
    open();

    const answer = await probe({ kind: 'http', address: '10.244.1.5', port: 8080, path: '/ready' });

    expect(answer.json()).toMatchObject({ kind: 'http', address: '10.244.1.5', port: 8080, path: '/ready', outcome: 'open' });
  });

  it('really opens the connection', async () => {
    const server = createTcpServer();
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    const { port } = server.address() as AddressInfo;
    open({ prober: createProber({ whyNever: () => null }), whyNever: () => null });

    const answer = await probe({ kind: 'tcp', address: '127.0.0.1', port });

    expect(answer.json()).toMatchObject({ outcome: 'open', connected: true });
    await new Promise((closed) => server.close(closed));
  });

  it.each([
    ['127.0.0.1', 'it means this host'],
    ['::ffff:7f00:1', 'it means this host'],
    ['169.254.169.254', 'it is link-local'],
    ['fd00:ec2::254', "it is the cloud's metadata service"],
    ['kubernetes.default', 'it is no address'],
    ['10.0.0.13', "it is this node's own"],
    ['FD00:0::13', "it is this node's own"],
  ])('never connects to %s', async (address, why) => {
    open();

    const answer = await probe({ kind: 'tcp', address, port: 80 });

    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([
      400,
      `No connection is opened to ${JSON.stringify(address)}: ${why}`,
    ]);
    expect(probed).toEqual([]);
  });

  it.each([
    ['no kind', { address: '10.244.1.5', port: 80 }],
    ['another kind', { kind: 'udp', address: '10.244.1.5', port: 80 }],
    ['a port beyond all', { kind: 'tcp', address: '10.244.1.5', port: 70_000 }],
    ['a port as text', { kind: 'tcp', address: '10.244.1.5', port: '80' }],
    ['something unknown', { kind: 'tcp', address: '10.244.1.5', port: 80, headers: {} }],
    ['a list', []],
  ])('refuses a body with %s', async (_what, body) => {
    open();

    expect((await probe(body)).statusCode).toBe(400);
    expect(probed).toEqual([]);
  });

  it('makes only so many, and says when to come again', async () => {
    open({ probes: allowance({ atOnce: 2, perSecond: 0.1 }) });
    const ask = async () => probe({ kind: 'tcp', address: '10.244.1.5', port: 80 });

    const answers = [await ask(), await ask(), await ask()];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers['retry-after']).toBe('10');
    expect(probed).toHaveLength(2);
  });
});

describe('an allowance', () => {
  it('fills again with time, and no further than at first', () => {
    let time = 0;
    const take = allowance({ atOnce: 2, perSecond: 1 }, () => time);

    expect([take(), take(), take()]).toEqual([0, 0, 1]);
    time = 1000;
    expect([take(), take()]).toEqual([0, 1]);
    time = 3_600_000;
    expect([take(), take(), take()]).toEqual([0, 0, 1]);
  });
});
