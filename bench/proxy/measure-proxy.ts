import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { fingerprintOf } from '../../src/core/fingerprint.ts';
import { closeRedis, connectRedis } from '../../src/redis/connection.ts';
import { openAnnotationStore } from '../../src/store/annotation-store.ts';
import { eventually } from '../../test/support/eventually.ts';
import { startRedis } from '../../test/support/redis.ts';
import { startService } from '../../test/support/service-process.ts';
import { percentile, rounded } from '../part.ts';
import type { Extent, Part } from '../part.ts';
import { alertOf, batchOf } from './batch.ts';
import { startSink } from './sink.ts';

const known = 1_000;
const warmUp = 200;
const batches = 1_500;
const sizes = [1, 64, 256];

/** The ways that a batch takes, and how many milliseconds each post of it took there. */
type Times = Readonly<Record<'straight' | 'relay' | 'proxy', number[]>>;

/**
 * What the proxy adds to the way of a batch of alerts: each batch goes straight to an Alertmanager, through a process that only
 * passes it on, and through the proxy, in turns. The proxy has 1,000 diagnoses in memory; a tenth of each batch has one.
 */
export async function measureProxy({ divisor }: Extent): Promise<Part> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  await fill(redis.url);
  const alertmanager = stack.use(await startSink());
  const proxy = stack.use(await startService({ REDIS_URL: redis.url, ALERTMANAGER_URLS: alertmanager.url }, 'proxy'));
  const relay = fork(join(import.meta.dirname, 'relay-process.ts'), [alertmanager.url]);
  stack.defer(() => relay.disconnect());
  const [{ url: relayUrl }] = (await once(relay, 'message')) as [{ readonly url: string }];
  const dispatcher = new Agent({ connections: 1 });
  stack.defer(async () => dispatcher.close());
  await eventually(async () => {
    await post(proxy.url, batchOf(1), dispatcher);
    return alertmanager.enriched() > 0;
  });

  const ways = { straight: alertmanager.url, relay: relayUrl, proxy: proxy.url };
  const samples = [];
  for (const size of sizes) {
    const times: Times = { straight: [], relay: [], proxy: [] };
    // Made once: what the sender leaves behind in memory would be cleared away in the middle of a measurement.
    const batch = batchOf(size);
    const enriched = alertmanager.enriched();
    const count = warmUp + Math.ceil(batches / divisor);
    for (let turn = 0; turn < count; turn += 1)
      for (const way of ['straight', 'relay', 'proxy'] as const) {
        const took = await post(ways[way], batch, dispatcher);
        if (turn >= warmUp) times[way].push(took);
      }
    if (alertmanager.enriched() - enriched !== count) throw new Error('the proxy passed batches on without their diagnoses');
    samples.push({ size, ...times });
  }
  const title = 'Proxy: milliseconds more than straight to Alertmanager, through a bare relay and through the proxy';
  return { name: 'proxy', title, rows: samples.map(({ size, ...times }) => rowOf(size, times)), samples };
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

function rowOf(size: number, { straight, relay, proxy }: Times): Readonly<Record<string, number>> {
  const added = (way: readonly number[], share: number): number => rounded(percentile(way, share) - percentile(straight, share));
  return {
    'alerts a batch': size,
    'straight p50': rounded(percentile(straight, 0.5)),
    'straight p99': rounded(percentile(straight, 0.99)),
    'relay p50': added(relay, 0.5),
    'relay p95': added(relay, 0.95),
    'relay p99': added(relay, 0.99),
    'proxy p50': added(proxy, 0.5),
    'proxy p95': added(proxy, 0.95),
    'proxy p99': added(proxy, 0.99),
  };
}

/** Milliseconds until a batch is answered. */
async function post(base: string, body: Buffer, dispatcher: Agent): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const began = performance.now();
  const answer = await request(`${base}/api/v2/alerts`, { dispatcher, method: 'POST', headers, body });
  await answer.body.dump();
  const took = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${base} answered ${answer.statusCode}`);
  return took;
}
