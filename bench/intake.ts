import { createHash } from 'node:crypto';
import type { Alert } from '../src/core/alert.ts';
import { connectRedis, closeRedis } from '../src/redis/connection.ts';
import { eventually } from '../test/support/eventually.ts';
import { startRedis } from '../test/support/redis.ts';
import { openWebhookSide } from '../test/support/redis-side.ts';
import { labelsOf } from './labels.ts';
import { median, rounded } from './part.ts';
import type { Extent, Part } from './part.ts';

/** Bodies of so many alerts, sent by so many senders at once. */
interface Shape {
  readonly body: number;
  readonly inFlight: number;
}

export interface IntakeSample extends Shape {
  readonly fsync: string;
  /** Alerts a second. */
  readonly intake: number;
  readonly raw: number;
}

const shapes: readonly Shape[] = [
  { body: 1, inFlight: 64 },
  { body: 20, inFlight: 64 },
  { body: 1000, inFlight: 2 },
];
const fsyncs = ['everysec', 'always'];

/**
 * Alerts per second that are durably queued, next to the raw ceiling: the same bytes by one XADD per alert in an ioredis
 * pipeline per body. Both run in turns in one process and against one Redis; the ratio is what counts.
 */
export async function measureIntake(extent: Extent): Promise<Part> {
  const samples: IntakeSample[] = [];
  for (let round = 0; round < extent.rounds; round += 1)
    for (const fsync of fsyncs) for (const shape of shapes) samples.push(await sampleIntake(fsync, shape, extent.seconds));
  const rows = fsyncs.flatMap((fsync) =>
    shapes.map(({ body }) => {
      const own = samples.filter((sample) => sample.fsync === fsync && sample.body === body);
      return {
        appendfsync: fsync,
        'alerts a body': body,
        'intake, alerts/s': Math.round(median(own.map(({ intake }) => intake))),
        'raw XADD, alerts/s': Math.round(median(own.map(({ raw }) => raw))),
        ratio: rounded(median(own.map(({ intake, raw }) => intake / raw))),
      };
    }),
  );
  return { name: 'intake', title: 'Intake: alerts durably queued per second, next to one XADD per alert of the same bytes', rows, samples };
}

/** One rate of the intake and one of the raw ceiling, in a Redis of their own. */
export async function sampleIntake(fsync: string, { body, inFlight }: Shape, seconds: number): Promise<IntakeSample> {
  await using server = await startRedis(['--appendfsync', fsync]);
  await using side = openWebhookSide(server.url);
  await eventually(() => side.redis.status === 'ready');
  const rawClient = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  const raw = async (alerts: Alert[]): Promise<void> => {
    const pipeline = rawClient.pipeline();
    for (const alert of alerts) pipeline.xadd('{podnet}:raw', '*', 'alert', JSON.stringify(alert));
    await pipeline.exec();
  };
  const accept = async (alerts: Alert[]): Promise<unknown> => side.intake.accept(alerts, { origin: 'bench' });
  // Neither is measured while Node still compiles it.
  await rate({ inFlight, body, seconds: seconds / 4 }, accept);
  await rate({ inFlight, body, seconds: seconds / 4 }, raw);
  await side.redis.flushall();
  const intakeRate = await rate({ inFlight, body, seconds }, accept);
  await side.redis.flushall();
  const rawRate = await rate({ inFlight, body, seconds }, raw);
  await closeRedis(rawClient);
  return { fsync, body, inFlight, intake: intakeRate, raw: rawRate };
}

/** Alerts a second, by senders that each send the next body as soon as the last is stored. */
async function rate(
  { inFlight, body, seconds }: Shape & { readonly seconds: number },
  send: (alerts: Alert[]) => Promise<unknown>,
): Promise<number> {
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

let serial = 0;

/** An alert as kube-prometheus sends it, about 1.2 KB, with a fingerprint of its own. */
function freshAlert(): Alert {
  serial += 1;
  const pod = `checkout-${serial.toString(36)}-7d4f9c6b5-x2v9q`;
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
    labels: labelsOf(pod),
    annotations,
    generatorUrl: `http://prometheus.example/graph?g0.expr=${'y'.repeat(120)}`,
  };
}
