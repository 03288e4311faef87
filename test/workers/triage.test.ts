import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { IncidentSummary } from '../../src/store/incident-store.ts';
import type { TriageSummary } from '../../src/store/triage-store.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  diagnosisFor,
  openWebhookSide,
  podAlert,
  resolvedAlert,
  startWorkerSide,
  type WebhookSide,
  type WorkerSide,
  type WorkerSideOptions,
} from '../support/redis-side.ts';

let server: TestRedis;
let side: WebhookSide;
let workers: WorkerSide[] = [];
const from = { origin: 'http://alertmanager:9093' };
const firstPage = { limit: 500, cursor: null };

beforeEach(async () => {
  server = await startRedis();
  side = openWebhookSide(server.url);
  await eventually(() => side.redis.status === 'ready');
});
afterEach(async () => {
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  workers = [];
  await side[Symbol.asyncDispose]();
  await server.close();
});

function work(options: WorkerSideOptions = {}): WorkerSide {
  const worker = startWorkerSide(server.url, options);
  workers.push(worker);
  return worker;
}

async function ended(status: 'done' | 'failed' | 'cancelled', count = 1): Promise<readonly TriageSummary[]> {
  return eventually(async () => {
    const { items } = await side.triages.list({ status }, firstPage);
    return items.length >= count && items;
  }, 15_000);
}

async function incidents(): Promise<readonly IncidentSummary[]> {
  return (await side.incidents.list({}, firstPage)).items;
}

describe('a triage', () => {
  it('ends in its record, its incident, its annotations and one delivery', async () => {
    const worker = work();
    await side.intake.accept([podAlert(1)], from);
    const [done] = await ended('done');
    const [incident] = await eventually(async () => (await incidents()).length > 0 && incidents());
    expect(done).toMatchObject({ rootCause: 'ip-pool-exhausted', fingerprint: podAlert(1).fingerprint });
    expect(await eventually(async () => (await side.triages.get(done?.id ?? ''))?.incident)).toBe(incident?.id);
    expect(worker.told).toEqual([`watch ${podAlert(1).fingerprint}`, `diagnosed ${podAlert(1).fingerprint}`]);
    const waiting = await eventually(async () => {
      const jobs = await worker.queues.delivery.getJobs(['wait', 'delayed']);
      return jobs.length > 0 && jobs;
    });
    expect(waiting.map(({ data }) => data.incident)).toEqual([incident?.id]);
  });

  it('that fails is tried again', async () => {
    let tries = 0;
    work({
      examine: async ({ id, alert }) => {
        tries += 1;
        if (tries === 1) throw new Error('the first try fails');
        return { diagnosis: diagnosisFor(id, alert), recording: {} };
      },
    });
    await side.intake.accept([podAlert(1)], from);
    const [done] = await ended('done');
    expect(tries).toBe(2);
    expect((await side.triages.get(done?.id ?? ''))?.error).toBeNull();
  });

  it('that fails for good says so in one line, in the record and in the annotations', async () => {
    const worker = work({ examine: async () => Promise.reject(new Error('boom Authorization: Bearer abcdefgh12345678\n    at stack')) });
    await side.intake.accept([podAlert(1)], from);
    const [failed] = await ended('failed');
    const record = await side.triages.get(failed?.id ?? '');
    expect(record?.error).toMatch(/^boom/);
    expect(record?.error).not.toMatch(/\n|abcdefgh12345678/);
    await eventually(() => worker.told.find((line) => line.startsWith(`failed ${podAlert(1).fingerprint} boom`)));
  });

  it('gives its examination a signal that aborts when its time is over', async () => {
    work({
      timeoutMs: 300,
      examine: async ({ id, alert }, signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { diagnosis: { ...diagnosisFor(id, alert), headline: 'cut short' }, recording: {} };
      },
    });
    await side.intake.accept([podAlert(1)], from);
    const [done] = await ended('done');
    expect((await side.triages.get(done?.id ?? ''))?.diagnosis?.headline).toBe('cut short');
  });

  it('that finds the annotation store in trouble publishes again without a second look at the cluster', async () => {
    let looks = 0;
    let refusals = 0;
    work({
      examine: async ({ id, alert }) => {
        looks += 1;
        return { diagnosis: diagnosisFor(id, alert), recording: {} };
      },
      annotations: {
        diagnosed: async () => {
          refusals += 1;
          if (refusals === 1) throw new Error('no annotations now');
        },
      },
    });
    await side.intake.accept([podAlert(1)], from);
    await eventually(() => refusals === 2);
    expect(looks).toBe(1);
    expect(await incidents()).toHaveLength(1);
  });
});

