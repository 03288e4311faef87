import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startAlertmanager, type AlertmanagerAlert, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { type Received, startReceiver, type TestReceiver, type WebhookAlert, type WebhookBody } from '../support/receiver.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { publicUrl, startTriage, type TriageUnderTest } from './triage-under-test.ts';

/**
 * The pager's side of the whole thing, with real servers: a triage route without a wait before a pager route that waits
 * 8 s. All tests share one Alertmanager, and most run at once; each has a pod of its own.
 */
const groupWaitMs = 8_000;
const bare = { summary: 'Pod is not ready', runbook_url: 'https://runbooks.example/pod' };

let redis: TestRedis;
let pager: TestReceiver;
let webhook: TestReceiver;
let alertmanager: TestAlertmanager;
let triage: TriageUnderTest;

beforeAll(async () => {
  [redis, pager, webhook] = await Promise.all([startRedis(), startReceiver(), startReceiver({ answer: forward })]);
  alertmanager = await startAlertmanager({
    route: {
      receiver: 'nobody',
      routes: [
        { receiver: 'triage', group_by: ['...'], group_wait: '0s', group_interval: '1m', repeat_interval: '24h', continue: true },
        { receiver: 'pager', group_by: ['pod'], group_wait: '8s', group_interval: '4s', repeat_interval: '5s' },
      ],
    },
    receivers: [
      { name: 'nobody' },
      { name: 'triage', webhook_configs: [{ url: webhook.url }] },
      { name: 'pager', webhook_configs: [{ url: pager.url }] },
    ],
  });
  triage = await startTriage({
    redisUrl: redis.url,
    alertmanagerUrls: [alertmanager.url],
    pagerGroupWaitMs: groupWaitMs,
    pods: ['prometheus', 'overwritten', 'killed', 'never', 'short', 'resolved'],
    silentAbout: 'never',
  });
});

afterAll(async () => {
  await triage[Symbol.asyncDispose]();
  await Promise.all([alertmanager.close(), pager.close(), webhook.close()]);
  await redis.close();
});

/** Alertmanager is configured before the triage has an address. */
function forward({ text }: Received): void {
  void fetch(triage.webhookUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
}

/** An alert as Prometheus sends it, 15 s before it would be sent again at the latest. */
function alertOf(
  pod: string,
  startsAt: Date = new Date(),
): Pick<WebhookAlert, 'labels' | 'annotations' | 'startsAt' | 'endsAt' | 'generatorURL'> {
  return {
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod },
    annotations: bare,
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + 240_000).toISOString(),
    generatorURL: 'http://prometheus.example/graph?g0.expr=up',
  };
}

function pageOf(pod: string, fits: (body: WebhookBody) => boolean = () => true): Promise<Received> {
  return pager.waitFor(({ body }) => body.alerts.some(({ labels }) => labels['pod'] === pod) && fits(body), 45_000);
}

/** A rule of Prometheus that fires for so many seconds, once the seconds are over in which Prometheus sends nothing yet. */
function ruleFor(pod: string, seconds: number): readonly object[] {
  const firesAt = Math.floor(Date.now() / 1000) + 9;
  const expr = `(vector(time()) > ${firesAt}) < ${firesAt + seconds}`;
  return [{ name: 'pods', rules: [{ alert: 'KubePodNotReady', expr, labels: { namespace: 'shop', pod }, annotations: bare }] }];
}

async function listed(pod: string): Promise<AlertmanagerAlert | undefined> {
  return (await alertmanager.alerts()).find(({ labels }) => labels['pod'] === pod);
}

async function annotatedAlert(pod: string): Promise<AlertmanagerAlert> {
  return eventually(async () => {
    const alert = await listed(pod);
    return alert?.annotations['triage_root_cause'] === undefined ? null : alert;
  });
}

