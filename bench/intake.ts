import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Alert } from '../src/core/alert.ts';
import { connectRedis, closeRedis } from '../src/redis/connection.ts';
import { eventually } from '../test/support/eventually.ts';
import { startRedis } from '../test/support/redis.ts';
import { openWebhookSide } from '../test/support/redis-side.ts';

// Alerts per second that are durably queued, next to the raw ceiling: the same bytes by one XADD per alert in an ioredis pipeline per
// body. Both run in turns in one process and against one Redis each round; the ratio is what counts, not the figures.
// `node bench/intake.ts [--seconds 3] [--rounds 3] [--json FILE]`

interface Sample {
  readonly fsync: string;
  readonly body: number;
  readonly intake: number;
  readonly raw: number;
}

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
};
const seconds = Number(option('seconds', '3'));
const rounds = Number(option('rounds', '3'));
const shapes = [
  { body: 1, inFlight: 64 },
  { body: 20, inFlight: 64 },
  { body: 1000, inFlight: 2 },
] as const;

let serial = 0;

/** An alert as kube-prometheus sends it, about 1.2 KB, with a fingerprint of its own. */
function freshAlert(): Alert {
  serial += 1;
  const pod = `checkout-${serial.toString(36)}-7d4f9c6b5-x2v9q`;
  const filler = ['container', 'endpoint', 'job', 'prometheus', 'service', 'team', 'tier', 'uid', 'zone', 'severity'];
  const labels = {
    alertname: 'KubePodNotReady',
    namespace: 'shop',
    pod,
    ...Object.fromEntries(filler.map((name) => [name, `${name}-of-the-shop-cluster`])),
  };
  const annotations = {
    summary: `Pod shop/${pod} is not ready.`,
    description: 'x'.repeat(300),
    runbook_url: 'https://runbooks.example/KubePodNotReady',
  };
  return {
    alertname: 'KubePodNotReady',
    fingerprint: createHash('md5').update(pod).digest('hex').slice(0, 16),
    status: 'firing',
    startsAt: new Date().toISOString(),
    endsAt: null,
    labels,
    annotations,
    generatorUrl: `http://prometheus.example/graph?g0.expr=${'y'.repeat(120)}`,
  };
}

/** Alerts a second, by `inFlight` senders that each send the next body as soon as the last is stored. */
async function rate(inFlight: number, body: number, send: (alerts: Alert[]) => Promise<unknown>): Promise<number> {
  let stored = 0;
  const started = performance.now();
  const until = started + seconds * 1000;
  const sender = async (): Promise<void> => {
    while (performance.now() < until) {
      await send(Array.from({ length: body }, freshAlert));
      stored += body;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return stored / ((performance.now() - started) / 1000);
}

async function measure(fsync: string, { body, inFlight }: (typeof shapes)[number]): Promise<Sample> {
  await using server = await startRedis(['--appendfsync', fsync]);
  await using side = openWebhookSide(server.url);
  await eventually(() => side.redis.status === 'ready');
  const rawClient = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  const raw = async (alerts: Alert[]): Promise<void> => {
    const pipeline = rawClient.pipeline();
    for (const alert of alerts) pipeline.xadd('{podnet}:raw', '*', 'alert', JSON.stringify(alert));
    await pipeline.exec();
  };
  const intakeRate = await rate(inFlight, body, async (alerts) => side.intake.accept(alerts, { origin: 'bench' }));
  await side.redis.flushall();
  const rawRate = await rate(inFlight, body, raw);
  await closeRedis(rawClient);
  return { fsync, body, intake: intakeRate, raw: rawRate };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const samples: Sample[] = [];
for (let round = 0; round < rounds; round += 1)
  for (const fsync of ['everysec', 'always']) for (const shape of shapes) samples.push(await measure(fsync, shape));

const table = ['everysec', 'always'].flatMap((fsync) =>
  shapes.map(({ body }) => {
    const own = samples.filter((sample) => sample.fsync === fsync && sample.body === body);
    const ratio = median(own.map(({ intake, raw }) => intake / raw));
    return {
      appendfsync: fsync,
      'alerts a body': body,
      'intake, alerts/s': Math.round(median(own.map(({ intake }) => intake))),
      'raw XADD, alerts/s': Math.round(median(own.map(({ raw }) => raw))),
      ratio: Number(ratio.toFixed(2)),
    };
  }),
);
console.table(table);
const file = option('json', '');
if (file !== '') writeFileSync(file, `${JSON.stringify({ seconds, rounds, table, samples }, null, 2)}\n`);
