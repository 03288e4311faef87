import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesApi } from '../../src/demo/kubernetes-api/kubernetes-api.ts';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { calicoCluster } from '../support/calico-node.ts';
import { eventually } from '../support/eventually.ts';
import { fullNode } from '../support/full-node.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';
import { startSlack, type TestMessage, type TestSlack } from '../support/slack.ts';

let redis: TestRedis;
let stack: AsyncDisposableStack;
let slack: TestSlack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  slack = stack.use(await startSlack());
  redis = stack.use(await startRedis());
});
afterEach(async () => stack.disposeAsync());

async function clusterOf(objects: readonly object[]): Promise<KubernetesApi> {
  const api = await startKubernetesApi(objects as never);
  stack.defer(async () => api.close());
  return api;
}

async function serviceFor(api: KubernetesApi): Promise<ServiceProcess> {
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const slackSettings = { SLACK_BOT_TOKEN: slack.token, SLACK_CHANNEL: 'C0ALERTS1', SLACK_API_URL: slack.apiUrl };
  return stack.use(await startService({ REDIS_URL: redis.url, KUBECONFIG: kubeconfig.path, ...slackSettings }));
}

/** Sends the alert as Alertmanager does; its fingerprint is the pod's own. */
async function send(service: ServiceProcess, status: 'firing' | 'resolved', pod: string): Promise<void> {
  const fingerprint = Buffer.from(pod).toString('hex').padStart(16, '0').slice(-16);
  const times = { startsAt: new Date(Date.now() - 1000).toISOString(), ...(status === 'resolved' && { endsAt: new Date().toISOString() }) };
  const alert = { status, labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod }, annotations: {}, ...times, fingerprint };
  const answer = await fetch(`${service.url}/api/v1/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', receiver: 'triage', alerts: [alert] }),
  });
  expect(answer.status).toBe(202);
}

const messageThat = async (fits: (message: TestMessage) => boolean): Promise<TestMessage> =>
  eventually(() => {
    const messages = slack.inChannel('C0ALERTS1');
    const found = messages.find(fits);
    if (found === undefined) throw new Error(messages.map(({ text }) => text).join('\n'));
    return found;
  }, 25_000);

describe('when an alert resolves', { timeout: 60_000 }, () => {
  it('the message says which pod of the network plugin is Ready again, and since when', async () => {
    const api = await clusterOf(calicoCluster('broken'));
    const service = await serviceFor(api);
    await send(service, 'firing', 'checkout-7d4f9c-x2x1z');
    const open = await messageThat(({ text }) => text.includes('calico-node on node worker-1'));

    api.replace(calicoCluster('mended') as never);
    await send(service, 'resolved', 'checkout-7d4f9c-x2x1z');

    const closed = await messageThat(({ text }) =>
      /^Resolved after \d+ s: calico-node-x7k2p is Ready again since \d\d:\d\d UTC/.test(text),
    );
    expect(closed.ts).toBe(open.ts);
    expect(JSON.stringify(closed.blocks[0])).toMatch(/Resolved after \d+ s: calico-node-x7k2p is Ready again/);
    expect(slack.inChannel('C0ALERTS1')).toHaveLength(1);
  });

  it('the message says so when the cause is still there', async () => {
    const api = await clusterOf(fullNode(['checkout', 'orders']));
    const service = await serviceFor(api);
    await send(service, 'firing', 'checkout');
    await messageThat(({ text }) => text.includes('worker-3'));

    // Somebody deleted the pod; the node is as full as before, and another one waits.
    api.replace(fullNode(['orders']) as never);
    await send(service, 'resolved', 'checkout');

    const closed = await messageThat(({ text }) => text.startsWith('Resolved after'));
    expect(closed.text).toMatch(/^Resolved after \d+ s, but the cause is still there: .*worker-3/);
  });

  it('the message says that it is over also while the cluster cannot be read', async () => {
    const api = await clusterOf(fullNode(['orders']));
    const service = await serviceFor(api);
    await send(service, 'firing', 'orders');
    await messageThat(({ text }) => text.includes('worker-3'));

    api.faults.add({ what: { kind: 'reset' } });
    await send(service, 'resolved', 'orders');

    const closed = await messageThat(({ text }) => text.startsWith('Resolved after'));
    expect(closed.text).not.toContain('Ready again');
    expect(closed.text).not.toContain('still there');
  });
});
