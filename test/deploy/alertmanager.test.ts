import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = new URL('../../deploy/alertmanager/', import.meta.url).pathname;
const config = join(folder, 'alertmanager.yml');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podnet-templates-'));
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

async function routedTo(file: string, labels: readonly string[]): Promise<string> {
  const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels]);
  return stdout.trim();
}

describe('the example configuration', () => {
  it('is accepted by amtool, templates included', async () => {
    const { stdout } = await run('amtool', ['check-config', config]);

    expect(stdout).toMatch(/1 templates\s+SUCCESS/);
  });

  it.each([
    ['a critical network alert is triaged and paged', ['alertname=KubeNetworkPluginError', 'severity=critical'], 'triage,pager'],
    ['a warning about a pod is triaged and goes to Slack', ['alertname=KubePodNotReady', 'severity=warning'], 'triage,team-slack'],
    [
      'a warning that asks for e-mail is triaged and mailed',
      ['alertname=KubePodNotReady', 'severity=warning', 'notify=email'],
      'triage,team-email',
    ],
    ['an alert of another kind is not triaged', ['alertname=HighLatency', 'severity=critical'], 'pager'],
  ])('%s', async (_, labels, receivers) => {
    expect(await routedTo(config, labels)).toBe(receivers);
  });

  it('would lose the pager without continue, which the routes test notices', async () => {
    const broken = join(dir, 'broken.yml');
    await writeFile(broken, (await readFile(config, 'utf8')).replace('continue: true\n', '\n'));

    expect(await routedTo(broken, ['alertname=KubeNetworkPluginError', 'severity=critical'])).toBe('triage');
  });
});

const alert = {
  status: 'firing',
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
  annotations: {
    summary: 'Pod is not ready',
    triage_status: 'done',
    triage_summary: 'Image "<!channel>" & <http://evil|co> cannot be pulled',
    triage_root_cause: 'app-image-pull',
    triage_confidence: 'certain',
    triage_url: 'https://triage.example/triages/1',
  },
};
const bare = { ...alert, annotations: { summary: 'Pod is not ready' } };
const pending = {
  ...alert,
  annotations: { triage_status: 'pending', triage_summary: 'Triage is still running', triage_url: 'https://triage.example/triages/2' },
};

async function rendered(template: string, alerts: readonly object[], type: 'text' | 'html' = 'text'): Promise<string> {
  const data = join(dir, `${template}-${alerts.length}.json`);
  const groupLabels = { alertname: 'KubePodNotReady', namespace: 'shop' };
  const common = { groupLabels, commonLabels: {}, commonAnnotations: {}, externalURL: 'https://alertmanager.example' };
  await writeFile(data, JSON.stringify({ receiver: 'x', status: (alerts[0] as { status: string }).status, alerts, ...common }));
  const text = `{{ template "${template}" . }}`;
  const args = [
    `--template.glob=${folder}templates/*.tmpl`,
    `--template.text=${text}`,
    `--template.data=${data}`,
    `--template.type=${type}`,
  ];
  const { stdout } = await run('amtool', ['template', 'render', ...args]);
  return stdout;
}

describe("the templates for Alertmanager's own messages", () => {
  it('show the summary, the root cause and the page in Slack, with nothing in it that Slack takes for a mention', async () => {
    expect(await rendered('triage.slack.text', [alert])).toBe(
      ':mag: *shop/checkout-1* Image "&lt;!channel&gt;" &amp; &lt;http://evil|co&gt; cannot be pulled' +
        ' (`app-image-pull`, certain) <https://triage.example/triages/1|Diagnosis>\n',
    );
  });

  it('tell an alert that waits for its diagnosis from one that has none', async () => {
    const text = await rendered('triage.slack.text', [pending, bare]);

    expect(text).toContain(
      ':hourglass_flowing_sand: *shop/checkout-1* Triage is still running <https://triage.example/triages/2|Diagnosis>',
    );
    expect(text).toContain(':grey_question: *shop/checkout-1* Pod is not ready (not triaged)');
  });

  it('do not say of a resolved alert, which has lost its diagnosis, that it was not triaged', async () => {
    const resolved = { ...bare, status: 'resolved' };

    expect(await rendered('triage.slack.text', [resolved])).toBe(':white_check_mark: *shop/checkout-1*\n');
    expect(await rendered('triage.text', [resolved])).not.toContain('not triaged');
  });

  it('name the cause in the title of the PagerDuty incident and the subject of the mail', async () => {
    const { triage_summary } = alert.annotations;

    expect(await rendered('triage.pagerduty.description', [alert])).toBe(
      `KubePodNotReady shop: ${triage_summary} (app-image-pull, certain)`,
    );
    expect(await rendered('triage.email.subject', [alert])).toMatch(/^\[FIRING:1\] KubePodNotReady shop: Image /);
  });

  it('leave a title without a diagnosis as it would be without them', async () => {
    expect(await rendered('triage.pagerduty.description', [bare])).toBe('KubePodNotReady shop');
  });

  it('link to the diagnosis, or to Alertmanager where there is none', async () => {
    expect(await rendered('triage.url', [bare, alert])).toBe('https://triage.example/triages/1');
    expect(await rendered('triage.url', [bare])).toBe('https://alertmanager.example');
  });

  it('escape what stands in a mail', async () => {
    const html = await rendered('triage.email.html', [alert], 'html');

    expect(html).toContain('&lt;!channel&gt;');
    expect(html).not.toContain('<!channel>');
    expect(html).toContain('<a href="https://triage.example/triages/1">Diagnosis</a>');
  });
});
