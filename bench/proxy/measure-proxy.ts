import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { fingerprintOf } from '../../src/core/fingerprint.ts';
import { closeRedis, connectRedis } from '../../src/redis/connection.ts';
import { openAnnotationStore } from '../../src/store/annotation-store.ts';
import { eventually } from '../../test/support/eventually.ts';
import { startAlertmanager } from '../../test/support/alertmanager.ts';
import { startRedis } from '../../test/support/redis.ts';
import { startService } from '../../test/support/service-process.ts';
import { percentile, rounded } from '../part.ts';
import type { Extent, Part } from '../part.ts';
import { alertOf, batchOf } from './batch.ts';

const known = 1_000;
const warmUp = 200;
const sizes = [1, 64, 256];

/** Where the batches end up, and how many of each size are sent: an Alertmanager takes 25 ms for 256 alerts. */
const ends = [
  { upstream: 'double', batches: 1_500, start: startDouble },
  { upstream: 'Alertmanager', batches: 500, start: startRealAlertmanager },
] as const;

/** The ways that a batch takes, and how many milliseconds each post of it took there. */
type Times = Readonly<Record<'straight' | 'relay' | 'proxy', number[]>>;

interface Alertmanager extends AsyncDisposable {
  readonly url: string;
  /** Whether it was given an annotation of ours. */
  readonly isEnriched: () => Promise<boolean>;
}

/**
 * What the proxy adds to the way of a batch of alerts: each batch goes straight to an Alertmanager, through a process that only
 * passes it on, and through the proxy, in turns. The proxy has 1,000 diagnoses in memory; a tenth of each batch has one.
 */
export async function measureProxy({ divisor }: Extent): Promise<Part> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  await fill(redis.url);
  const samples = [];
  for (const { upstream, batches, start } of ends) {
    await using alertmanager = await start();
    const count = Math.ceil(batches / divisor);
    for (const one of await measureWays(redis.url, alertmanager, count)) samples.push({ upstream, ...one });
  }
  const title = 'Proxy: milliseconds more than straight to Alertmanager, through a bare relay and through the proxy';
  return { name: 'proxy', title, rows: samples.map(rowOf), samples };
}

async function measureWays(
  redisUrl: string,
  alertmanager: Alertmanager,
  count: number,
): Promise<readonly (Times & { readonly size: number })[]> {
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startService({ REDIS_URL: redisUrl, ALERTMANAGER_URLS: alertmanager.url }, 'proxy'));
  const relay = stack.use(await startPart('relay-process.ts', alertmanager.url));
  const dispatcher = new Agent({ connections: 1 });
  stack.defer(async () => dispatcher.close());
  await eventually(async () => {
    await post(proxy.url, batchOf(1), dispatcher);
    return alertmanager.isEnriched();
  });

  const ways = { straight: alertmanager.url, relay: relay.url, proxy: proxy.url };
  const samples = [];
  for (const size of sizes) {
    const times: Times = { straight: [], relay: [], proxy: [] };
    // Made once: what the sender leaves behind in memory would be cleared away in the middle of a measurement.
    const batch = batchOf(size);
    for (let turn = 0; turn < warmUp + count; turn += 1)
      for (const way of ['straight', 'relay', 'proxy'] as const) {
        const took = await post(ways[way], batch, dispatcher);
        if (turn >= warmUp) times[way].push(took);
      }
    samples.push({ size, ...times });
  }
  return samples;
}

/** In a process of its own, as an Alertmanager is: its work is not to be taken for that of the sender. */
async function startDouble(): Promise<Alertmanager> {
  const sink = await startPart('sink-process.ts');
  const isEnriched = async (): Promise<boolean> => Number(await (await fetch(`${sink.url}/enriched`)).text()) > 0;
  return { url: sink.url, isEnriched, [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose]() };
}

async function startRealAlertmanager(): Promise<Alertmanager> {
  const server = await startAlertmanager({ route: { receiver: 'none', group_wait: '1h' }, receivers: [{ name: 'none' }] });
  const isEnriched = async (): Promise<boolean> =>
    (await server.alerts()).some(({ annotations }) => annotations['triage_root_cause'] !== undefined);
  return { url: server.url, isEnriched, [Symbol.asyncDispose]: () => server.close() };
}

/** A script beside this one in a process of its own, which tells its URL. */
async function startPart(script: string, ...args: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  const child = fork(join(import.meta.dirname, script), args);
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }];
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.disconnect();
    },
  };
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

function rowOf(sample: Times & { readonly upstream: string; readonly size: number }): Readonly<Record<string, number | string>> {
  const { upstream, size, straight, relay, proxy } = sample;
  const added = (way: readonly number[], share: number): number => rounded(percentile(way, share) - percentile(straight, share));
  return {
    upstream,
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
