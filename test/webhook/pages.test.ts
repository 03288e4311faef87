import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/http/refusal.ts';
import { createServer } from '../../src/http/server.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { pages } from '../../src/webhook/pages.ts';
import { keptLog } from '../support/log-lines.ts';
import { anIncident, aRecord, memoryIncidents, memoryTriages, unreachable } from '../support/memory-stores.ts';

let app: FastifyInstance;
let records: TriageRecord[];
const publicUrl = 'https://triage.example.com';
const html = { accept: 'text/html,application/xhtml+xml' };
const get = async (url: string) => app.inject({ method: 'GET', url, headers: html });

beforeEach(async () => {
  records = [aRecord(), aRecord({ id: 't2', alert: { ...aRecord().alert, labels: { namespace: 'web', pod: 'front-1' } } })];
  app = await createServer({ logger: keptLog('silent').logger });
  const guard = async (): Promise<void> => {};
  pages(app, { triages: memoryTriages(records), incidents: memoryIncidents([anIncident()]), publicUrl, guard });
});
afterEach(async () => app.close());

describe('pages', () => {
  it('the first one lists incidents and triages', async () => {
    const { statusCode, headers, body } = await get('/');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const link of ['/incidents/i1', '/triages/t1', '/triages/t2']) expect(body).toContain(`href="${link}"`);
  });

  it('its filter counts, empty fields of its form do not', async () => {
    const { body } = await get('/?alertname=&namespace=shop&pod=&node=&rootCause=&status=');
    expect([body.includes('/triages/t1'), body.includes('/triages/t2')]).toEqual([true, false]);
  });

  it('one for each triage and incident', async () => {
    expect((await get('/triages/t1')).body).toContain('No cause found for pod shop/checkout-1');
    expect((await get('/incidents/i1')).body).toContain('Pod CIDR of node worker-3 has no free address');
  });

  it('an incident whose triage has expired still has its page', async () => {
    records.length = 0;
    expect((await get('/incidents/i1')).statusCode).toBe(200);
  });

  it.each(['/triages/t9', '/incidents/i9', '/triages/%2e%2e%2fx', '/triages/<script>'])('%s is a page that says 404', async (url) => {
    const { statusCode, headers, body } = await get(url);
    expect([statusCode, headers['content-type'], body.includes('<script>')]).toEqual([404, 'text/html; charset=utf-8', false]);
  });

  it.each(['/?status=lost', '/?cursor=nonsense', '/?pod=a&pod=b'])('%s is 400', async (url) => {
    expect((await get(url)).statusCode).toBe(400);
  });

  it.each(['/', '/triages/t1', '/incidents/i1'])('%s is 503 while the store is away', async (url) => {
    await app.close();
    app = await createServer({ logger: keptLog('silent').logger });
    const away = { get: unreachable, list: unreachable };
    pages(app, { triages: away, incidents: away, publicUrl, guard: async () => {} });
    expect((await get(url)).statusCode).toBe(503);
  });

  it.each(['/', '/triages/t1', '/incidents/i1'])('%s stands behind the guard', async (url) => {
    await app.close();
    app = await createServer({ logger: keptLog('silent').logger });
    const guard = async (): Promise<void> => {
      throw new Refusal(401, 'no');
    };
    pages(app, { triages: memoryTriages(records), incidents: memoryIncidents([]), publicUrl, guard });
    expect((await get(url)).statusCode).toBe(401);
  });
});
