import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  diagnosisFor,
  openWebhookSide,
  podAlert,
  resolvedAlert,
  startWorkerSide,
  type SideOptions,
  type WebhookSide,
  type WorkerSide,
  type WorkerSideOptions,
} from '../support/redis-side.ts';

let server: TestRedis;
let sides: AsyncDisposable[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => server.close());
beforeEach(async () => {
  const webhook = openWebhookSide(server.url);
  await eventually(() => webhook.redis.status === 'ready');
  await webhook.redis.flushall();
  await webhook[Symbol.asyncDispose]();
});
afterEach(async () => {
  const open = sides.reverse();
  sides = [];
  for (const side of open) await side[Symbol.asyncDispose]();
});

async function webhookSide(options: SideOptions = {}): Promise<WebhookSide> {
  const side = openWebhookSide(server.url, options);
  sides.push(side);
  await eventually(() => side.redis.status === 'ready');
  return side;
}

function workerSide(options: WorkerSideOptions = {}): WorkerSide {
  const side = startWorkerSide(server.url, options);
  sides.push(side);
  return side;
}

const from = { origin: 'http://alertmanager:9093' };

/** How many triages exist, once no webhook waits any more and `atLeast` of them are done. */
async function triagesDone(side: WebhookSide, worker: WorkerSide, atLeast: number): Promise<number> {
  await eventually(async () => {
    const { items } = await side.triages.list({ status: 'done' }, { limit: 500, cursor: null });
    return items.length >= atLeast && (await worker.queues.intake.getJobCountByTypes('wait', 'active', 'delayed')) === 0;
  });
  return (await side.triages.list({}, { limit: 500, cursor: null })).items.length;
}

describe('an alert that is sent again', () => {
  it('is answered as stored while its webhook waits for a worker', async () => {
    const { intake } = await webhookSide();
    expect(await intake.accept([podAlert(1)], from)).toMatchObject({ queued: 1, deduplicated: 0 });
    expect(await intake.accept([podAlert(1)], from)).toMatchObject({ queued: 0, deduplicated: 1 });
  });

  it('is answered as stored while its triage waits', async () => {
    const side = await webhookSide();
    const worker = workerSide({ concurrency: 1, examine: async () => new Promise(() => undefined), timeoutMs: 60_000 });
    await side.intake.accept([podAlert(1)], from);
    await eventually(async () => (await worker.queues.triage.getActiveCount()) === 1);
    await side.intake.accept([podAlert(2)], from);
    await eventually(async () => (await worker.queues.triage.getPrioritizedCount()) === 1);
    expect(await side.intake.accept([podAlert(1), podAlert(2)], from)).toMatchObject({ queued: 0, deduplicated: 2 });
  });

  it('is not triaged within the window after its triage', async () => {
    const side = await webhookSide();
    const worker = workerSide();
    await side.intake.accept([podAlert(1)], from);
    await triagesDone(side, worker, 1);
    expect(await side.intake.accept([podAlert(1)], from)).toMatchObject({ deduplicated: 1 });
    expect(await triagesDone(side, worker, 1)).toBe(1);
  });

  it('is the same alert when only startsAt differs', async () => {
    const side = await webhookSide();
    await side.intake.accept([podAlert(1)], from);
    const later = podAlert(1, { startsAt: new Date(Date.now() + 7000).toISOString() });
    expect(await side.intake.accept([later], from)).toMatchObject({ deduplicated: 1 });
  });

  it('is triaged again when the window is over, counted from the start of its last triage', async () => {
    const side = await webhookSide({ dedupWindowMs: 300 });
    const worker = workerSide({ dedupWindowMs: 300 });
    await side.intake.accept([podAlert(1)], from);
    await triagesDone(side, worker, 1);
    const answer = await eventually(async () => {
      const accepted = await side.intake.accept([podAlert(1)], from);
      return accepted.queued === 1 && accepted;
    });
    expect(answer).toMatchObject({ received: 1, deduplicated: 0 });
    expect(await triagesDone(side, worker, 2)).toBe(2);
  });

  it('is triaged again after it resolved, also within the window', async () => {
    const side = await webhookSide();
    const worker = workerSide();
    await side.intake.accept([podAlert(1)], from);
    await triagesDone(side, worker, 1);
    expect(await side.intake.accept([resolvedAlert(1)], from)).toMatchObject({ resolved: 1, queued: 0 });
    expect(await side.intake.accept([podAlert(1)], from)).toMatchObject({ queued: 1 });
    expect(await triagesDone(side, worker, 2)).toBe(2);
  });

  it('is triaged once when two Alertmanagers send it in the same moment', async () => {
    const [a, b] = [await webhookSide(), await webhookSide()];
    const alerts = Array.from({ length: 20 }, (_, n) => podAlert(n));
    const answers = await Promise.all([a.intake.accept(alerts, from), b.intake.accept(alerts, { origin: 'http://other:9093' })]);
    expect(answers.every(({ received }) => received === 20)).toBe(true);
    const workers = [workerSide(), workerSide()];
    expect(await triagesDone(a, workers[0] as WorkerSide, 20)).toBe(20);
  });

  it('is triaged when the jobs of its last triage are gone', async () => {
    const side = await webhookSide();
    const worker = workerSide({ concurrency: 1, examine: async () => new Promise(() => undefined), timeoutMs: 60_000 });
    await side.intake.accept([podAlert(1), podAlert(2)], from);
    await eventually(async () => (await worker.queues.triage.getPrioritizedCount()) === 1);
    const [waiting] = await worker.queues.triage.getPrioritized();
    await waiting?.remove();
    const data = waiting?.data;
    const blocked = podAlert(data?.kind === 'triage' && data.alert.fingerprint === podAlert(1).fingerprint ? 1 : 2);
    expect(await side.intake.accept([blocked], from)).toMatchObject({ queued: 1, deduplicated: 0 });
  });
});

