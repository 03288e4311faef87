import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookGuard } from '../../src/http/access.ts';
import { limitLargeBodies } from '../../src/http/large-bodies.ts';
import { createServer } from '../../src/http/server.ts';
import { type AcceptedCounts, alertmanagerRoute } from '../../src/webhook/alertmanager.ts';
import { type KeptLog, keptLog } from '../support/log-lines.ts';
import { type MemoryIntake, memoryIntake } from '../support/memory-intake.ts';

const payloads = join(import.meta.dirname, 'payloads');
const payload = (name: string): string => readFileSync(join(payloads, name), 'utf8');

let app: FastifyInstance;
let intake: MemoryIntake;
let log: KeptLog;
let observed: AcceptedCounts[] = [];

const open = async (token: string | null = null): Promise<void> => {
  log = keptLog();
  intake = memoryIntake();
  observed = [];
  app = await createServer({ logger: log.logger });
  const guards = [webhookGuard(token), limitLargeBodies({ bytes: 1024 * 1024, atOnce: 4 })];
  alertmanagerRoute(app, { intake, guards, observe: (counts) => observed.push(counts) });
};

const post = async (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.inject({ method: 'POST', url: '/api/v1/alertmanager', headers, body });

const one = {
  status: 'firing',
  labels: { alertname: 'KubePodNotReady' },
  annotations: {},
  startsAt: '2026-11-22T01:22:05Z',
  fingerprint: 'eddcf139b04b3d1b',
};
const bodyOf = (changes: object, alert: object = {}): string =>
  JSON.stringify({ version: '4', receiver: 'r', alerts: [{ ...one, ...alert }], ...changes });

beforeEach(async () => open());
afterEach(async () => app.close());

describe('payloads of real senders', () => {
  it.each(readdirSync(payloads).filter((name) => name.endsWith('-firing.json')))('%s is queued', async (name) => {
    const answer = await post(payload(name));
    expect(answer.json()).toEqual({ received: 1, queued: 1, deduplicated: 0, resolved: 0, ignored: 0 });
    expect(answer.statusCode).toBe(202);
    expect(intake.taken[0]).toMatchObject({
      alertname: 'KubePodNotReady',
      status: 'firing',
      endsAt: null,
      labels: { namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' },
    });
  });

  it('every field of an alert arrives', async () => {
    await post(payload('alertmanager-0.25-firing.json'));
    expect(intake.taken).toEqual([
      {
        alertname: 'KubePodNotReady',
        fingerprint: 'eddcf139b04b3d1b',
        status: 'firing',
        startsAt: '2026-11-22T01:22:05Z',
        endsAt: null,
        labels: {
          alertname: 'KubePodNotReady',
          cluster: 'prod',
          instance: '10.244.0.9:8080',
          job: 'kube-state-metrics',
          namespace: 'shop',
          pod: 'checkout-7d4f9c-x2x1z',
          severity: 'warning',
        },
        annotations: {
          description: 'Pod shop/checkout-7d4f9c-x2x1z <has> been & non-ready',
          runbook_url: 'https://runbooks.example/kubepodnotready',
          summary: 'Pod has been in a non-ready state for more than 15 minutes.',
        },
        generatorUrl: 'http://prometheus:9090/graph?g0.expr=sum+by+%28namespace%2C+pod%29&g0.tab=1',
      },
    ]);
    expect(intake.origins).toEqual([String.raw`http://alertmanager-0.monitoring:9093 web\.hook/a\+b`]);
  });

  it('resolved alerts keep their end', async () => {
    const answer = await post(payload('alertmanager-0.25-resolved.json'));
    expect(answer.json()).toEqual({ received: 2, queued: 0, deduplicated: 0, resolved: 2, ignored: 0 });
    expect(intake.taken[0]?.endsAt).toBe('2026-11-22T01:22:10Z');
  });

  it('the number of alerts that max_alerts cut off stands in the log', async () => {
    await post(payload('alertmanager-0.25-truncated.json'));
    expect(log.lines.find(({ msg }) => msg === 'alerts taken')).toMatchObject({ received: 2, truncated: 1 });
  });
});

describe('what is answered', () => {
  it('an alert that no runbook claims is ignored and still 202', async () => {
    const answer = await post(bodyOf({}, { labels: { alertname: 'Watchdog' } }));
    expect([answer.statusCode, answer.json()]).toEqual([202, { received: 1, queued: 0, deduplicated: 0, resolved: 0, ignored: 1 }]);
  });

  it('a body without alerts is 202', async () => {
    expect((await post(bodyOf({ alerts: [] }))).statusCode).toBe(202);
  });

  it('the counts are observed', async () => {
    await post(payload('alertmanager-0.25-firing.json'));
    await post(payload('alertmanager-0.25-firing.json'));
    expect(observed.map(({ queued, deduplicated }) => [queued, deduplicated])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('503 while nothing can be stored, without a word of the inside, and 202 afterwards', async () => {
    intake.fail();
    const answer = await post(bodyOf({}));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toEqual({ error: 'The alerts could not be stored: send them again', requestId: answer.headers['x-request-id'] });
    expect(log.text()).toContain('redis.internal');
    intake.recover();
    expect((await post(bodyOf({}))).statusCode).toBe(202);
  });
});

describe('bad input gets a 4xx that says what is wrong and where', () => {
  const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

  it.each([
    ['nothing', '', 'The body is empty: send JSON'],
    ['text that is not JSON', 'alerts!', 'The body is not JSON'],
    ['half a body', bodyOf({}).slice(0, 50), 'The body is not JSON'],
    ['null', 'null', 'the body must be an object'],
    ['a list', '[]', 'the body must be an object'],
    ['a number', '3', 'the body must be an object'],
    ['no version', '{"alerts":[]}', 'version is missing'],
    ['another version', bodyOf({ version: '3' }), 'version must be one of "4", "1"'],
    ['a version that is a number', bodyOf({ version: 4 }), 'version must be a string'],
    ['no alerts', '{"version":"4"}', 'alerts is missing'],
    ['alerts that are no list', bodyOf({ alerts: {} }), 'alerts must be an array'],
    ['an alert that is no object', bodyOf({ alerts: [1] }), 'alerts[0] must be an object'],
    ['an alert without labels', bodyOf({ alerts: [{ status: 'firing' }] }), 'alerts[0].labels is missing'],
    ['labels that are null', bodyOf({}, { labels: null }), 'alerts[0].labels must be an object'],
    ['a label that is a number', bodyOf({}, { labels: { alertname: 'A', pod: 7 } }), 'alerts[0].labels.pod must be a string'],
    ['a label with a line break in its name', bodyOf({}, { labels: { 'a\nb': 7 } }), 'alerts[0].labels["a\\nb"] must be a string'],
    ['a label that is null', bodyOf({}, { labels: { pod: null } }), 'alerts[0].labels.pod must be a string'],
    ['an annotation that is a list', bodyOf({}, { annotations: { a: [] } }), 'alerts[0].annotations.a must be a string'],
    ['another status', bodyOf({}, { status: 'sleeping' }), 'alerts[0].status must be one of "firing", "resolved"'],
    ['a time that is none', bodyOf({}, { startsAt: 'yesterday' }), 'alerts[0].startsAt is not a date-time'],
    ['a time that does not exist', bodyOf({}, { startsAt: '2026-02-31T00:00:00Z' }), 'alerts[0].startsAt is not a date-time'],
    ['a fingerprint with a path in it', bodyOf({}, { fingerprint: '../../x' }), 'alerts[0].fingerprint does not have the right form'],
    ['a negative count', bodyOf({ truncatedAlerts: -1 }), 'truncatedAlerts must be >= 0'],
    ['__proto__', '{"version":"4","alerts":[],"__proto__":{"x":1}}', 'has a key "__proto__"'],
    ['__proto__ as a label', bodyOf({}).replace('"alertname"', '"__proto__"'), 'has a key "__proto__"'],
    ['an escaped __proto__', bodyOf({}).replace('"alertname"', String.raw`"\u005f_proto__"`), 'has a key "__proto__"'],
    ['constructor.prototype', bodyOf({ constructor: { prototype: { x: 1 } } }), 'has a key "__proto__"'],
    ['20,000 lists in each other', nested, 'the body must be an object'],
    ['20,000 lists where alerts should be', `{"version":"4","alerts":${nested}}`, 'alerts[0] must be an object'],
    ['20,000 lists in a label', bodyOf({}).replace('"KubePodNotReady"', nested), 'alerts[0].labels.alertname must be a string'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b]), 'The body is not JSON'],
  ])('%s', async (_what, body, error) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toContain(error);
    expect((await post(payload('alertmanager-0.25-firing.json'))).statusCode).toBe(202);
  });

  it.each([
    ['text/plain', bodyOf({})],
    ['application/x-www-form-urlencoded', 'a=b'],
    ['application/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/jsonx', bodyOf({})],
    ['garbage', bodyOf({})],
  ])('content type %s is 415', async (type, body) => {
    const answer = await post(body, { 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(answer.json<{ error: string }>().error).toBe('Send the body as Content-Type: application/json');
  });

  it('a body without content type is 415', async () => {
    expect((await post(bodyOf({}), {})).statusCode).toBe(415);
  });

  it('a charset in the content type is fine', async () => {
    expect((await post(bodyOf({}), { 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(202);
  });

  it('fields that nobody knows are accepted, a few levels deep', async () => {
    const unknown = { values: { A: [{ value: 1, more: [{ and: ['more'] }] }] } };
    expect((await post(bodyOf(unknown, unknown))).statusCode).toBe(202);
  });

  it.each([
    ['beside the alerts', `{"unknown":${nested},${bodyOf({}).slice(1)}`, 'unknown is nested deeper than 32 levels'],
    ['in an alert', bodyOf({}, { unknown: 'X' }).replace('"X"', nested), 'alerts[0].unknown is nested deeper than 32 levels'],
  ])('20,000 lists in a field that nobody knows, %s, are 400', async (_where, body, error) => {
    const answer = await post(body);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([400, error]);
  });

  it.each(['groupLabels', 'commonLabels', 'commonAnnotations'])('%s that are no texts are 400', async (name) => {
    expect((await post(bodyOf({ [name]: { severity: 1 } }))).statusCode).toBe(400);
    expect((await post(bodyOf({ [name]: 'x' }))).statusCode).toBe(400);
  });

  it('a label that is called constructor is a label', async () => {
    await post(bodyOf({}, { labels: { alertname: 'KubePodNotReady', constructor: 'x' } }));
    expect(Object.entries(intake.taken[0]?.labels ?? {})).toContainEqual(['constructor', 'x']);
  });

  it('another method is 404', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/v1/alertmanager' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json<{ error: string }>().error).toBe('There is nothing at GET /api/v1/alertmanager');
  });
});

describe('who may send', () => {
  const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const withHeader = async (authorization: string) => post(bodyOf({}), { 'content-type': 'application/json', authorization });

  it.each([
    ['Bearer s3cret:token', 202],
    ['bearer s3cret:token', 202],
    [basic('alertmanager', 's3cret:token'), 202],
    [basic('', 's3cret:token'), 202],
    ['Bearer s3cret:toke', 401],
    ['Bearer s3cret:tokenx', 401],
    ['Bearer ', 401],
    ['Bearer', 401],
    ['s3cret:token', 401],
    ['Digest s3cret:token', 401],
    ['Bearer s3cret:token, Bearer other', 401],
    [basic('s3cret:token', 'x'), 401],
    ['Basic czNjcmV0', 401],
    ['Basic %%%', 401],
  ])('%s is answered %i', async (authorization, status) => {
    await app.close();
    await open('s3cret:token');
    const answer = await withHeader(authorization);
    expect(answer.statusCode).toBe(status);
    expect(intake.taken).toHaveLength(status === 202 ? 1 : 0);
    expect(log.text()).not.toContain('s3cret');
  });

  it('401 names the ways in, and comes before the body is looked at', async () => {
    await app.close();
    await open('s3cret');
    const answer = await post('not JSON', { 'content-type': 'text/plain' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="podnet-triage", Basic realm="podnet-triage"');
    expect(answer.json<{ error: string }>().error).toContain('The webhook token is missing');
  });

  it('without a token everybody may', async () => {
    expect((await post(bodyOf({}))).statusCode).toBe(202);
  });
});
