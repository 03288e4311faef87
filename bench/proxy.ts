import { Agent, request } from 'undici';
import { closeRedis, connectRedis } from '../src/redis/connection.ts';
import { openAnnotationStore } from '../src/store/annotation-store.ts';
import { fingerprintOf } from '../src/core/fingerprint.ts';
import { eventually } from '../test/support/eventually.ts';
import { startReceiver } from '../test/support/receiver.ts';
import { startRedis } from '../test/support/redis.ts';
import { startService } from '../test/support/service-process.ts';
import { percentile, rounded } from './part.ts';
import type { Extent, Part } from './part.ts';

const known = 1_000;
const warmUp = 200;
const batches = 1_500;
const sizes = [1, 64, 256];

/** Labels and annotations as kube-prometheus sends them, about 1 KB an alert. */
function alertOf(pod: string): { labels: Record<string, string>; annotations: Record<string, string> } {
  const filler = ['container', 'endpoint', 'job', 'prometheus', 'service', 'team', 'tier', 'uid', 'zone', 'severity'];
  const labels = {
    alertname: 'KubePodNotReady',
    namespace: 'shop',
    pod,
    ...Object.fromEntries(filler.map((name) => [name, `${name}-of-the-shop-cluster`])),
  };
  return { labels, annotations: { summary: `Pod shop/${pod} is not ready.`, description: 'x'.repeat(300) } };
}

function batchOf(size: number): Buffer {
  const diagnosed = Math.max(1, Math.floor(size / 10));
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + 240_000).toISOString();
  const alerts = Array.from({ length: size }, (_, index) => alertOf(index < diagnosed ? `known-${index}` : `unknown-${index}`));
  return Buffer.from(
    JSON.stringify(alerts.map((alert) => ({ ...alert, startsAt, endsAt, generatorURL: 'http://prometheus.example/graph' }))),
  );
}

async function fill(redisUrl: string): Promise<void> {
  const redis = connectRedis(redisUrl, { patience: 'patient', onError: () => undefined });
  const store = openAnnotationStore(redis);
  const now = Date.now();
  for (let index = 0; index < known; index += 1) {
    const { labels } = alertOf(`known-${index}`);
    const sighting = { fingerprint: fingerprintOf(labels), labels, pending: {}, pendingFrom: now, closeUntil: now, seenAt: now };
    await store.want(sighting, { triage_status: 'done', triage_summary: 's'.repeat(200), triage_root_cause: 'ip-pool-exhausted' });
  }
  await closeRedis(redis);
}

/** Milliseconds that each post of a batch took. */
interface Times {
  readonly direct: readonly number[];
  readonly proxied: readonly number[];
}

/**
 * What the proxy adds to the way of a batch of alerts: each batch is posted straight to an Alertmanager and through the
 * proxy, in turns. The proxy is a process of its own with 1,000 diagnoses in memory; a tenth of each batch has one.
 */
export async function measureProxy({ divisor }: Extent): Promise<Part> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  await fill(redis.url);
  const alertmanager = stack.use(await startReceiver({ answer: () => ({ status: 200, body: '' }) }));
  const proxy = stack.use(await startService({ REDIS_URL: redis.url, ALERTMANAGER_URLS: alertmanager.url }, 'proxy'));
  const dispatcher = new Agent({ connections: 1 });
  stack.defer(async () => dispatcher.close());
  await eventually(async () => {
    await request(`${proxy.url}/api/v2/alerts`, { dispatcher, method: 'POST', body: batchOf(1) });
    return alertmanager.received.at(-1)?.text.includes('triage_root_cause');
  });
  const samples = [];
  for (const size of sizes) {
    const times = { direct: [] as number[], proxied: [] as number[] };
    for (let count = 0; count < warmUp + batches / divisor; count += 1) {
      const direct = await post(alertmanager.url, size, dispatcher);
      const proxied = await post(proxy.url, size, dispatcher);
      // What was received is kept in memory otherwise.
      (alertmanager.received as unknown[]).length = 0;
      if (count < warmUp) continue;
      times.direct.push(direct);
      times.proxied.push(proxied);
    }
    samples.push({ size, ...times });
  }
  const title = 'Proxy: milliseconds to post a batch of alerts straight to Alertmanager, and through the proxy';
  return { name: 'proxy', title, rows: samples.map(({ size, ...times }) => rowOf(size, times)), samples };
}

function rowOf(size: number, { direct, proxied }: Times): Readonly<Record<string, number>> {
  const added = (share: number): number => percentile(proxied, share) - percentile(direct, share);
  return {
    'alerts a batch': size,
    'direct p50': rounded(percentile(direct, 0.5)),
    'direct p99': rounded(percentile(direct, 0.99)),
    'proxied p50': rounded(percentile(proxied, 0.5)),
    'proxied p99': rounded(percentile(proxied, 0.99)),
    'added p50': rounded(added(0.5)),
    'added p99': rounded(added(0.99)),
  };
}

/** Milliseconds until a batch of so many alerts is answered. */
async function post(base: string, size: number, dispatcher: Agent): Promise<number> {
  const body = batchOf(size);
  const headers = { 'content-type': 'application/json' };
  const began = performance.now();
  const answer = await request(`${base}/api/v2/alerts`, { dispatcher, method: 'POST', headers, body });
  await answer.body.dump();
  const took = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${base} answered ${answer.statusCode}`);
  return took;
}
