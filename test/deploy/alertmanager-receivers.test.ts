import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver, type TestReceiver } from '../support/receiver.ts';
import { startSmtp, type Mail, type TestSmtp } from '../support/smtp.ts';

/**
 * The shipped example in a real Alertmanager, which sends what its receivers would send. Only where they send to, how they get in and
 * how long they wait is other than shipped.
 */
const folder = join(import.meta.dirname, '../../deploy/alertmanager');

const stack = new AsyncDisposableStack();
let slack: TestReceiver<SlackMessage>;
let pagerduty: TestReceiver<PagerDutyEvent>;
let smtp: TestSmtp;
let alertmanager: TestAlertmanager;

interface SlackMessage {
  readonly channel: string;
  readonly attachments: readonly {
    readonly title: string;
    readonly title_link: string;
    readonly text: string;
    readonly fallback: string;
  }[];
}

interface PagerDutyEvent {
  readonly event_action: string;
  readonly payload: { readonly summary: string; readonly custom_details: Record<string, string> };
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

interface Shipped {
  readonly route: { readonly routes: readonly object[] };
  readonly receivers: readonly { readonly name: string; readonly [kind: string]: unknown }[];
}

beforeAll(async () => {
  slack = stack.use(await startReceiver<SlackMessage>());
  pagerduty = stack.use(
    await startReceiver<PagerDutyEvent>({ answer: () => ({ status: 202, body: '{"status":"success","dedup_key":"x"}' }) }),
  );
  smtp = stack.use(await startSmtp());
  const shipped = parse(await readFile(join(folder, 'alertmanager.yml'), 'utf8')) as Shipped;
  alertmanager = stack.use(await startAlertmanager(pointedHere(shipped)));
});
afterAll(async () => stack.disposeAsync());

function pointedHere({ route, receivers }: Shipped): object {
  const soon = { group_wait: '1s', group_interval: '1s' };
  const addresses = {
    slack_api_url: `${slack.url}/hook`,
    pagerduty_url: `${pagerduty.url}/v2/enqueue`,
    smtp_smarthost: smtp.address,
    smtp_from: 'alertmanager@example.com',
    smtp_require_tls: false,
  };
  return {
    global: addresses,
    templates: [join(folder, 'templates/*.tmpl')],
    route: { ...route, ...soon, routes: route.routes.map((one) => ({ ...one, ...('group_wait' in one && soon) })) },
    receivers: receivers.map((receiver) => {
      if (receiver.name === 'triage') return { name: 'triage' };
      if (receiver.name !== 'pager') return receiver;
      const [pager] = receiver['pagerduty_configs'] as { readonly routing_key_file: string }[];
      const { routing_key_file: __, ...kept } = pager ?? { routing_key_file: '' };
      return { name: 'pager', pagerduty_configs: [{ ...kept, routing_key: 'a-routing-key' }] };
    }),
  };
}

const diagnosed = {
  summary: 'Pod has been in a non-ready state for more than 15 minutes.',
  triage_status: 'done',
  triage_summary: 'Image "registry.example/shop:<1>" & its tag do not exist',
  triage_root_cause: 'app-image-pull',
  triage_confidence: 'certain',
  triage_runbook: 'PodIPConflict',
  triage_url: 'https://triage.example/triages/t1',
  triage_at: '2026-11-22T03:42:55.424Z',
};

async function fire(pod: string, labels: Record<string, string>, annotations: Record<string, string> = diagnosed): Promise<void> {
  await alertmanager.post([{ labels: { alertname: 'KubePodNotReady', namespace: `shop-${pod}`, pod, ...labels }, annotations }]);
}

const mailAbout = async (pod: string): Promise<Mail> =>
  eventually(() => smtp.mails.find(({ text }) => text.includes(`Subject:`) && text.includes(`shop-${pod}`)), 20_000);

describe.concurrent('what Alertmanager itself sends', { timeout: 40_000 }, () => {
  it('to PagerDuty names the cause in the title, links to the diagnosis and has it in the details', async () => {
    await fire('paged', { severity: 'critical' });

    const { body } = await pagerduty.waitFor((request) => request.text.includes('shop-paged'));

    expect(body.payload.summary).toBe(`KubePodNotReady shop-paged: ${diagnosed.triage_summary} (app-image-pull, certain)`);
    expect(body.links).toContainEqual({ href: diagnosed.triage_url, text: 'Diagnosis' });
    expect(body.payload.custom_details['diagnosis']).toContain(`[firing] KubePodNotReady shop-paged/paged\n${diagnosed.triage_summary}`);
  });

  it('to Slack shows cause and link, and makes no mention of what stands in a cluster', async () => {
    await fire('slacked', { severity: 'warning' });

    const { body } = await slack.waitFor((request) => request.text.includes('shop-slacked'));

    const [attachment] = body.attachments;
    expect(attachment?.title).toBe('[FIRING:1] KubePodNotReady shop-slacked');
    expect(attachment?.title_link).toBe(diagnosed.triage_url);
    expect(attachment?.text).toBe(
      ':mag: *shop-slacked/slacked* Image "registry.example/shop:&lt;1&gt;" &amp; its tag do not exist' +
        ' (`app-image-pull`, certain) <https://triage.example/triages/t1|Diagnosis>\n',
    );
  });

  it('shows an alert that carries nothing of ours with its own words and as not triaged, never as if nothing was found', async () => {
    await fire('bare', { severity: 'warning' }, { summary: 'Pod is <not> ready' });

    const { body } = await slack.waitFor((request) => request.text.includes('shop-bare'));

    expect(body.attachments[0]?.text).toBe(':grey_question: *shop-bare/bare* Pod is &lt;not&gt; ready (not triaged)\n');
    expect(body.attachments[0]?.title_link).toMatch(/^http/);
  });

  it('by mail names the cause in the subject, and escapes it in the HTML', async () => {
    await fire('mailed', { severity: 'warning', notify: 'email' });

    const { to, text } = await mailAbout('mailed');

    expect(to).toBe('sre@example.com');
    expect(unfolded(text)).toContain('Subject: [FIRING:1] KubePodNotReady shop-mailed: Image ');
    const decoded = text.replaceAll('=\n', '').replaceAll('=3D', '=');
    expect(decoded).toContain('<a href="https://triage.example/triages/t1">Diagnosis</a>');
    expect(decoded).toContain('shop:&lt;1&gt;&#34; &amp; its tag');
    expect(decoded).toContain('(app-image-pull, certain)');
  });

  it('when it is over says so, without a word of a missing diagnosis', async () => {
    await fire('over', { severity: 'warning' });
    await slack.waitFor((request) => request.text.includes('shop-over'));
    const labels = { alertname: 'KubePodNotReady', namespace: 'shop-over', pod: 'over', severity: 'warning' };
    await alertmanager.post([{ labels, annotations: {}, endsAt: new Date().toISOString() }]);

    const { body } = await slack.waitFor(({ text }) => text.includes('shop-over') && text.includes('RESOLVED'));

    expect(body.attachments[0]?.text).toBe(':white_check_mark: *shop-over/over*\n');
  });
});

/** Header lines that were folded, as one line each (RFC 5322, 2.2.3). */
function unfolded(mail: string): string {
  return mail.replaceAll(/\n[ \t]+/g, ' ');
}
