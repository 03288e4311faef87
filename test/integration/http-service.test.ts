import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { eventually } from '../support/eventually.ts';
import { aNode, anEvent, notReadyPod, waiting } from '../support/objects.ts';
import { freePort, startRedis, startRedisAt, type TestRedis } from '../support/redis.ts';
import { startCommand, startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack } from '../support/slack.ts';

const image = 'registry.example/web:1.0';
const notFound = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
const pod = notReadyPod([waiting('web', 'ImagePullBackOff', `Back-off pulling image "${image}"`)]);
const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' };

const stack = new AsyncDisposableStack();
let redis: TestRedis;
let kubeconfig: Awaited<ReturnType<typeof writeKubeconfig>>;
let base: Record<string, string> = {};

beforeAll(async () => {
  redis = stack.use(await startRedis());
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const api = await startKubernetesApi([namespace, pod, aNode(), anEvent('Failed', notFound, { container: 'web' })] as never);
  stack.defer(async () => api.close());
  kubeconfig = stack.use(await writeKubeconfig(api.url));
  base = { REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path };
});
afterAll(async () => stack.disposeAsync());

const open = new Set<AsyncDisposable>();
const service = async (variables: Record<string, string> = {}, role = 'all') => {
  const started = await startService({ ...base, ...variables }, role);
  open.add(started);
  return started;
};
afterEach(async () => {
  for (const one of open) await one[Symbol.asyncDispose]();
  open.clear();
});

