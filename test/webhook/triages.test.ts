import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../src/http/server.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { incidentRoutes } from '../../src/webhook/incidents.ts';
import { triageRoutes } from '../../src/webhook/triages.ts';
import { keptLog } from '../support/log-lines.ts';
import { aDiagnosis, anIncident, aRecord, memoryIncidents, memoryRequests, memoryTriages, unreachable } from '../support/memory-stores.ts';

const publicUrl = 'https://triage.example.com';
let app: FastifyInstance;
let records: TriageRecord[];
let requests: ReturnType<typeof memoryRequests>;

beforeEach(async () => {
  records = [];
  requests = memoryRequests(records);
  app = await createServer({ logger: keptLog().logger });
  const guard = async (): Promise<void> => {};
  const askable = {
    alertnames: ['KubeNetworkPluginError', 'KubePodNotReady'],
    servesCluster: ({ cluster }: Readonly<Record<string, string>>) => cluster === undefined || cluster === 'prod',
  };
  triageRoutes(app, { triages: memoryTriages(records), requestTriage: requests.request, askable, publicUrl, guard });
  incidentRoutes(app, { incidents: memoryIncidents([anIncident(), anIncident({ id: 'i2', status: 'resolved' })]), publicUrl, guard });
});
afterEach(async () => app.close());

