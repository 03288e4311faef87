import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import type { RecordedTriage } from '../../src/webhook/recordings.ts';
import { replay } from '../support/replay.ts';
import { calicoCluster } from '../support/calico-node.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';
import { startSlack, type TestMessage, type TestSlack } from '../support/slack.ts';

const signingSecret = 'signing-secret';
const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' };

let stack: AsyncDisposableStack;
let slack: TestSlack;
let redis: TestRedis;
let service: ServiceProcess;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  [slack, redis] = await Promise.all([startSlack(), startRedis()]);
  for (const one of [slack, redis]) stack.use(one);
  const api = await startKubernetesApi(calicoCluster('broken') as never);
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  service = stack.use(
    await startService({
      REDIS_URL: redis.url,
      KUBECONFIG: kubeconfig.path,
      SLACK_BOT_TOKEN: slack.token,
      SLACK_CHANNEL: 'C0ALERTS1',
      SLACK_API_URL: slack.apiUrl,
      SLACK_SIGNING_SECRET: signingSecret,
    }),
  );
});
afterEach(async () => stack.disposeAsync());

const post = async (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(service.url + path, { method: 'POST', headers, body });

async function fired(): Promise<TestMessage> {
  const alert = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: '00000000000000aa' };
  await post('/api/v1/alertmanager', JSON.stringify({ version: '4', receiver: 'triage', alerts: [alert] }), {
    'content-type': 'application/json',
  });
  return eventually(() => slack.inChannel('C0ALERTS1')[0], 20_000);
}

interface Button {
  readonly action_id: string;
  readonly value?: string;
}

function buttonsOf({ blocks }: TestMessage): readonly Button[] {
  return (blocks as { type: string; elements?: Button[] }[]).flatMap(({ type, elements }) => (type === 'actions' ? (elements ?? []) : []));
}

/** Presses a button as Slack tells of it. */
async function press(message: TestMessage, action: string): Promise<Response> {
  const pressed = buttonsOf(message).find(({ action_id: id }) => id === action);
  expect(pressed).toBeDefined();
  const payload = {
    type: 'block_actions',
    user: { id: 'U1', username: 'anna' },
    actions: [pressed],
    response_url: `${slack.apiUrl}respond`,
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return post('/slack/interactions', body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-signature': signature,
    'x-slack-request-timestamp': timestamp,
  });
}

const edited = async (fits: (text: string) => boolean): Promise<TestMessage> =>
  eventually(() => slack.inChannel('C0ALERTS1').find(({ blocks }) => fits(JSON.stringify(blocks))), 20_000);

const triages = async (): Promise<readonly { id: string; status: string }[]> =>
  ((await (await fetch(`${service.url}/api/v1/triages`)).json()) as { items: { id: string; status: string }[] }).items;

describe('a button under the message', { timeout: 60_000 }, () => {
  it('acknowledges, and the message says who did and offers it no more', async () => {
    expect((await press(await fired(), 'podnet_triage_acknowledge')).status).toBe(200);
    const message = await edited((text) => text.includes('acknowledged by anna'));
    expect(buttonsOf(message).map(({ action_id: id }) => id)).not.toContain('podnet_triage_acknowledge');
  });

  it('triages again', async () => {
    expect((await press(await fired(), 'podnet_triage_retriage')).status).toBe(200);
    const both = await eventually(async () => {
      const items = await triages();
      return items.length === 2 && items.every(({ status }) => status === 'done') ? items : null;
    }, 20_000);
    expect(both).toHaveLength(2);
    expect(slack.inChannel('C0ALERTS1')).toHaveLength(1);
  });

  it('calls the diagnosis wrong, and what it was made of can be made into a test', async () => {
    expect((await press(await fired(), 'podnet_triage_dispute')).status).toBe(200);
    const message = await edited((text) => text.includes('called wrong by anna'));
    expect(buttonsOf(message).map(({ action_id: id }) => id)).not.toContain('podnet_triage_dispute');
    expect(service.log().find(({ by }) => by === 'anna')).toMatchObject({ msg: expect.stringContaining('called wrong') });

    const [triage] = await triages();
    const answer = await fetch(`${service.url}/api/v1/triages/${triage?.id}/recording`);
    const recorded = (await answer.json()) as RecordedTriage;
    expect(recorded).toMatchObject({ schema: 'podnet-triage/recording/v1', triage: triage?.id, disputed: { by: 'anna' } });
    const again = replay(recorded);
    expect(again.rootCause).toMatchObject({ id: 'cni-plugin-unhealthy', detail: 'crash-looping' });
    expect(again).toEqual(recorded.diagnosis);
  });
});

test('a press that Slack did not sign does nothing', async () => {
  await fired();
  const answer = await post('/slack/interactions', 'payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' });
  expect(answer.status).toBe(401);
});