let count = 0;
/** A webhook body with one alert that nobody has seen before. */
const webhook = (changes: Record<string, string> = {}): string => {
  count += 1;
  const fingerprint = (0xf00000000000 + count).toString(16).padStart(16, '0');
  const alert = { status: 'firing', labels: { ...labels, ...changes }, annotations: {}, startsAt: new Date().toISOString(), fingerprint };
  return JSON.stringify({ version: '4', receiver: 'triage', alerts: [alert] });
};
const post = async (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const json = async (url: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> =>
  (await (await fetch(url, { headers })).json()) as Record<string, unknown>;

describe('the service as one process', () => {
  it('takes a webhook and shows the diagnosis in the API, on its pages and in Slack', async () => {
    await using slack = await startSlack();
    slack.addChannel({ id: 'C1', name: 'oncall' });
    const { url } = await service({ SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: 'C1', SLACK_API_URL: slack.apiUrl });

    expect(await (await post(`${url}/api/v1/alertmanager`, webhook())).json()).toMatchObject({ received: 1, queued: 1 });
    const item = await eventually(async () => {
      const { items } = (await json(`${url}/api/v1/triages?rootCause=app-image-pull`)) as { items: { id: string; url: string }[] };
      return items[0];
    });
    expect(item).toMatchObject({ status: 'done', namespace: 'shop', pod: labels.pod, outcome: 'root-cause' });
    const { diagnosis } = (await json(`${url}/api/v1/triages/${item.id}`)) as unknown as { diagnosis: Diagnosis };
    expect(diagnosis.rootCause).toMatchObject({ id: 'app-image-pull', detail: 'not-found' });

    const page = await (await fetch(`${url}/triages/${item.id}`)).text();
    expect(page).toContain(`<h1>${diagnosis.headline}`.slice(0, 20));
    const message = await eventually(() => slack.inChannel('C1')[0]);
    expect(JSON.stringify(message)).toContain('checkout-7d4f9c-x2x1z');
    const incidents = (await json(`${url}/api/v1/incidents`)) as { items: { id: string; rootCause: string }[] };
    expect(incidents.items[0]?.rootCause).toBe('app-image-pull');
    expect((await fetch(`${url}/incidents/${incidents.items[0]?.id}`)).status).toBe(200);
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect((await fetch(`${url}/queues/api/queues`)).status).toBe(200);
  });

  it('answers a manual triage with the bare diagnosis, afresh within the dedup window', async () => {
    const { url } = await service();
    const ask = async (): Promise<Diagnosis> =>
      (await (await post(`${url}/api/v1/triages?wait=20`, JSON.stringify({ labels, reason: 'again' }))).json()) as Diagnosis;
    const [first, second] = [await ask(), await ask()];
    expect([first.schema, first.rootCause?.id]).toEqual(['podnet-triage/diagnosis/v1', 'app-image-pull']);
    expect(second.id).not.toBe(first.id);
  });

  it('lets nobody read or ask without the API token, but for health, metrics and documentation', async () => {
    const one = await service({ API_TOKEN: 'right-token', WEBHOOK_TOKEN: 'hook-token' });
    const { url } = one;
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(url + path, { headers, redirect: 'manual' })).status;
    const closed = [
      '/',
      '/triages/t1',
      '/incidents/i1',
      '/api/v1/triages',
      '/api/v1/triages/t1',
      '/api/v1/incidents',
      '/queues',
      '/queues/api/queues',
    ];
    expect(await Promise.all(closed.map(async (path) => status(path)))).toEqual(closed.map(() => 401));
    expect(await status('/', { accept: 'text/html' })).toBe(303);
    expect(await status('/api/v1/triages', { authorization: 'Bearer right-token' })).toBe(200);
    expect(await status('/queues', { authorization: 'Bearer right-token' })).toBe(200);
    expect(await Promise.all(['/healthz', '/readyz', '/metrics', '/docs', '/docs/json'].map(async (path) => status(path)))).toEqual([
      200, 200, 200, 200, 200,
    ]);
    expect((await post(`${url}/api/v1/alertmanager`, webhook())).status).toBe(401);
    expect((await post(`${url}/api/v1/alertmanager`, webhook(), { authorization: 'Bearer hook-token' })).status).toBe(202);
    expect((await post(`${url}/api/v1/triages`, JSON.stringify({ labels }), { authorization: 'Bearer hook-token' })).status).toBe(401);
    expect(one.output()).not.toMatch(/right-token|hook-token/);
  });

  it('ignores alerts of other clusters, counts them, and says so', async () => {
    const { url, log } = await service({ CLUSTER_NAME: 'prod' });
    const counts = async (cluster: string) => (await post(`${url}/api/v1/alertmanager`, webhook({ cluster }))).json();
    expect(await counts('stage')).toMatchObject({ received: 1, queued: 0, ignored: 1 });
    expect(await counts('prod')).toMatchObject({ received: 1, queued: 1, ignored: 0 });
    expect(log().find(({ cluster }) => cluster === 'stage')).toMatchObject({ level: 'warn' });
    expect((await post(`${url}/api/v1/triages`, JSON.stringify({ labels: { ...labels, cluster: 'stage' } }))).status).toBe(400);
  });

  it('reads the cluster of CONFIG_FILE that an alert belongs to, and answers further alert names', async () => {
    const config = join(kubeconfig.directory, 'config.yaml');
    await writeFile(
      config,
      `clusters:\n  stage: { kubeconfig: ${kubeconfig.path}, context: recorded }\nrunbooks:\n  OurPodNotReady: [PodIPNotReachable]\n`,
    );
    const { url } = await service({ CLUSTER_NAME: 'prod', CONFIG_FILE: config, KUBECONFIG: '/nonexistent' });
    const body = JSON.stringify({ labels: { ...labels, alertname: 'OurPodNotReady', cluster: 'stage' } });
    const diagnosis = (await (await post(`${url}/api/v1/triages?wait=20`, body)).json()) as Diagnosis;
    expect([diagnosis.target.cluster, diagnosis.rootCause?.id]).toEqual(['stage', 'app-image-pull']);
    expect([...new Set(diagnosis.rules.map(({ runbook }) => runbook))]).toEqual(['PodIPNotReachable']);
  });

  it('goes on without a cluster, and says what it lacks', async () => {
    const { url, log } = await service({ KUBECONFIG: '/nonexistent' });
    expect(await json(`${url}/readyz`)).toMatchObject({ status: 'ready', kubernetes: { up: false } });
    const diagnosis = (await (await post(`${url}/api/v1/triages?wait=20`, JSON.stringify({ labels }))).json()) as Diagnosis;
    expect([diagnosis.outcome, diagnosis.rootCause]).toEqual(['inconclusive', null]);
    expect(diagnosis.unchecked.length).toBeGreaterThan(0);
    expect(log().find(({ level }) => level === 'error')).toMatchObject({ reason: expect.stringContaining('/nonexistent') });
  });
});

describe('the service as two processes', () => {
  it('the webhook takes alerts without a cluster, the worker triages them', async () => {
    const front = await service({ KUBECONFIG: '/nonexistent' }, 'webhook');
    const worker = await service({}, 'worker');
    expect(await json(`${front.url}/readyz`)).toEqual({ status: 'ready', redis: { up: true } });
    expect(await json(`${worker.url}/readyz`)).toEqual({ status: 'ready', redis: { up: true }, kubernetes: { up: true } });
    expect((await fetch(`${worker.url}/api/v1/triages`)).status).toBe(404);
    const answer = await post(`${front.url}/api/v1/triages?wait=20`, JSON.stringify({ labels }));
    expect(((await answer.json()) as Diagnosis).rootCause?.id).toBe('app-image-pull');
  });

  it('a worker without its API server is not ready', async () => {
    const { url } = await service({ KUBECONFIG: '/nonexistent' }, 'worker');
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { status: 'not ready', kubernetes: { up: false } }]);
  });
});

