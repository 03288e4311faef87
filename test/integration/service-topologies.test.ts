import { afterEach, expect, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { freePort } from '../support/redis.ts';
import { startCluster, startSentinel } from '../support/redis-topologies.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';
const pods = Array.from({ length: 30 }, (_, n) => `cart-${n}`);
const timeout = 180_000;

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** One process that takes webhooks and two that work, between an Alertmanager and Slack. */
async function openStage(redisUrl: string): Promise<{ alertmanager: TestAlertmanager; slack: TestSlack }> {
  const slack = stack.use(await startSlack({ postsPerSecond: 5 }));
  const api = await startKubernetesApi(fullNode(pods) as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const port = await freePort();
  const alertmanager = stack.use(
    await startAlertmanager({
      route: { receiver: 'triage', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '24h' },
      receivers: [{ name: 'triage', webhook_configs: [{ url: `http://127.0.0.1:${port}/api/v1/alertmanager` }] }],
    }),
  );
  const slackSettings = { SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: channel, SLACK_API_URL: slack.apiUrl };
  const common = { REDIS_URL: redisUrl, KUBECONFIG: kubeconfig.path, ALERTMANAGER_URLS: alertmanager.url, ...slackSettings };
  stack.use(await startService({ ...common, LISTEN: `127.0.0.1:${port}` }, 'webhook'));
  for (const _worker of [1, 2]) stack.use(await startService(common, 'worker'));
  return { alertmanager, slack };
}

async function post(alertmanager: TestAlertmanager, names: readonly string[], endsInMs: number): Promise<void> {
  const now = Date.now();
  const times = { startsAt: new Date(now - 1_000).toISOString(), endsAt: new Date(now + endsInMs).toISOString() };
  const labelled = names.map((pod) => ({ alertname: 'KubePodNotReady', namespace: 'shop', pod }));
  await alertmanager.post(labelled.map((labels) => ({ labels, annotations: {}, generatorURL: 'http://prometheus.example', ...times })));
}

const fire = async (alertmanager: TestAlertmanager, names: readonly string[]): Promise<void> => post(alertmanager, names, 240_000);
const resolve = async (alertmanager: TestAlertmanager, names: readonly string[]): Promise<void> => post(alertmanager, names, -10);

async function annotated(alertmanager: TestAlertmanager, count: number): Promise<void> {
  await eventually(async () => {
    const causes = (await alertmanager.alerts()).map(({ annotations }) => annotations['triage_root_cause']);
    return causes.length === count && causes.every((cause) => cause === 'ip-pool-exhausted');
  }, 60_000);
}

async function says(slack: TestSlack, words: string): Promise<void> {
  await eventually(() => slack.inChannel(channel)[0]?.text.includes(words), 30_000);
}

test(
  'several processes on a Redis Cluster annotate all alerts and keep one message, which grows, shrinks and ends',
  { timeout },
  async () => {
    const { alertmanager, slack } = await openStage(stack.use(await startCluster()).url);
    await fire(alertmanager, pods.slice(0, 20));
    await annotated(alertmanager, 20);
    await says(slack, '20 pods in 1 namespace');
    await fire(alertmanager, pods);
    await says(slack, '30 pods in 1 namespace');
    await resolve(alertmanager, pods.slice(0, 3));
    await says(slack, '30 pods in 1 namespace, first at ');
    await says(slack, ', 3 recovered');
    await resolve(alertmanager, pods);
    await says(slack, 'Resolved after ');
    expect(slack.inChannel(channel)).toHaveLength(1);
  },
);

test('several processes behind Sentinel go on with the same message at the replica that takes over', { timeout }, async () => {
  const sentinel = stack.use(await startSentinel());
  const { alertmanager, slack } = await openStage(sentinel.url);
  await fire(alertmanager, pods.slice(0, 20));
  await annotated(alertmanager, 20);
  await says(slack, '20 pods in 1 namespace');
  await sentinel.failOver();
  await fire(alertmanager, pods);
  await annotated(alertmanager, 30);
  await says(slack, '30 pods in 1 namespace');
  expect(slack.inChannel(channel)).toHaveLength(1);
});