describe('a webhook', () => {
  it('is one job, whatever it holds', async () => {
    const side = await webhookSide();
    const mixed = [...Array.from({ length: 30 }, (_, n) => podAlert(n)), resolvedAlert(31)];
    expect(await side.intake.accept(mixed, from)).toEqual({ received: 31, queued: 30, deduplicated: 0, resolved: 1, ignored: 0 });
    expect(await side.redis.llen('{podnet}:intake:wait')).toBe(1);
  });

  it('counts alerts that nobody claims as ignored and stores nothing of them', async () => {
    const side = await webhookSide({ claims: ({ alertname }) => alertname === 'KubePodNotReady' });
    const other = podAlert(2, { alertname: 'Watchdog' });
    expect(await side.intake.accept([podAlert(1), other], from)).toEqual({
      received: 2,
      queued: 1,
      deduplicated: 0,
      resolved: 0,
      ignored: 1,
    });
    expect(await side.intake.accept([other], from)).toMatchObject({ received: 1, ignored: 1 });
    expect(await side.redis.llen('{podnet}:intake:wait')).toBe(1);
  });

  it('counts an alert that it holds twice once', async () => {
    const { intake } = await webhookSide();
    expect(await intake.accept([podAlert(1), podAlert(1)], from)).toMatchObject({ received: 2, queued: 1, deduplicated: 1 });
  });

  it('may bring alerts without a fingerprint', async () => {
    const side = await webhookSide();
    const bare = podAlert(1, { fingerprint: null });
    expect(await side.intake.accept([bare], from)).toMatchObject({ queued: 1 });
    expect(await side.intake.accept([bare], from)).toMatchObject({ deduplicated: 1 });
  });
});

describe('a resolved alert', () => {
  it('cancels its waiting triage', async () => {
    const side = await webhookSide();
    const worker = workerSide({ concurrency: 1, examine: async () => new Promise(() => undefined), timeoutMs: 60_000 });
    await side.intake.accept([podAlert(1)], from);
    await eventually(async () => (await worker.queues.triage.getActiveCount()) === 1);
    await side.intake.accept([podAlert(2)], from);
    await eventually(async () => (await worker.queues.triage.getPrioritizedCount()) === 1);
    await side.intake.accept([resolvedAlert(2)], from);
    const cancelled = await eventually(
      async () => (await side.triages.list({ status: 'cancelled' }, { limit: 10, cursor: null })).items[0],
    );
    expect(cancelled.fingerprint).toBe(podAlert(2).fingerprint);
    expect(await worker.queues.triage.getPrioritizedCount()).toBe(0);
  });

  it('is not triaged when it resolved before any worker saw it fire', async () => {
    const side = await webhookSide();
    await side.intake.accept([podAlert(1)], from);
    await side.intake.accept([resolvedAlert(1)], from);
    const worker = workerSide();
    await eventually(() => worker.told.includes(`resolved ${podAlert(1).fingerprint}`));
    await eventually(async () => (await worker.queues.triage.getJobCountByTypes('prioritized', 'active', 'wait')) === 0);
    const { items } = await side.triages.list({}, { limit: 10, cursor: null });
    expect(items.filter(({ status }) => status !== 'cancelled')).toEqual([]);
  });

  it('ends its incident also when it resolves while its triage runs', async () => {
    const side = await webhookSide();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const worker = workerSide({
      examine: async ({ id, alert }) => {
        await gate;
        return { diagnosis: diagnosisFor(id, alert), recording: {} };
      },
    });
    await side.intake.accept([podAlert(1)], from);
    await eventually(async () => (await worker.queues.triage.getActiveCount()) === 1);
    await side.intake.accept([resolvedAlert(1)], from);
    await eventually(() => worker.told.includes(`resolved ${podAlert(1).fingerprint}`));
    release();
    const incident = await eventually(
      async () => (await side.incidents.list({ status: 'resolved' }, { limit: 10, cursor: null })).items[0],
    );
    expect(incident.counts).toEqual({ alerts: 1, firing: 0 });
  });
});