const ask = async (body: unknown, query = '') => {
  return app.inject({
    method: 'POST',
    url: `/api/v1/triages${query}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
};
const get = async (url: string) => app.inject({ method: 'GET', url });

const pod = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' };

describe('asking for a triage', () => {
  it('of a known alert', async () => {
    const answer = await ask({ fingerprint: 'eddcf139b04b3d1b', reason: 'fixed the pool' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ id: 'tmanual0', url: `${publicUrl}/triages/tmanual0`, status: 'queued' });
    expect(answer.headers.location).toBe(`${publicUrl}/triages/tmanual0`);
    expect(requests.asked).toEqual([{ fingerprint: 'eddcf139b04b3d1b', reason: 'fixed the pool' }]);
  });

  it.each([
    [pod],
    [{ alertname: 'KubeNetworkPluginError', node: 'worker-1' }],
    [{ alertname: 'KubeNetworkPluginError', namespace: 'shop' }],
    [{ alertname: 'KubePodNotReady', exported_namespace: 'shop', exported_pod: 'a.b', namespace: 'monitoring' }],
    [{ ...pod, cluster: 'prod' }],
  ])('of labels %j', async (labels) => {
    expect((await ask({ labels })).statusCode).toBe(202);
    expect(requests.asked).toEqual([{ labels, reason: null }]);
  });

  it('an unknown fingerprint is 404', async () => {
    const answer = await ask({ fingerprint: 'unknown' });
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([404, 'No alert with this fingerprint is known']);
  });

  it.each([
    [{}, 'give the fingerprint of a known alert, or labels'],
    [{ fingerprint: 'a', labels: pod }, 'give either fingerprint or labels, not both'],
    [{ fingerprint: '../x' }, 'fingerprint does not have the right form'],
    [{ fingerprint: 7 }, 'fingerprint must be a string'],
    [{ labels: [] }, 'labels must be an object'],
    [{ labels: { ...pod, pod: 1 } }, 'labels.pod must be a string'],
    [{ labels: { alertname: 'KubePodNotReady' } }, 'labels name no namespace, pod or node'],
    [{ labels: { alertname: 'KubePodNotReady', pod: 'x' } }, 'labels name a pod without its namespace'],
    [{ labels: { ...pod, namespace: '../../api' } }, 'labels.namespace: "../../api" is not a name that Kubernetes accepts'],
    [{ labels: { ...pod, pod: 'a/../../secrets' } }, 'labels.pod: "a/../../secrets" is not a name'],
    [{ labels: { ...pod, pod: 'Checkout' } }, 'labels.pod: "Checkout" is not a name'],
    [{ labels: { ...pod, pod: 'a?b' } }, 'labels.pod: "a?b" is not a name'],
    [{ labels: { ...pod, pod: '' } }, 'labels.pod: "" is not a name'],
    [{ labels: { ...pod, node: 'x%2e%2e' } }, 'labels.node: "x%2e%2e" is not a name'],
    [{ labels: { ...pod, namespace: 'a.b' } }, 'labels.namespace: "a.b" is not a name'],
    [
      { labels: { ...pod, alertname: 'Watchdog' } },
      'no runbook claims the alertname "Watchdog"; claimed are KubeNetworkPluginError, KubePodNotReady',
    ],
    [{ labels: { namespace: 'shop', pod: 'a' } }, 'labels have no alertname; claimed are'],
    [{ labels: { ...pod, alertname: 'constructor' } }, 'no runbook claims the alertname "constructor"'],
    [{ labels: { ...pod, cluster: 'stage' } }, 'the cluster "stage" is not diagnosed here'],
    [{ labels: pod, reason: 'x'.repeat(501) }, 'reason must NOT have more than 500 characters'],
    [{ labels: pod, resaon: 'x' }, 'the body has an unknown "resaon"'],
    [[], 'the body must be an object'],
  ])('%j is 400', async (body, error) => {
    const answer = await ask(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toContain(error);
    expect(requests.asked).toEqual([]);
  });
});

describe('waiting for the diagnosis', () => {
  const finish = (changes: Partial<TriageRecord>): void => {
    const last = records.length - 1;
    records[last] = aRecord({ id: records[last]?.id ?? '', ...changes });
  };
  const asked = async (): Promise<void> => {
    while (records.length === 0) await new Promise((resolve) => setImmediate(resolve));
  };

  it('gives the bare diagnosis when it is ready in time', async () => {
    const answer = ask({ labels: pod }, '?wait=30');
    await asked();
    finish({ diagnosis: aDiagnosis({ headline: 'found' }) });
    expect((await answer).statusCode).toBe(200);
    expect((await answer).json()).toEqual(aDiagnosis({ headline: 'found' }));
  });

  it('gives the 202 with the status when the triage failed', async () => {
    const answer = ask({ labels: pod }, '?wait=30');
    await asked();
    finish({ status: 'failed', diagnosis: null, error: 'the cluster is away' });
    expect((await answer).statusCode).toBe(202);
    expect((await answer).json()).toMatchObject({ id: 'tmanual0', status: 'failed' });
  });

  it('gives the 202 when the time is over', async () => {
    const answer = await ask({ labels: pod }, '?wait=1');
    expect([answer.statusCode, answer.json<{ status: string }>().status]).toEqual([202, 'queued']);
  });

  it('ends when the service closes', async () => {
    const answer = ask({ labels: pod }, '?wait=60');
    await asked();
    await app.close();
    expect((await answer).statusCode).toBe(202);
  });

  it.each(['61', '-1', '1.5', 'x', '', '1e1'])('wait=%s is 400', async (wait) => {
    const answer = await ask({ labels: pod }, `?wait=${wait}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: string }>().error).toBe('wait must be a whole number of seconds from 0 to 60');
  });
});

