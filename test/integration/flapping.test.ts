import { expect, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { freePort, startRedis } from '../support/redis.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';

/** The whole service between an Alertmanager, which tells of every change within a second, and Slack. */
async function openStage(stack: AsyncDisposableStack): Promise<{ alertmanager: TestAlertmanager; slack: TestSlack }> {
  const redis = stack.use(await startRedis());
  const slack = stack.use(await startSlack({ postsPerSecond: 5 }));
  const api = await startKubernetesApi(fullNode(['cart']) as never);
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
  const common = { LISTEN: `127.0.0.1:${port}`, REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path, ALERTMANAGER_URLS: alertmanager.url };
  stack.use(await startService({ ...common, ...slackSettings }));
  return { alertmanager, slack };
}

async function post(alertmanager: TestAlertmanager, times: { readonly startsAt: string; readonly endsAt: string }): Promise<void> {
  const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart' };
  await alertmanager.post([{ labels, annotations: { summary: 'Pod is not ready' }, generatorURL: 'http://prometheus.example', ...times }]);
}

test(
  'an alert that comes and goes is triaged and annotated anew each time, and has one message in Slack',
  {
    timeout: 90_000,
  },
  async () => {
    await using stack = new AsyncDisposableStack();
    const { alertmanager, slack } = await openStage(stack);
    const pages: (string | undefined)[] = [];

    for (const _time of [1, 2]) {
      const startsAt = new Date().toISOString();
      await post(alertmanager, { startsAt, endsAt: new Date(Date.now() + 240_000).toISOString() });
      pages.push(
        await eventually(async () => {
          const [alert] = await alertmanager.alerts();
          const page = alert?.annotations['triage_status'] === 'done' ? alert.annotations['triage_url'] : undefined;
          return page === pages.at(-1) ? undefined : page;
        }, 20_000),
      );
      await eventually(() => slack.inChannel(channel).some(({ text }) => !text.startsWith('Resolved')), 20_000);
      await post(alertmanager, { startsAt, endsAt: new Date().toISOString() });
      await eventually(() => slack.inChannel(channel)[0]?.text.startsWith('Resolved after'), 20_000);
      expect(await alertmanager.alerts()).toEqual([]);
    }

    expect(new Set(pages).size).toBe(2);
    expect(slack.inChannel(channel)).toHaveLength(1);
  },
);
