import { expect, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { aNode, anEvent, notReadyPod, waiting } from '../support/objects.ts';
import { startReceiver } from '../support/receiver.ts';
import { freePort, startRedis } from '../support/redis.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';

const image = 'registry.example/web:1.0';
const notFound = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
const objects = [
  notReadyPod([waiting('web', 'ImagePullBackOff', `Back-off pulling image "${image}"`)]),
  aNode(),
  anEvent('Failed', notFound, { container: 'web' }),
];

/** A triage route without a wait, then the pager's, as the shipped example has them. */
const routes = (triage: string, pager: string) => ({
  route: {
    receiver: 'nobody',
    routes: [
      { receiver: 'triage', group_by: ['...'], group_wait: '0s', group_interval: '1m', repeat_interval: '24h', continue: true },
      { receiver: 'pager', group_by: ['pod'], group_wait: '8s', group_interval: '4s', repeat_interval: '1h' },
    ],
  },
  receivers: [
    { name: 'nobody' },
    { name: 'triage', webhook_configs: [{ url: triage, http_config: { authorization: { credentials: 'hook-token' } } }] },
    { name: 'pager', webhook_configs: [{ url: pager }] },
  ],
});

test("the pager's first page carries the diagnosis beside the alert's own annotations", async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const api = await startKubernetesApi(objects as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const pager = stack.use(await startReceiver());
  const port = await freePort();
  const alertmanager = stack.use(await startAlertmanager(routes(`http://127.0.0.1:${port}/api/v1/alertmanager`, pager.url)));
  const service = stack.use(
    await startService({
      LISTEN: `127.0.0.1:${port}`,
      PUBLIC_URL: 'https://triage.example.com',
      REDIS_URL: redis.url,
      KUBECONFIG: kubeconfig.path,
      ALERTMANAGER_URLS: alertmanager.url,
      PAGER_GROUP_WAIT: '8s',
      WEBHOOK_TOKEN: 'hook-token',
    }),
  );
  const startsAt = new Date();
  const endsAt = new Date(startsAt.getTime() + 240_000).toISOString();
  await alertmanager.post([
    {
      labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' },
      annotations: { summary: 'Pod is not ready' },
      startsAt: startsAt.toISOString(),
      endsAt,
      generatorURL: 'http://prometheus.example/graph?g0.expr=up',
    },
  ]);

  const page = await pager.waitFor(() => true, 30_000);
  expect(page.body.alerts[0]?.annotations).toEqual({
    summary: 'Pod is not ready',
    triage_status: 'done',
    triage_summary: expect.stringContaining('registry.example/web:1.0'),
    triage_root_cause: 'app-image-pull',
    triage_confidence: expect.stringMatching(/^(certain|likely)$/),
    triage_runbook: 'PodIPNotReachable',
    triage_url: expect.stringMatching(/^https:\/\/triage\.example\.com\/triages\/t/),
    triage_at: expect.any(String),
  });
  expect((await alertmanager.alerts())[0]?.endsAt).toBe(endsAt);
  expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(/podnet_triage_annotation_posts_total\{result="posted"\} [1-9]/);
});
