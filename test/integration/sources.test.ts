import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { calicoCluster } from '../support/calico-node.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, type Received, startReceiver, type TestReceiver, type WebhookBody } from '../support/receiver.ts';
import { startRedis } from '../support/redis.ts';
import { startService, writeKubeconfig, type ServiceProcess } from '../support/service-process.ts';

const payload = (name: string): string => readFileSync(join(import.meta.dirname, '../support/payloads', name), 'utf8');

const shared = new AsyncDisposableStack();
let kubeconfig: string;

beforeAll(async () => {
  const api = await startKubernetesApi(calicoCluster('broken') as never);
  shared.defer(async () => api.close());
  kubeconfig = shared.use(await writeKubeconfig(api.url)).path;
});
afterAll(async () => shared.disposeAsync());

/** An Alertmanager that lets nobody in who does not name the tenant, as Mimir and Cortex do. */
interface Tenanted {
  readonly alertmanager: TestAlertmanager;
  readonly door: TestReceiver<unknown>;
  readonly url: string;
}

async function startTenanted(prefix: string, stack: AsyncDisposableStack): Promise<Tenanted> {
  const config = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };
  const alertmanager = stack.use(await startAlertmanager(config, { routePrefix: prefix }));
  const { origin } = new URL(alertmanager.url);
  const door = stack.use(await startReceiver<unknown>({ answer: async (request) => passOn(request, origin) }));
  return { alertmanager, door, url: `${door.url}${prefix}` };
}

async function passOn({ method, path, headers, text }: Received<unknown>, origin: string): Promise<Answer> {
  if (headers['x-scope-orgid'] !== 'team-a') return { status: 401, body: 'no org id' };
  const body = method === 'POST' ? { body: text, headers: { 'content-type': 'application/json' } } : {};
  const answer = await fetch(origin + path, { method, ...body });
  return { status: answer.status, body: await answer.text() };
}

/** Makes the alerts of a recorded webhook fire at an Alertmanager, so that there is something to annotate. */
async function fire(alertmanager: TestAlertmanager, { alerts }: WebhookBody): Promise<void> {
  const endsAt = new Date(Date.now() + 240_000).toISOString();
  await alertmanager.post(
    alerts.map(({ labels, annotations, startsAt, generatorURL }) => ({ labels, annotations, startsAt, endsAt, generatorURL })),
  );
}

async function start(stack: AsyncDisposableStack, variables: Record<string, string>): Promise<ServiceProcess> {
  const redis = stack.use(await startRedis());
  return stack.use(
    await startService({ REDIS_URL: redis.url, KUBECONFIG: kubeconfig, PUBLIC_URL: 'https://triage.example', ...variables }),
  );
}

async function send({ url }: ServiceProcess, body: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/alertmanager`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(202);
  return answer.json();
}

const annotatedAt = async (alertmanager: TestAlertmanager): Promise<Record<string, string>> =>
  eventually(
    async () => (await alertmanager.alerts()).find(({ annotations }) => annotations['triage_status'] === 'done')?.annotations,
    20_000,
  );

const one = { received: 1, queued: 1, deduplicated: 0, resolved: 0, ignored: 0 };
const diagnosed = {
  triage_root_cause: 'cni-plugin-unhealthy',
  triage_url: expect.stringMatching(/^https:\/\/triage\.example\/triages\/t/),
};

describe('alerts of', { timeout: 60_000 }, () => {
  it.each([
    ['Mimir', 'mimir.json', '/alertmanager'],
    ['Cortex', 'cortex.json', '/api/prom/alertmanager'],
  ])('%s are diagnosed, and annotated under its prefix in the name of the tenant', async (_, file, prefix) => {
    await using stack = new AsyncDisposableStack();
    const { alertmanager, door, url } = await startTenanted(prefix, stack);
    const service = await start(stack, { ALERTMANAGER_URLS: url, ALERTMANAGER_AUTH_TENANT: 'team-a' });
    const body = payload(file);
    await fire(alertmanager, JSON.parse(body) as WebhookBody);

    expect(await send(service, body)).toEqual(one);

    expect(await annotatedAt(alertmanager)).toMatchObject({ ...diagnosed, summary: expect.stringContaining('non-ready') });
    expect(door.received.filter(({ headers, path }) => headers['x-scope-orgid'] !== 'team-a' || !path.startsWith(prefix))).toEqual([]);
  });

  it('the Prometheus Operator are diagnosed whatever the name of its receiver', async () => {
    await using stack = new AsyncDisposableStack();
    const alertmanager = stack.use(await startAlertmanager({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }));
    const service = await start(stack, { ALERTMANAGER_URLS: alertmanager.url });
    const body = payload('prometheus-operator.json');
    await fire(alertmanager, JSON.parse(body) as WebhookBody);

    expect(await send(service, body)).toEqual(one);

    expect(await annotatedAt(alertmanager)).toMatchObject(diagnosed);
    expect(service.log().find(({ msg }) => msg === 'alerts taken')?.['origin']).toContain('monitoring/podnet-triage/webhook');
  });

  it("Grafana are diagnosed under Grafana's own fingerprint, and written back to nobody", async () => {
    await using stack = new AsyncDisposableStack();
    const alertmanager = stack.use(await startReceiver<unknown>({ answer: () => ({ status: 200, body: '[]' }) }));
    const service = await start(stack, { ALERTMANAGER_URLS: alertmanager.url });

    expect(await send(service, payload('grafana.json'))).toEqual(one);

    const done = await eventually(async () => {
      const answer = await fetch(`${service.url}/api/v1/incidents`);
      return ((await answer.json()) as { items: { id: string; rootCause: string }[] }).items[0];
    }, 20_000);
    expect(done.rootCause).toBe('cni-plugin-unhealthy');
    const incident = await (await fetch(`${service.url}/api/v1/incidents/${done.id}`)).json();
    expect(incident).toMatchObject({ alerts: [{ fingerprint: '5a0b1d6e3f1f7c22', status: 'firing' }] });
    // The keeper has looked for the alert by now, and has found none of its own.
    await eventually(() => alertmanager.received.some(({ method }) => method === 'GET'), 20_000);
    expect(alertmanager.received.filter(({ method }) => method === 'POST')).toEqual([]);

    const again = payload('grafana.json');
    expect(await send(service, again)).toMatchObject({ queued: 0, deduplicated: 1 });
    expect(await send(service, again.replaceAll('"status":"firing"', '"status":"resolved"'))).toMatchObject({ resolved: 1 });
    await eventually(async () => {
      const answer = (await (await fetch(`${service.url}/api/v1/incidents/${done.id}`)).json()) as { status: string };
      return answer.status === 'resolved';
    }, 20_000);
  });
});