describe('a storm', () => {
  it('of 500 alerts with one cause is one incident, and few deliveries', async () => {
    const worker = work();
    const alerts = Array.from({ length: 500 }, (_, n) => podAlert(n));
    await side.intake.accept(alerts.slice(0, 250), from);
    await Promise.all(alerts.slice(250).map(async (alert) => side.intake.accept([alert], from)));
    await ended('done', 500);
    const [incident, ...others] = await eventually(async () => {
      const all = await incidents();
      return all[0]?.counts.alerts === 500 && all;
    });
    expect(others).toEqual([]);
    expect(incident?.counts).toEqual({ alerts: 500, firing: 500 });
    expect(await worker.queues.delivery.getJobCountByTypes('wait', 'delayed', 'completed')).toBe(1);
    await side.intake.accept(
      alerts.map((_, n) => resolvedAlert(n)),
      from,
    );
    await eventually(async () => (await incidents())[0]?.status === 'resolved');
  }, 60_000);
});

describe('a triage that somebody asks for', () => {
  it('runs within the dedup window too, and in the incident of its alert', async () => {
    work();
    await side.intake.accept([podAlert(1)], from);
    await ended('done');
    const asked = await side.requestTriage({ fingerprint: podAlert(1).fingerprint ?? '', reason: 'sure?' });
    await ended('done', 2);
    const record = await eventually(async () => {
      const one = await side.triages.get(asked?.id ?? '');
      return one?.incident !== null && one;
    });
    expect(record).toMatchObject({ status: 'done', trigger: { kind: 'manual', reason: 'sure?' } });
    const [incident, ...others] = await incidents();
    expect([others, incident?.counts.alerts]).toEqual([[], 1]);
  });

  it('can be read as soon as its id is known', async () => {
    const asked = await side.requestTriage({ labels: podAlert(1).labels, reason: null });
    expect(await side.triages.get(asked?.id ?? '')).toMatchObject({ status: 'queued', target: { kind: 'pod', name: 'web-1' } });
  });

  it('is unknown where the fingerprint is', async () => {
    expect(await side.requestTriage({ fingerprint: 'feedfeedfeedfeed', reason: null })).toBeNull();
  });

  it('by labels is one of the known alert that carries them', async () => {
    work();
    const labels = { ...podAlert(1).labels, severity: 'warning' };
    await side.intake.accept([podAlert(1, { labels })], from);
    await ended('done');
    const asked = await side.requestTriage({ labels: podAlert(1).labels, reason: null });
    expect((await side.triages.get(asked?.id ?? ''))?.alert).toMatchObject({ fingerprint: podAlert(1).fingerprint, labels });
  });

  it('by labels that nobody has seen is one of an alert without a fingerprint', async () => {
    work();
    const asked = await side.requestTriage({ labels: podAlert(9).labels, reason: null });
    await ended('done');
    expect((await side.triages.get(asked?.id ?? ''))?.alert).toMatchObject({ fingerprint: null, startsAt: null, status: 'firing' });
  });

  it('starts the dedup window anew', async () => {
    work({ dedupWindowMs: 900_000 });
    await side.intake.accept([podAlert(1)], from);
    await ended('done');
    await side.redis.hset(`{podnet}:alert:${podAlert(1).fingerprint}`, 'startedAt', '1');
    await side.requestTriage({ fingerprint: podAlert(1).fingerprint ?? '', reason: null });
    await ended('done', 2);
    expect(await side.intake.accept([podAlert(1)], from)).toMatchObject({ deduplicated: 1 });
  });

  it('goes before alerts that wait', async () => {
    const order: (string | undefined)[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const worker = work({
      concurrency: 1,
      timeoutMs: 60_000,
      examine: async ({ id, alert }) => {
        order.push(alert.labels['pod']);
        if (order.length === 1) await gate;
        return { diagnosis: diagnosisFor(id, alert), recording: {} };
      },
    });
    await side.intake.accept([podAlert(0)], from);
    await eventually(() => order.length === 1);
    const older = new Date(Date.now() - 20_000).toISOString();
    await side.intake.accept([podAlert(1), podAlert(2, { startsAt: older })], from);
    await eventually(async () => (await worker.queues.triage.getPrioritizedCount()) === 2);
    await side.requestTriage({ labels: podAlert(3).labels, reason: null });
    release();
    await ended('done', 4);
    expect(order).toEqual(['web-0', 'web-3', 'web-2', 'web-1']);
  });
});

test('a diagnosis that changes moves the alert to the other incident', async () => {
  const nodes = ['worker-3', 'worker-4'];
  work({
    examine: async ({ id, alert }) => {
      const canned = cannedDiagnosis(alert, { id });
      const name = alert.labels['pod'] === 'web-2' ? 'worker-4' : (nodes.shift() ?? 'worker-4');
      const subject = { kind: 'Node', namespace: null, name };
      return { diagnosis: { ...canned, rootCause: canned.rootCause && { ...canned.rootCause, subject } }, recording: {} };
    },
  });
  await side.intake.accept([podAlert(1)], from);
  await ended('done');
  await side.intake.accept([podAlert(2)], from);
  await ended('done', 2);
  await eventually(async () => (await incidents()).length === 2);
  await side.requestTriage({ fingerprint: podAlert(1).fingerprint ?? '', reason: null });
  const open = await eventually(async () => {
    const { items } = await side.incidents.list({ status: 'open' }, firstPage);
    return items.length === 1 && items;
  });
  expect(open[0]).toMatchObject({ subject: { name: 'worker-4' }, counts: { alerts: 2, firing: 2 } });
});
