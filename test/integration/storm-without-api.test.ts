import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePort, startRedis } from '../support/redis.ts';
import { podAlert } from '../support/redis-side.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';
const count = 40;

test('a storm of alerts while the API server is away is one message', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const slack = stack.use(await startSlack({ postsPerSecond: 5 }));
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
  expect(slack.inChannel(channel)).toHaveLength(1);
});
