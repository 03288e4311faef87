import { describe, expect, it } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { startRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';

/** A service that may be started more than once over the same Redis, cluster and workspace. */
interface Stage extends AsyncDisposable {
  readonly slack: TestSlack;
  start(): Promise<ServiceProcess>;
}

async function openStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const slack = stack.use(await startSlack());
  const redis = stack.use(await startRedis());
  const api = await startKubernetesApi(fullNode(['cart']) as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const slackSettings = { SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: channel, SLACK_API_URL: slack.apiUrl };
  const variables = { REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path, ...slackSettings };
  return {
    slack,
    start: async () => stack.use(await startService(variables)),
    [Symbol.asyncDispose]: async () => stack.disposeAsync(),
  };
}

async function kill(service: ServiceProcess): Promise<void> {
  service.kill('SIGKILL');
  await service.ended;
}

async function send(service: ServiceProcess): Promise<void> {
  const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart' };
  const alerts = [{ status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString() }];
  const answer = await fetch(`${service.url}/api/v1/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', receiver: 'triage', alerts }),
  });
  expect(answer.status).toBe(202);
}

interface Item {
  readonly id: string;
  readonly status: string;
}

async function first(service: ServiceProcess, of: 'triages' | 'incidents'): Promise<Item | undefined> {
  const answer = await fetch(`${service.url}/api/v1/${of}`);
  return ((await answer.json()) as { items: Item[] }).items[0];
}

/** Waits until the incident knows its message and the evidence stands in the thread; gives the place that it knows. */
async function delivered(service: ServiceProcess, slack: TestSlack): Promise<unknown> {
  await eventually(() => slack.messages.some(({ threadTs }) => threadTs !== null), 40_000);
  const incident = await first(service, 'incidents');
  const answer = await fetch(`${service.url}/api/v1/incidents/${incident?.id}`);
  return ((await answer.json()) as { slack: unknown }).slack;
}

describe.concurrent('a worker that is killed', { timeout: 90_000 }, () => {
  it('between the post and its answer makes no second message', async () => {
    await using stage = await openStage();
    const { slack } = stage;
    slack.next('chat.postMessage', { kind: 'slow', ms: 60_000 });
    const killed = await stage.start();
    await send(killed);
    const message = await eventually(() => slack.inChannel(channel)[0], 20_000);
    await kill(killed);

    const place = await delivered(await stage.start(), slack);

    expect(slack.inChannel(channel).map(({ ts }) => ts)).toEqual([message.ts]);
    expect(place).toEqual([{ channel, ts: message.ts }]);
    expect(slack.messages.filter(({ threadTs }) => threadTs === message.ts)).toHaveLength(1);
  });

  it('between the diagnosis and the post leaves the message to the next one', async () => {
    await using stage = await openStage();
    const { slack } = stage;
    for (const _try of [1, 2, 3]) slack.next('chat.postMessage', { kind: 'status', status: 503 });
    const killed = await stage.start();
    await send(killed);
    const triage = await eventually(async () => {
      const found = await first(killed, 'triages');
      return found?.status === 'done' ? found : null;
    }, 20_000);
    await kill(killed);
    expect(slack.messages).toEqual([]);

    const next = await stage.start();
    await delivered(next, slack);

    expect(slack.inChannel(channel)).toHaveLength(1);
    expect((await first(next, 'triages'))?.id).toBe(triage.id);
  });
});