describe('while Redis is away', () => {
  it('from the start: 503 within two seconds, alive but not ready, and 202 soon after Redis is there', async () => {
    const port = await freePort();
    const { url } = await service({ REDIS_URL: `redis://127.0.0.1:${port}` });
    const started = performance.now();
    const refused = await post(`${url}/api/v1/alertmanager`, webhook());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(performance.now() - started).toBeLessThan(2000);
    expect((await post(`${url}/api/v1/triages`, JSON.stringify({ labels }))).status).toBe(503);
    expect((await fetch(`${url}/api/v1/triages`)).status).toBe(503);
    expect((await fetch(`${url}/`)).status).toBe(503);
    expect((await fetch(`${url}/queues/api/queues`)).status).toBe(503);
    expect([(await fetch(`${url}/healthz`)).status, (await fetch(`${url}/readyz`)).status]).toEqual([200, 503]);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);

    await using late = await startRedisAt(port);
    await eventually(async () => (await post(`${url}/api/v1/alertmanager`, webhook())).status === 202);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(late.port).toBe(port);
  });

  it('the process still ends in an orderly way', async () => {
    const away = await service({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    away.kill('SIGTERM');
    expect(await away.ended).toBe(0);
  });
});

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with status 0, and the embedded Redis with it', async (signal) => {
    await using place = await writeKubeconfig('http://127.0.0.1:1');
    const one = await startService({ DATA_DIR: join(place.directory, 'data'), KUBECONFIG: kubeconfig.path });
    open.add(one);
    expect((await post(`${one.url}/api/v1/alertmanager`, webhook())).status).toBe(202);
    one.kill(signal);
    expect(await one.ended).toBe(0);
    await expect(fetch(`${one.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('mistakes in the configuration end it at once, one line each', async () => {
    const one = startCommand(['serve'], { LISTEN: 'nowhere', RETENTION: 'for ever', REDIS_URL: 'redis://:secret-word@' });
    expect(await one.ended).toBe(1);
    const lines = one.output().trim().split('\n');
    expect(lines.map((line) => line.split(':')[1]?.trim())).toEqual(['LISTEN', 'REDIS_URL', 'RETENTION']);
    expect(one.output()).not.toContain('secret-word');
  });

  it('a port that is taken ends it with status 1 and one line', async () => {
    const first = await service();
    const second = startCommand(['serve'], { ...base, LISTEN: new URL(first.url).host });
    expect(await second.ended).toBe(1);
    expect(
      second
        .output()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{')),
    ).toEqual([expect.stringMatching(/^podnet-triage: .*EADDRINUSE/)]);
  });
});
