import { afterEach, describe, expect, it } from 'vitest';
import { QueueUnavailableError } from '../../src/queue/unavailable.ts';
import { eventually } from '../support/eventually.ts';
import { freePort, startRedis, startRedisAt } from '../support/redis.ts';
import { openWebhookSide, podAlert, startWorkerSide } from '../support/redis-side.ts';

const from = { origin: 'http://alertmanager:9093' };
let open: AsyncDisposable[] = [];

afterEach(async () => {
  const closing = open.reverse();
  open = [];
  for (const one of closing) await one[Symbol.asyncDispose]();
});

function keep<T extends AsyncDisposable>(one: T): T {
  open.push(one);
  return one;
}

/** How long the promise took to reject with a QueueUnavailableError. */
async function msToReject(promise: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await expect(promise).rejects.toThrow(QueueUnavailableError);
  return performance.now() - started;
}

describe('while Redis is away, the intake refuses within two seconds', () => {
  it('when Redis was away at the start, and takes alerts as soon as it is there', async () => {
    const port = await freePort();
    const side = keep(openWebhookSide(`redis://127.0.0.1:${port}`));
    expect(await msToReject(side.intake.accept([podAlert(1)], from))).toBeLessThan(2000);
    expect(await msToReject(side.requestTriage({ labels: { alertname: 'X' }, reason: null }))).toBeLessThan(2000);
    keep(await startRedisAt(port));
    const accepted = await eventually(async () => side.intake.accept([podAlert(1)], from), 5000);
    expect(accepted).toMatchObject({ queued: 1 });
  });

  it('when Redis ends later, and takes alerts again when it is back', async () => {
    const server = keep(await startRedis());
    const side = keep(openWebhookSide(server.url));
    await eventually(async () => side.intake.accept([podAlert(1)], from));
    await server.kill();
    expect(await msToReject(side.intake.accept([podAlert(2)], from))).toBeLessThan(2000);
    await server.start();
    expect(await eventually(async () => side.intake.accept([podAlert(2)], from), 5000)).toMatchObject({ queued: 1 });
  });

  it('when Redis hangs', async () => {
    const server = keep(await startRedis());
    const side = keep(openWebhookSide(server.url));
    await eventually(async () => side.intake.accept([podAlert(1)], from));
    process.kill(server.pid ?? 0, 'SIGSTOP');
    try {
      expect(await msToReject(side.intake.accept([podAlert(2)], from))).toBeLessThan(2000);
    } finally {
      process.kill(server.pid ?? 0, 'SIGCONT');
    }
  });

  it('when Redis is full and refuses writes', async () => {
    const server = keep(await startRedis(['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction']));
    const side = keep(openWebhookSide(server.url));
    await eventually(() => side.redis.status === 'ready');
    expect(await msToReject(side.intake.accept([podAlert(1)], from))).toBeLessThan(2000);
  });

  it('but answers for alerts that nobody claims', async () => {
    const side = keep(openWebhookSide(`redis://127.0.0.1:${await freePort()}`, { claims: () => false }));
    expect(await side.intake.accept([podAlert(1)], from)).toMatchObject({ received: 1, ignored: 1 });
  });
});

describe('no acknowledged alert is lost', () => {
  it('when Redis is killed and started again under load', async () => {
    const server = keep(await startRedis());
    const side = keep(openWebhookSide(server.url));
    await eventually(() => side.redis.status === 'ready');
    const worker = keep(startWorkerSide(server.url));
    const acknowledged = new Set<string>();
    const send = async (n: number): Promise<void> => {
      const alert = podAlert(n);
      await eventually(async () => side.intake.accept([alert], from), 15_000);
      acknowledged.add(alert.fingerprint ?? '');
    };
    const storm = (async (): Promise<void> => {
      for (let n = 0; n < 300; n += 20) await Promise.all(Array.from({ length: 20 }, async (_, i) => send(n + i)));
    })();
    await eventually(() => acknowledged.size > 60);
    await server.kill();
    await server.start();
    await storm;
    const done = async (): Promise<Set<string | null>> => {
      const { items } = await side.triages.list({ status: 'done' }, { limit: 500, cursor: null });
      return new Set(items.map(({ fingerprint }) => fingerprint));
    };
    await eventually(async () => (await done()).size === acknowledged.size, 25_000);
    expect(worker.told.filter((line) => line.startsWith('diagnosed')).length).toBeGreaterThanOrEqual(acknowledged.size);
  }, 60_000);

  it('when a worker was away as they came, and Redis restarts before it is there', async () => {
    const server = keep(await startRedis());
    const side = keep(openWebhookSide(server.url));
    await eventually(async () => side.intake.accept([podAlert(1), podAlert(2)], from));
    await server.kill();
    await server.start();
    keep(startWorkerSide(server.url));
    await eventually(async () => (await side.triages.list({ status: 'done' }, { limit: 10, cursor: null })).items.length === 2);
    expect(await side.intake.accept([podAlert(1), podAlert(2)], from)).toMatchObject({ deduplicated: 2 });
  });
});

describe('closing', () => {
  it('ends soon while Redis is away', async () => {
    const server = keep(await startRedis());
    const side = openWebhookSide(server.url);
    const worker = startWorkerSide(server.url);
    await eventually(async () => side.intake.accept([podAlert(1)], from));
    await eventually(() => worker.told.length > 1);
    await server.stop();
    const started = performance.now();
    await Promise.all([side[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('ends soon when Redis was never there', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const side = openWebhookSide(url);
    const worker = startWorkerSide(url);
    const started = performance.now();
    await Promise.all([side[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('hands a triage under way to another worker, and no attempt is lost', async () => {
    const server = keep(await startRedis());
    const side = keep(openWebhookSide(server.url));
    await eventually(() => side.redis.status === 'ready');
    const first = startWorkerSide(server.url, { examine: async () => new Promise(() => undefined), timeoutMs: 60_000 });
    await side.intake.accept([podAlert(1)], from);
    await eventually(async () => (await first.queues.triage.getActiveCount()) === 1);
    await first[Symbol.asyncDispose]();
    const second = keep(startWorkerSide(server.url));
    await eventually(async () => (await side.triages.list({ status: 'done' }, { limit: 10, cursor: null })).items.length === 1, 4000);
    // The record says "done" a moment before the job ends.
    const job = await eventually(async () => (await second.queues.triage.getCompleted())[0]);
    expect(job.attemptsMade).toBe(1);
  });
});
