import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePort, startRedis, type TestRedis } from '../support/redis.ts';
import { podAlert } from '../support/redis-side.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';
const count = 40;
const day = 86_400_000;

const stack = new AsyncDisposableStack();
let redis: TestRedis;
let slack: TestSlack;

/** Forty alerts of as many pods, while nobody answers for the API server. */
beforeAll(async () => {
  redis = stack.use(await startRedis());
  slack = stack.use(await startSlack({ postsPerSecond: 5 }));
  const kubeconfig = stack.use(await writeKubeconfig(`http://127.0.0.1:${await freePort()}`));
  const slackSettings = { SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: channel, SLACK_API_URL: slack.apiUrl };
  const service = stack.use(await startService({ REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path, ...slackSettings }));

  const alerts = Array.from({ length: count }, (_, n) => ({ ...podAlert(n), endsAt: '0001-01-01T00:00:00Z', generatorURL: '' }));
  const groups = { groupLabels: {}, commonLabels: {}, commonAnnotations: {} };
  const body = {
    version: '4',
    groupKey: '{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'triage',
    externalURL: '',
    ...groups,
    alerts,
  };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${service.url}/api/v1/alertmanager`, { method: 'POST', headers, body: JSON.stringify(body) });
  await eventually(() => slack.inChannel(channel).some(({ text }) => text.includes(`${count} pods in 7 namespaces`)), 30_000);
}, 60_000);
afterAll(async () => stack.disposeAsync());

test('a storm of alerts while the API server is away is one message', () => {
  expect(slack.inChannel(channel)).toHaveLength(1);
});

test('whatever a storm leaves in Redis expires after the retention time, but for the queues, which keep a number of jobs', async () => {
  const client = new Redis(redis.url);
  const keys = await client.keys('*');
  const left = await Promise.all(keys.map(async (name) => [name, await client.pttl(name)] as const));
  client.disconnect();

  const ofQueue = /^\{podnet\}:(intake|triage|delivery|annotation):(?!receipts:|turns:|pace:)/;
  const own = left.filter(([name]) => !ofQueue.test(name));
  expect(own.length).toBeGreaterThan(5 * count);
  // A part of a recording lives ten minutes longer than those that need it.
  expect(own.filter(([, ms]) => ms < 0 || ms > 7 * day + 600_000)).toEqual([]);
});
