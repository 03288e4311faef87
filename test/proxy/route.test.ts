import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../src/http/server.ts';
import { createDiagnoses, type Diagnoses } from '../../src/proxy/diagnoses.ts';
import { createForward } from '../../src/proxy/forward.ts';
import { proxyHealth } from '../../src/proxy/readiness.ts';
import { proxyRoute } from '../../src/proxy/route.ts';
import { openUpstreams } from '../../src/proxy/upstreams.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';
import type { AlertmanagerAccess } from '../../src/sinks/alertmanager/connection.ts';
import { keptLog } from '../support/log-lines.ts';
import { type Answer, startReceiver, type TestReceiver } from '../support/receiver.ts';

const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout' };
const wanted = { triage_status: 'done', triage_root_cause: 'ip-pool-exhausted' };
const alerts = JSON.stringify([{ labels, annotations: { summary: 'Pod is not ready' } }]);
const json = { 'content-type': 'application/json' };

let stack: AsyncDisposableStack;
let diagnoses: Diagnoses;
let app: FastifyInstance;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  diagnoses = createDiagnoses();
  diagnoses.replace([{ labels, wanted, pending: null, pendingFrom: 0 }], Date.now());
});
afterEach(async () => stack.disposeAsync());

const alertmanager = async (answer: Answer = { status: 200, body: '' }): Promise<TestReceiver<unknown>> =>
  stack.use(await startReceiver<unknown>({ answer: () => answer }));

async function open(urls: readonly string[], access: AlertmanagerAccess = {}): Promise<void> {
  app = await createServer({ logger: keptLog().logger });
  stack.defer(async () => app.close());
  const upstreams = stack.use(await openUpstreams(urls.map(parseAlertmanagerAddress), { access, ca: null, onUnresolved: () => undefined }));
  const forward = createForward({ upstreams: () => upstreams.current(), onState: () => undefined, onFate: () => undefined });
  proxyHealth(app, { upstreams: () => upstreams.current().length, redis: async () => ({ up: false, why: 'not connected' }) });
  await proxyRoute(app, { diagnoses, forward, observe: () => undefined });
}

const post = async (payload: string | Buffer, headers: Record<string, string> = json, url = '/api/v2/alerts') =>
  app.inject({ method: 'POST', url, payload, headers });

describe('alerts', () => {
  it('reach every Alertmanager with what is known of them', async () => {
    const [a, b] = [await alertmanager(), await alertmanager()];
    await open([a.url, `${b.url}/am`]);
    const answer = await post(alerts);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    const expected = [{ labels, annotations: { summary: 'Pod is not ready', ...wanted } }];
    expect([a, b].map(({ received }) => received.map(({ path, body }) => [path, body]))).toEqual([
      [['/api/v2/alerts', expected]],
      [['/am/api/v2/alerts', expected]],
    ]);
  });

  it('pass byte for byte when nothing is known, with their headers', async () => {
    const a = await alertmanager();
    await open([a.url]);
    diagnoses.replace([], Date.now());
    const headers = {
      ...json,
      'user-agent': 'Prometheus/3.5.3',
      authorization: 'Bearer theirs',
      'x-scope-orgid': 'team-a',
      connection: 'keep-alive',
    };
    await post(` ${alerts}\n`, headers);
    expect(a.received[0]?.text).toBe(` ${alerts}\n`);
    const { connection: _, ...expected } = headers;
    expect(a.received[0]?.headers).toMatchObject(expected);
  });

  it('are sent with the configured tenant and credentials', async () => {
    const a = await alertmanager();
    await open([a.url], { bearerToken: 'ours', tenant: 'tenant-1' });
    await post(alerts, { ...json, authorization: 'Bearer theirs' });
    expect(a.received[0]?.headers).toMatchObject({ authorization: 'Bearer ours', 'x-scope-orgid': 'tenant-1' });
  });

  it('that are compressed pass as they came', async () => {
    const a = await alertmanager();
    await open([a.url]);
    const zipped = gzipSync(alerts);
    await post(zipped, { ...json, 'content-encoding': 'gzip' });
    expect(a.received[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': `${zipped.length}` });
  });

  it.each([
    ['that are no JSON', '[{', json],
    ['of an unknown type', 'alerts', { 'content-type': 'text/x-unknown' }],
    ['without a type', alerts.replace('checkout', 'other'), {}],
    ['that are empty', '', json],
  ])('%s are for Alertmanager to judge', async (_, body, headers) => {
    const a = await alertmanager({ status: 400, headers: json, body: '"that is wrong"' });
    await open([a.url]);
    const answer = await post(body, headers);
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
      400,
      '"that is wrong"',
      expect.stringContaining('application/json'),
    ]);
    expect(a.received[0]?.text).toBe(body);
  });

  it('are 502 when nobody takes them', async () => {
    const gone = await alertmanager();
    await gone.close();
    await open([gone.url]);
    expect((await post(alerts)).statusCode).toBe(502);
  });
});

describe('the door', () => {
  it.each(['/api/v2/alerts', '/alertmanager/api/v2/alerts', '/a/b/api/v2/alerts', '/api/v2/alerts?x=1'])(
    'takes alerts at %s',
    async (url) => {
      const a = await alertmanager();
      await open([a.url]);
      expect((await post(alerts, json, url)).statusCode).toBe(200);
    },
  );

  it.each(['/api/v2/silences', '/api/v1/alerts', '/api/v2/alerts/groups', '/xapi/v2/alerts', '/', '/-/reload', '/x?y=/api/v2/alerts'])(
    'is shut for %s',
    async (url) => {
      const a = await alertmanager();
      await open([a.url]);
      expect((await post(alerts, json, url)).statusCode).toBe(404);
      expect(a.received).toEqual([]);
    },
  );

  it('is shut for other methods', async () => {
    const a = await alertmanager();
    await open([a.url]);
    expect((await app.inject({ method: 'GET', url: '/api/v2/alerts' })).statusCode).toBe(404);
    expect((await app.inject({ method: 'DELETE', url: '/api/v2/alerts' })).statusCode).toBe(404);
    expect(a.received).toEqual([]);
  });

  it('takes a body of more than 32 MiB, but not of more than 64', async () => {
    const a = await alertmanager();
    await open([a.url]);
    expect((await post(Buffer.alloc(40 * 1024 * 1024, 32))).statusCode).toBe(200);
    expect((await post(Buffer.alloc(65 * 1024 * 1024, 32))).statusCode).toBe(413);
  });
});

describe('readiness', () => {
  it('does not need Redis', async () => {
    await open(['http://127.0.0.1:1']);
    const answer = await app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: 'ready', alertmanagers: 1, redis: { up: false, why: 'not connected' } },
    ]);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  it('needs the address of an Alertmanager', async () => {
    app = await createServer({ logger: keptLog().logger });
    stack.defer(async () => app.close());
    proxyHealth(app, { upstreams: () => 0, redis: async () => ({ up: true }) });
    expect((await app.inject('/readyz')).statusCode).toBe(503);
  });
});