describe('reading triages', () => {
  it('one with its diagnosis', async () => {
    records.push(aRecord());
    expect((await get('/api/v1/triages/t1')).json()).toEqual({
      id: 't1',
      url: `${publicUrl}/triages/t1`,
      status: 'done',
      diagnosis: aDiagnosis(),
      error: null,
    });
  });

  it('one that failed', async () => {
    records.push(aRecord({ status: 'failed', diagnosis: null, error: 'no kubeconfig' }));
    expect((await get('/api/v1/triages/t1')).json()).toMatchObject({ status: 'failed', diagnosis: null, error: 'no kubeconfig' });
  });

  it.each(['t2', '..%2ft1', '%00', 'T1', 'x'.repeat(200), '%E0%A4%A'])('there is no triage %s', async (id) => {
    records.push(aRecord());
    expect([400, 404]).toContain((await get(`/api/v1/triages/${id}`)).statusCode);
  });

  it('a list with what the contract names, newest first, in pages', async () => {
    records.push(aRecord(), aRecord({ id: 't2', status: 'queued', diagnosis: null, startedAt: null }));
    const first = (await get('/api/v1/triages?limit=1')).json<{ items: unknown[]; next: string }>();
    expect(first.items).toEqual([
      {
        id: 't2',
        url: `${publicUrl}/triages/t2`,
        status: 'queued',
        alertname: 'KubePodNotReady',
        namespace: 'shop',
        pod: 'checkout-1',
        node: null,
        outcome: null,
        rootCause: null,
        startedAt: null,
      },
    ]);
    const second = (await get(`/api/v1/triages?limit=1&cursor=${first.next}`)).json<{ items: { id: string }[]; next: string | null }>();
    expect([second.items.map(({ id }) => id), second.next]).toEqual([['t1'], null]);
  });

  it('a filtered list', async () => {
    records.push(aRecord(), aRecord({ id: 't2', status: 'failed' }));
    const ids = async (query: string) =>
      (await get(`/api/v1/triages?${query}`)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    expect(await ids('status=failed')).toEqual(['t2']);
    expect(await ids('namespace=shop&pod=checkout-1')).toEqual(['t2', 't1']);
    expect(await ids('node=elsewhere')).toEqual([]);
  });

  it.each([
    ['status=lost', 'status must be one of "queued", "running", "done", "failed", "cancelled"'],
    ['rootcause=x', 'the query has an unknown "rootcause"'],
    ['pod=a&pod=b', 'pod must be a string'],
    ['limit=0', 'limit must be a whole number from 1 to 500'],
    ['limit=501', 'limit must be a whole number from 1 to 500'],
    ['cursor=nonsense', 'the cursor is not one that this list gave'],
  ])('?%s is 400', async (query, error) => {
    const answer = await get(`/api/v1/triages?${query}`);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([400, expect.stringContaining(error)]);
  });
});

describe('reading incidents', () => {
  const common = {
    rootCause: 'ip-pool-exhausted',
    headline: 'Pod CIDR of node worker-3 has no free address',
    firstSeen: '2026-11-22T01:22:05Z',
    lastSeen: '2026-11-22T01:23:05Z',
    resolvedAt: null,
    impact: { pods: 12, nodes: 1, namespaces: ['shop'], services: ['shop/checkout'] },
    slack: [{ channel: 'C1', ts: '1.2' }],
  };

  it('one with its alerts', async () => {
    const alerts = [
      { fingerprint: 'eddcf139b04b3d1b', status: 'firing', namespace: 'shop', pod: 'checkout-1', node: 'worker-3', triage: 't1' },
    ];
    expect((await get('/api/v1/incidents/i1')).json()).toEqual({
      id: 'i1',
      url: `${publicUrl}/incidents/i1`,
      status: 'open',
      alerts,
      ...common,
    });
  });

  it('a list with the number of alerts', async () => {
    const answer = await get('/api/v1/incidents?status=open&namespace=shop&pod=checkout-1&node=worker-3');
    expect(answer.json()).toEqual({
      items: [{ id: 'i1', url: `${publicUrl}/incidents/i1`, status: 'open', alertCount: 1, ...common }],
      next: null,
    });
  });

  it('one that does not exist', async () => {
    expect((await get('/api/v1/incidents/i9')).statusCode).toBe(404);
  });
});

describe('while the store is away', () => {
  it.each(['/api/v1/triages', '/api/v1/triages/t1', '/api/v1/incidents', '/api/v1/incidents/i1'])('%s is 503', async (url) => {
    await app.close();
    app = await createServer({ logger: keptLog().logger });
    const guard = async (): Promise<void> => {};
    const away = { get: unreachable, list: unreachable };
    triageRoutes(app, {
      triages: away,
      requestTriage: unreachable,
      askable: { alertnames: [], servesCluster: () => true },
      publicUrl,
      guard,
    });
    incidentRoutes(app, { incidents: away, publicUrl, guard });
    const answer = await get(url);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).not.toContain('redis.internal');
  });
});
