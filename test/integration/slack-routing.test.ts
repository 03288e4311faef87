import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { startRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';
import { startSlack, type TestMessage, type TestSlack } from '../support/slack.ts';

/** Critical alerts of the shop go to its people, those of the search team to theirs, the rest to everybody. */
const routes = `
slack:
  routes:
    - matchers: ['severity="critical"', 'team=~"shop|cart"']
      channel: '#shop-oncall'
    - matchers: ['{team="search", severity!="info"}']
      channel: C0SEARCH1
`;

let stack: AsyncDisposableStack;
let slack: TestSlack;
let service: ServiceProcess;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  slack = stack.use(await startSlack());
  slack.addChannel({ id: 'C0SHOP001', name: 'shop-oncall' });
  slack.addChannel({ id: 'C0SEARCH1', name: 'search' });
  const redis = stack.use(await startRedis());
  const api = await startKubernetesApi(fullNode(['cart', 'search', 'other']) as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const file = join(kubeconfig.directory, 'config.yaml');
  await writeFile(file, routes);
  const slackSettings = { SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: 'C0ALERTS1', SLACK_API_URL: slack.apiUrl };
  service = stack.use(await startService({ REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path, CONFIG_FILE: file, ...slackSettings }));
});
afterEach(async () => stack.disposeAsync());

const alertOf = (pod: string, labels: Record<string, string>): object => ({
  status: 'firing',
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod, ...labels },
  annotations: {},
  startsAt: new Date().toISOString(),
});

async function send(alerts: readonly object[]): Promise<void> {
  const body = JSON.stringify({ version: '4', receiver: 'triage', alerts });
  const answer = await fetch(`${service.url}/api/v1/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(202);
}

const messageIn = async (channel: string): Promise<TestMessage> => eventually(() => slack.inChannel(channel)[0], 20_000);

test('an alert is told of in the channel that its labels lead to, and nowhere else', { timeout: 60_000 }, async () => {
  await send([alertOf('cart', { severity: 'critical', team: 'cart' })]);
  expect((await messageIn('C0SHOP001')).text).toContain('worker-3');
  expect(['C0ALERTS1', 'C0SEARCH1'].flatMap((channel) => slack.inChannel(channel))).toEqual([]);
});

test('an incident is told of once in each channel that one of its alerts leads to', { timeout: 60_000 }, async () => {
  await send([
    alertOf('cart', { severity: 'critical', team: 'shop' }),
    alertOf('search', { severity: 'warning', team: 'search' }),
    alertOf('other', { severity: 'critical', team: 'nobody' }),
  ]);
  const messages = await Promise.all(['C0SHOP001', 'C0SEARCH1', 'C0ALERTS1'].map(messageIn));
  expect(new Set(messages.map(({ metadata }) => metadata?.event_payload['incident'])).size).toBe(1);
  expect(['C0SHOP001', 'C0SEARCH1', 'C0ALERTS1'].map((channel) => slack.inChannel(channel).length)).toEqual([1, 1, 1]);
});
