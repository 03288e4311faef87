import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveDocs } from '../../src/http/docs.ts';
import { refuseEncodedBodies } from '../../src/http/encoded-bodies.ts';
import { type Dependency, healthRoutes, type HealthOptions } from '../../src/http/health.ts';
import { metricsRoute } from '../../src/http/metrics-route.ts';
import { queuesBoard } from '../../src/http/queues-board.ts';
import { Refusal } from '../../src/http/refusal.ts';
import { createServer } from '../../src/http/server.ts';
import { createMetrics, observeQueueDepths } from '../../src/observability/metrics.ts';
import { type KeptLog, keptLog } from '../support/log-lines.ts';

let app: FastifyInstance;
let log: KeptLog;
beforeEach(async () => {
  log = keptLog();
  app = await createServer({ logger: log.logger });
});
afterEach(async () => app.close());

const get = async (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

describe('errors', () => {
  it('a fault of ours says nothing of the inside, and the log has it under the same id', async () => {
    app.get('/fault', async () => {
      throw new Error('password is hunter2');
    });
    const answer = await get('/fault');
    expect([answer.statusCode, answer.body.includes('hunter2')]).toEqual([500, false]);
    const { requestId } = answer.json<{ requestId: string }>();
    expect(log.lines.find(({ msg }) => msg === 'request failed')).toMatchObject({
      reqId: requestId,
      err: { message: 'password is hunter2' },
    });
    expect(answer.headers['x-request-id']).toBe(requestId);
  });

  it('a program gets JSON, a browser a page with everything escaped', async () => {
    expect((await get('/no-such')).json()).toMatchObject({ error: 'There is nothing at GET /no-such' });
    const page = await get("/no'such'?token=x", { accept: 'text/html' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('There is nothing at GET /no&#39;such&#39;</p>');
  });

  it('a request id that the sender made up is not taken over', async () => {
    expect((await get('/', { 'x-request-id': 'mine', 'request-id': 'mine' })).headers['x-request-id']).not.toBe('mine');
  });

  it.each(['/%E0%A4%A', `/${'x'.repeat(5000)}`, '/../../etc/passwd', '//evil.example/x', '/%2e%2e/x'])('%s is refused', async (url) => {
    expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
    expect((await get(url)).statusCode).toBeLessThan(500);
  });
});

describe('paths that no route can take', () => {
  it.each([`/items/${'x'.repeat(400)}`, '/%zz'])('get the shape of every error: %s', async (url) => {
    app.get('/items/:id', async () => 'item');
    const answer = await get(url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.json()).toEqual({ error: expect.stringMatching(/^The URL is/), requestId: expect.any(String) });
  });
});

describe('security headers', () => {
  it('are on every answer, also on errors', async () => {
    expect((await get('/no')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect((await get('/no')).headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

describe('health', () => {
  const up = async (): Promise<Dependency> => ({ up: true });
  const down = async (): Promise<Dependency> => ({ up: false, why: 'no answer' });

  it.each<[string, HealthOptions, { status: number; body: object }]>([
    ['both up', { redis: up, kubernetes: up, readyBy: 'redis' }, { status: 200, body: { status: 'ready', kubernetes: { up: true } } }],
    [
      'Redis down',
      { redis: down, kubernetes: up, readyBy: 'redis' },
      { status: 503, body: { status: 'not ready', redis: { up: false, why: 'no answer' } } },
    ],
    [
      'the API server down in a process that takes alerts',
      { redis: up, kubernetes: down, readyBy: 'redis' },
      { status: 200, body: { kubernetes: { up: false } } },
    ],
    [
      'the API server down in a pure worker',
      { redis: up, kubernetes: down, readyBy: 'both' },
      { status: 503, body: { status: 'not ready', redis: { up: true } } },
    ],
    ['no cluster at all', { redis: up, readyBy: 'redis' }, { status: 200, body: { status: 'ready', redis: { up: true } } }],
  ])('%s', async (_what, options, expected) => {
    healthRoutes(app, options);
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(expected.status);
    expect(answer.json()).toMatchObject(expected.body);
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' });
  });
});

describe('metrics', () => {
  it('carry the counters, the queues and the time of requests by route, never by path', async () => {
    const metrics = createMetrics();
    metricsRoute(app, metrics);
    observeQueueDepths(metrics, async () => ({ triage: { waiting: 3 } }));
    metrics.alerts.inc({ fate: 'queued' }, 2);
    await get('/made-up-path');
    const { body, headers } = await get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('podnet_triage_alerts_total{fate="queued"} 2');
    expect(body).toContain('podnet_triage_queue_jobs{queue="triage",state="waiting"} 3');
    expect(body).toContain('podnet_triage_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1');
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(body).not.toContain('made-up-path');
  });

  it('are served while the queues cannot be read', async () => {
    const metrics = createMetrics();
    metricsRoute(app, metrics);
    observeQueueDepths(metrics, async () => {
      throw new Error('Redis is away');
    });
    const answer = await get('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('podnet_triage_queue_jobs{');
  });
});

describe('API documentation', () => {
  it('lists routes as OpenAPI and has a page', async () => {
    await serveDocs(app, { publicUrl: 'https://triage.example.com', version: '1.2.3' });
    healthRoutes(app, { redis: async () => ({ up: true }), readyBy: 'redis' });
    const document = (await get('/docs/json')).json<{ openapi: string; info: { version: string }; paths: object }>();
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3']);
    expect(Object.keys(document.paths)).toEqual(['/healthz', '/readyz']);
    const page = await get('/docs');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).not.toMatch(/<script[^>]*>\s*[^<\s]/);
  });
});

describe('the dashboard of the queues', () => {
  it('tells a refusal like every other route', async () => {
    const refuse = async (): Promise<void> => {
      throw new Refusal(401, 'The API token is missing', { headers: { 'www-authenticate': 'Bearer' } });
    };
    await queuesBoard(app, { queues: [], guard: refuse });
    for (const path of ['/queues', '/queues/', '/queues/api/queues']) {
      const answer = await get(path);
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(answer.json()).toMatchObject({ error: 'The API token is missing' });
    }
  });
});

describe('compressed bodies', () => {
  beforeEach(() => {
    refuseEncodedBodies(app);
    app.post('/items', async ({ body }) => body);
  });
  const post = async (encoding: string) =>
    app.inject({
      method: 'POST',
      url: '/items',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: '{"a":1}',
    });

  it.each(['gzip', 'br', 'GZIP, identity'])('%s is refused for what it is', async (encoding) => {
    const answer = await post(encoding);
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ error: 'Compressed bodies are not taken: send it without Content-Encoding' });
  });

  it('identity is no compression', async () => {
    expect((await post('identity')).json()).toEqual({ a: 1 });
  });
});