describe.concurrent('the pager', { timeout: 60_000 }, () => {
  it("has the diagnosis beside the alert's own annotations in its first page, from an alert that Prometheus fires", async () => {
    await using _prometheus = await startPrometheus({
      alertmanagers: [alertmanager.url],
      groups: ruleFor('prometheus', 17),
    });

    const first = await pageOf('prometheus');
    const repeat = await pageOf('prometheus', (body) => body !== first.body);
    const resolved = await pageOf('prometheus', ({ status }) => status === 'resolved');

    const [paged] = first.body.alerts;
    expect(paged?.annotations).toMatchObject({
      ...bare,
      triage_status: 'done',
      triage_root_cause: 'ip-pool-exhausted',
      triage_confidence: 'certain',
      triage_runbook: 'PodIPConflict',
      triage_summary: expect.stringContaining('no free pod address on node worker-3'),
      triage_url: expect.stringMatching(`^${publicUrl}/triages/t`),
    });
    expect(first.at - Date.parse(paged?.startsAt ?? '')).toBeLessThan(groupWaitMs + 1_500);
    expect(repeat.body.alerts[0]?.annotations).toHaveProperty('triage_root_cause');
    expect(resolved.body.alerts[0]?.annotations).toMatchObject(bare);
  });

  it('has the diagnosis in its first page although a second Prometheus overwrites the annotations in between', async () => {
    const groups = ruleFor('overwritten', 40);
    // What the second one sends is let through when the first one's alert has its diagnosis.
    await using slower = await startReceiver<unknown>({
      answer: async ({ text }) => {
        await annotatedAlert('overwritten');
        await alertmanager.post(JSON.parse(text) as object[]);
        return { status: 200 };
      },
    });
    await using stack = new AsyncDisposableStack();
    const both = [
      startPrometheus({ alertmanagers: [alertmanager.url], groups }),
      startPrometheus({ alertmanagers: [slower.url], groups, replica: 'b' }),
    ];
    for (const prometheus of both) stack.use(await prometheus);

    const first = await pageOf('overwritten');

    expect(slower.received.filter(({ at }) => at < first.at)).not.toEqual([]);
    expect(first.body.alerts[0]?.annotations).toMatchObject({ ...bare, triage_root_cause: 'ip-pool-exhausted' });
  });

  it('is told that the triage is still running when there is no diagnosis in time', async () => {
    await alertmanager.post([alertOf('never')]);

    const first = await pageOf('never');

    expect(first.body.alerts[0]?.annotations).toMatchObject({ ...bare, triage_status: 'pending' });
    expect(first.body.alerts[0]?.annotations).not.toHaveProperty('triage_root_cause');
  });

  it('sees the alert neither prolonged nor resolved by us', async () => {
    const alert = { ...alertOf('short'), endsAt: new Date(Date.now() + 12_000).toISOString() };
    await alertmanager.post([alert]);

    const annotated = await annotatedAlert('short');
    const resolved = await pageOf('short', ({ status }) => status === 'resolved');

    expect(annotated).toMatchObject({
      startsAt: alert.startsAt,
      endsAt: alert.endsAt,
      generatorURL: alert.generatorURL,
      labels: alert.labels,
    });
    expect(Date.parse(resolved.body.alerts[0]?.endsAt ?? '')).toBe(Date.parse(alert.endsAt));
    expect(await listed('short')).toBeUndefined();
  });

  it('is not called again by an alert that its source resolved', async () => {
    const alert = alertOf('resolved');
    await alertmanager.post([alert]);
    await pageOf('resolved');

    const endsAt = new Date().toISOString();
    await alertmanager.post([{ ...alert, endsAt }]);
    const resolved = await pageOf('resolved', ({ status }) => status === 'resolved');

    // The pager is told up to 4 s later: two looks of ours have passed by then.
    expect(Date.parse(resolved.body.alerts[0]?.endsAt ?? '')).toBe(Date.parse(endsAt));
    expect(await listed('resolved')).toBeUndefined();
  });
});

// After the others, whose triages the killed worker would take along.
test(
  'the pager has the diagnosis in its first page although a worker is killed and the annotations overwritten in between',
  {
    timeout: 60_000,
  },
  async () => {
    const alert = alertOf('killed');
    await alertmanager.post([alert]);
    await annotatedAlert('killed');
    await triage.killWorker();
    await alertmanager.post([alert]);

    const first = await pageOf('killed');

    expect(first.body.alerts[0]?.annotations).toMatchObject({ ...bare, triage_root_cause: 'ip-pool-exhausted' });
  },
);
