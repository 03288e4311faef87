import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanagerCluster, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { type Received, startReceiver, type TestReceiver, type WebhookBody } from '../support/receiver.ts';
import { freePort, startRedis, type TestRedis } from '../support/redis.ts';
import { startCommand, startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';

/**
 * Prometheus -> proxy -> two Alertmanagers, with the whole service behind them. The annotation keeper has nothing to put right
 * here: what Prometheus sends again, and what it sends at the end, passes the proxy.
 */
const bare = { summary: 'Pod is not ready' };
const diagnosed = { ...bare, triage_status: 'done', triage_root_cause: 'ip-pool-exhausted' };

const stack = new AsyncDisposableStack();
let redis: TestRedis;
let pager: TestReceiver;
let alertmanagers: readonly TestAlertmanager[];
let proxy: ServiceProcess;

beforeAll(async () => {
  redis = stack.use(await startRedis());
  pager = stack.use(await startReceiver());
  const api = await startKubernetesApi(fullNode(['stuck', 'later']) as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const port = await freePort();
  alertmanagers = await startAlertmanagerCluster({
    route: {
      receiver: 'nobody',
      routes: [
        { receiver: 'triage', group_by: ['...'], group_wait: '0s', group_interval: '2s', repeat_interval: '24h', continue: true },
        { receiver: 'pager', group_by: ['pod'], group_wait: '6s', group_interval: '3s', repeat_interval: '4s' },
      ],
    },
    receivers: [
      { name: 'nobody' },
      { name: 'triage', webhook_configs: [{ url: `http://127.0.0.1:${port}/api/v1/alertmanager` }] },
      { name: 'pager', webhook_configs: [{ url: pager.url }] },
    ],
  });
  for (const alertmanager of alertmanagers) stack.use(alertmanager);
  const common = { REDIS_URL: redis.url, ALERTMANAGER_URLS: alertmanagers.map(({ url }) => url).join(',') };
  const serving = { ...common, LISTEN: `127.0.0.1:${port}`, KUBECONFIG: kubeconfig.path, PAGER_GROUP_WAIT: '6s' };
  const [service, between] = await Promise.all([startService(serving), startService(common, 'proxy')]);
  stack.use(service);
  proxy = stack.use(between);
}, 90_000);

afterAll(async () => stack.disposeAsync());

const pageOf = async (pod: string, fits: (body: WebhookBody) => boolean): Promise<Received> =>
  pager.waitFor(({ body }) => body.alerts.some(({ labels }) => labels['pod'] === pod) && fits(body), 60_000);

async function post(pod: string, changes: { startsAt?: string; endsAt?: string } = {}): Promise<Response> {
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + 240_000).toISOString();
  const alert = { labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod }, annotations: bare, startsAt, endsAt, ...changes };
  return fetch(`${proxy.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
}

const annotationsAt = async (alertmanager: TestAlertmanager, pod: string): Promise<Record<string, string> | undefined> =>
  (await alertmanager.alerts()).find(({ labels }) => labels['pod'] === pod)?.annotations;

/** How many alerts the proxy has given a diagnosis, or word that it is pending. */
async function enriched(): Promise<number> {
  const metrics = await (await fetch(`${proxy.url}/metrics`)).text();
  return Number(/podnet_triage_proxy_alerts_total\{change="enriched"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

describe('the proxy', { timeout: 120_000 }, () => {
  it('brings the diagnosis to the first page, to the repeat and even to the resolved page', async () => {
    // Prometheus sends nothing in its first seconds, so the alert fires when those are over.
    const firesAt = Math.floor(Date.now() / 1000) + 9;
    const rule = {
      alert: 'KubePodNotReady',
      expr: `(vector(time()) > ${firesAt}) < ${firesAt + 16}`,
      labels: { namespace: 'shop', pod: 'stuck' },
      annotations: bare,
    };
    await using _prometheus = await startPrometheus({
      alertmanagers: [proxy.url],
      groups: [{ name: 'pods', rules: [rule] }],
      resendDelay: '2s',
    });

    const first = await pageOf('stuck', () => true);
    const repeat = await pageOf('stuck', (body) => body !== first.body && body.status === 'firing');
    const resolved = await pageOf('stuck', ({ status }) => status === 'resolved');

    expect(first.body.alerts[0]?.annotations).toMatchObject(diagnosed);
    expect(repeat.body.alerts[0]?.annotations).toMatchObject(diagnosed);
    expect(resolved.body.alerts[0]?.annotations).toMatchObject(diagnosed);
    expect(await enriched()).toBeGreaterThan(0);
  });

  it('lets alerts flow to both Alertmanagers while Redis is dead, with the diagnoses that it knows', async () => {
    const startsAt = new Date().toISOString();
    // Once the proxy knows the diagnosis, what comes bare leaves with it. Alertmanager alone does not tell: the keeper writes there too.
    await eventually(async () => {
      const before = await enriched();
      await post('later', { startsAt });
      const given = await annotationsAt(alertmanagers[0] as TestAlertmanager, 'later');
      return given?.['triage_root_cause'] !== undefined && (await enriched()) > before;
    }, 20_000);
    await redis.kill();

    expect((await post('unknown')).status).toBe(200);
    expect((await post('later', { startsAt })).status).toBe(200);
    for (const alertmanager of alertmanagers) {
      expect(await annotationsAt(alertmanager, 'unknown')).toEqual(bare);
      expect(await annotationsAt(alertmanager, 'later')).toMatchObject(diagnosed);
    }
    expect((await fetch(`${proxy.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${proxy.url}/readyz`)).json()).toMatchObject({ redis: { up: false } });
  });

  it('says when the diagnoses cannot be read, and when they can be again', async () => {
    const says = (words: RegExp) => () => proxy.log().some(({ msg }) => words.test(String(msg)));
    await redis.kill();
    await eventually(says(/^no diagnoses can be read/), 20_000);
    await redis.start();
    expect(await eventually(says(/^the diagnoses are read again/), 20_000)).toBe(true);
  });
});

test('a proxy that nobody told where to forward to, or where the diagnoses are, does not start', async () => {
  const command = startCommand(['serve', '--role', 'proxy'], { LISTEN: '127.0.0.1:0' });
  expect(await command.ended).toBe(1);
  expect(command.output()).toMatch(/ALERTMANAGER_URLS: is missing[\s\S]*REDIS_URL: is missing/);
});
