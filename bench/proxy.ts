import { writeFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { closeRedis, connectRedis } from '../src/redis/connection.ts';
import { openAnnotationStore } from '../src/store/annotations.ts';
import { fingerprintOf } from '../src/core/fingerprint.ts';
import { eventually } from '../test/support/eventually.ts';
import { startReceiver } from '../test/support/receiver.ts';
import { startRedis } from '../test/support/redis.ts';
import { startService } from '../test/support/service-process.ts';

// What the proxy adds to the way of a batch of alerts: each batch is posted straight to an Alertmanager and through the proxy, in turns.
// The proxy is a process of its own with 1,000 diagnoses in memory; a tenth of each batch (at least one alert) has one.
// `node bench/proxy.ts [--batches 2000] [--json FILE]`

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
};
const batches = Number(option('batches', '2000'));
const known = 1000;
const warmUp = 200;

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

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

await using stack = new AsyncDisposableStack();
const redis = stack.use(await startRedis());
await fill(redis.url);
const alertmanager = stack.use(await startReceiver({ answer: () => ({ status: 200, body: '' }) }));
const proxy = stack.use(await startService({ REDIS_URL: redis.url, ALERTMANAGER_URLS: alertmanager.url }, 'proxy'));
const dispatcher = new Agent({ connections: 1 });

async function post(base: string, body: Buffer): Promise<number> {
  const began = performance.now();
  const answer = await request(`${base}/api/v2/alerts`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await answer.body.dump();
  const took = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${base} answered ${answer.statusCode}`);
  (alertmanager.received as unknown[]).length = 0;
  return took;
}

await eventually(async () => {
  await request(`${proxy.url}/api/v2/alerts`, { dispatcher, method: 'POST', body: batchOf(1) });
  return alertmanager.received.at(-1)?.text.includes('triage_root_cause');
});

const results = [];
for (const size of [1, 64, 256]) {
  const body = batchOf(size);
  const times = { direct: [] as number[], proxied: [] as number[] };
  for (let count = 0; count < warmUp + batches; count += 1) {
    const direct = await post(alertmanager.url, body);
    const proxied = await post(proxy.url, body);
    if (count >= warmUp) {
      times.direct.push(direct);
      times.proxied.push(proxied);
    }
  }
  const [direct, proxied] = [times.direct.toSorted((a, b) => a - b), times.proxied.toSorted((a, b) => a - b)];
  const at = (share: number) => ({ direct: percentile(direct, share), proxied: percentile(proxied, share) });
  const [half, most] = [at(0.5), at(0.99)];
  const result = { size, p50: half, p99: most, addedP50: half.proxied - half.direct, addedP99: most.proxied - most.direct };
  results.push(result);
  const figure = (ms: number): string => ms.toFixed(2).padStart(6);
  console.log(
    `${String(size).padStart(4)} alerts: direct p50${figure(half.direct)} p99${figure(most.direct)} ms, proxied p50${figure(half.proxied)} p99${figure(most.proxied)} ms, added p50${figure(result.addedP50)} p99${figure(result.addedP99)} ms`,
  );
}
const file = option('json', '');
if (file !== '') writeFileSync(file, JSON.stringify(results, null, 2));
await dispatcher.close();
