import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { later } from '../../src/demo/later.ts';
import { writeSnapshot } from '../incidents/support/snapshot-layouts.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { crashLoops } from '../incidents/support/troubles.ts';
import { eventually } from '../support/eventually.ts';
import { type ServiceProcess, startService, writeKubeconfig } from '../support/service-process.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

/** Words that carry a credential, and the part of each that nobody may see again. */
const credentials = [
  ['Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg', 'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg'],
  ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ['aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLE', 'wJalrXUtnFEMI'],
  ['postgres://admin:Sup3rS3cretPw@db.internal:5432/shop', 'Sup3rS3cretPw'],
  ['password=hunter2hunter2', 'hunter2hunter2'],
  ['{"apiKey":"k-9f8e7d6c5b4a39281706"}', '9f8e7d6c5b4a'],
  ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'ghp_abcdefghij'],
] as const;
const words = credentials.map(([text]) => text).join('  ');
const leaksIn = (text: string): readonly string[] => credentials.map(([, part]) => part).filter((part) => text.includes(part));

const stack = new AsyncDisposableStack();
let service: ServiceProcess;
let slack: TestSlack;
let data = '';

/** A pod that fails, with credentials in its log, status, events, annotations, arguments and environment. */
function carelessCluster(): { cluster: TestCluster; pod: string } {
  const cluster = new TestCluster({ plugins: ['calico'] });
  const pod = cluster.runningPod('shop', 'checkout', 'worker-2', ({ metadata, spec }) => {
    if (metadata) metadata.annotations = { note: words };
    const container = spec?.containers[0];
    if (container)
      Object.assign(container, { args: ['--password=hunter2hunter2'], env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] });
  });
  crashLoops(cluster, pod, { exitCode: 1, message: words, log: [`fatal: cannot connect to the database: ${words}`] });
  cluster.event(pod, { reason: 'BackOff', message: `Back-off restarting failed container: ${words}`, count: 9, minutesAgo: 1 });
  return { cluster, pod: pod.metadata?.name ?? '' };
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  stack.defer(async () => rm(directory, { recursive: true, force: true }));
  data = join(directory, 'data');
  const { cluster, pod } = carelessCluster();
  await writeSnapshot(cluster, join(directory, 'snapshot'));
  const snapshot = await openSnapshot(join(directory, 'snapshot'));
  const api = await startKubernetesApi(later(snapshot, Date.now() - snapshot.now().getTime()));
  stack.defer(async () => api.close());
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  slack = stack.use(await startSlack());
  slack.addChannel({ id: 'C0ONCALL01', name: 'oncall' });
  service = stack.use(
    await startService({
      DATA_DIR: data,
      KUBECONFIG: kubeconfig.path,
      LOG_LEVEL: 'trace',
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.token,
      SLACK_CHANNEL: 'C0ONCALL01',
    }),
  );
  const alert = {
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod, token: 'hunter2hunter2', note: words },
    annotations: { description: words },
    startsAt: new Date().toISOString(),
    generatorURL: 'http://ops:hunter2hunter2@prometheus/graph',
    fingerprint: '798e7d059db24feb',
  };
  const body = { version: '4', receiver: 'triage', externalURL: 'http://am:hunter2hunter2@alertmanager', alerts: [alert] };
  await post('/api/v1/alertmanager', body);
  await post('/api/v1/triages?wait=20', { fingerprint: alert.fingerprint, reason: `again with ${words}` });
  await eventually(() => slack.messages.find(({ threadTs }) => threadTs !== null), 20_000);
}, 60_000);
afterAll(async () => stack.disposeAsync());

async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

const get = async (path: string): Promise<string> => (await fetch(`${service.url}${path}`)).text();

const triages = async (): Promise<readonly { id: string }[]> =>
  (JSON.parse(await get('/api/v1/triages')) as { items: readonly { id: string }[] }).items;

describe('credentials in logs, events, status, annotations and alerts are masked', () => {
  it('in what the API answers, where the rest of the words stands', async () => {
    for (const { id } of await triages()) {
      const answer = await get(`/api/v1/triages/${id}`);
      expect(leaksIn(answer)).toEqual([]);
      expect(answer).toContain('[masked]');
      expect(answer).toContain('cannot connect to the database');
    }
  });

  it('on the pages', async () => {
    const paths = ['/', ...(await triages()).map(({ id }) => `/triages/${id}`)];
    for (const path of paths) expect(leaksIn(await get(path))).toEqual([]);
  });

  it('in Slack', () => {
    expect(slack.messages.length).toBeGreaterThan(0);
    expect(leaksIn(JSON.stringify(slack.messages))).toEqual([]);
  });

  it('in the log', () => {
    expect(leaksIn(service.output())).toEqual([]);
  });

  it('in all that Redis ever wrote to its file', async () => {
    const folder = join(data, 'appendonlydir');
    const texts = await Promise.all((await readdir(folder)).map(async (name) => readFile(join(folder, name), 'latin1')));
    expect(texts.join('')).toContain('798e7d059db24feb');
    expect(leaksIn(texts.join(''))).toEqual([]);
  });
});
