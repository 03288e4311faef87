import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { startReceiver, type TestReceiver } from '../support/receiver.ts';
import { freePort, startRedis, type TestRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';

const pods = ['cart', 'checkout', 'orders', 'payments', 'search'];

let stack: AsyncDisposableStack;
let redis: TestRedis;
let kubeconfig: string;
let port: number;
/** Sees what Alertmanager sends, beside the service. */
let witness: TestReceiver;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  redis = stack.use(await startRedis());
  const api = await startKubernetesApi(fullNode(pods) as never);
  stack.defer(async () => api.close());
  kubeconfig = stack.use(await writeKubeconfig(api.url)).path;
  witness = stack.use(await startReceiver());
  port = await freePort();
});
afterEach(async () => stack.disposeAsync());

/** One group for the namespace, of which a webhook brings two alerts; alerts with severity "none" go elsewhere. */
const startGrouping = async (): Promise<TestAlertmanager> =>
  stack.use(
    await startAlertmanager({
      route: {
        receiver: 'elsewhere',
        routes: [
          {
            receiver: 'team-a/pods.triage',
            matchers: ['severity="critical"'],
            group_by: ['namespace'],
            group_wait: '1s',
            group_interval: '1s',
            repeat_interval: '24h',
          },
        ],
      },
      receivers: [
        { name: 'elsewhere' },
        {
          name: 'team-a/pods.triage',
          webhook_configs: [
            { url: `http://127.0.0.1:${port}/api/v1/alertmanager`, max_alerts: 2 },
            { url: witness.url, max_alerts: 2 },
          ],
        },
      ],
    }),
  );

const startTriage = async (variables: Record<string, string>): Promise<ServiceProcess> =>
  stack.use(await startService({ LISTEN: `127.0.0.1:${port}`, REDIS_URL: redis.url, KUBECONFIG: kubeconfig, ...variables }));

const alertOf = (pod: string, labels: Record<string, string> = {}): object => ({
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod, severity: 'critical', ...labels },
  annotations: { summary: 'Pod is not ready' },
  startsAt: new Date().toISOString(),
  endsAt: new Date(Date.now() + 240_000).toISOString(),
});

interface Item {
  readonly pod: string;
  readonly status: string;
}

async function triagesOf({ url }: ServiceProcess): Promise<readonly Item[]> {
  const answer = (await (await fetch(`${url}/api/v1/triages`)).json()) as { items: Item[] };
  return answer.items;
}

describe('a group that is larger than max_alerts', { timeout: 60_000 }, () => {
  it('is triaged whole, each alert once, and no alert of another receiver', async () => {
    const alertmanager = await startGrouping();
    const service = await startTriage({ ALERTMANAGER_URLS: alertmanager.url });

    await alertmanager.post([...pods.map((pod) => alertOf(pod)), alertOf('elsewhere', { severity: 'none' })]);

    const { body } = await witness.waitFor(() => true);
    expect(body).toMatchObject({ truncatedAlerts: 3, receiver: String.raw`team-a/pods\.triage` });
    const done = await eventually(async () => {
      const items = await triagesOf(service);
      return items.length >= pods.length && items.every(({ status }) => status === 'done') ? items : null;
    }, 30_000);
    expect(done.map(({ pod }) => pod).toSorted()).toEqual(pods);
  });

  it('does without the rest where no Alertmanager is known, and says so', async () => {
    const alertmanager = await startGrouping();
    const service = await startTriage({});

    await alertmanager.post(pods.map((pod) => alertOf(pod)));

    const said = await eventually(() => service.log().find(({ msg }) => String(msg).includes('max_alerts cut off')), 20_000);
    expect(said).toMatchObject({ level: 'warn', truncated: 3 });
    expect((await triagesOf(service)).length).toBeLessThanOrEqual(2);
  });

  it('is asked for again while no Alertmanager answers', async () => {
    const alertmanager = await startGrouping();
    const silent = stack.use(await startReceiver({ answer: () => ({ status: 500, body: '' }) }));
    const service = await startTriage({ ALERTMANAGER_URLS: silent.url });

    await alertmanager.post(pods.map((pod) => alertOf(pod)));

    const asked = (): number => silent.received.filter(({ path }) => path.includes('receiver=')).length;
    await eventually(() => asked() > 1, 20_000);
    expect((await triagesOf(service)).length).toBeLessThanOrEqual(2);
  });
});
