import { afterEach, beforeEach, expect, test } from 'vitest';
import { named } from '../../src/core/fingerprint.ts';
import type { BatchJob } from '../../src/queue/jobs.ts';
import { dealOut, type BatchContext } from '../../src/workers/deal-out.ts';
import { openDealing, type Dealing } from '../support/dealing.ts';
import { podAlert, resolvedAlert } from '../support/redis-side.ts';

let dealing: Dealing;
let context: BatchContext;

beforeEach(async () => {
  dealing = await openDealing();
  context = dealing.context;
});
afterEach(async () => dealing[Symbol.asyncDispose]());

let stamp = 1_790_000_000_000_000;
function batch(alerts: readonly ReturnType<typeof podAlert>[], at = (stamp += 1000)): BatchJob {
  return { version: 1, kind: 'batch', origin: 'test', receivedAt: new Date(at / 1000).toISOString(), stamp: at, alerts: alerts.map(named) };
}

const waiting = async (): Promise<number> => dealing.queues.triage.getPrioritizedCount();

test('each firing alert becomes a record and a job under one id', async () => {
  const outcome = await dealOut(context, batch([podAlert(1), podAlert(2)]), 'w1');
  expect(outcome).toEqual({ claimed: 2, duplicate: 0, resolved: 0, stale: 0 });
  const jobs = await dealing.queues.triage.getPrioritized();
  expect(jobs.map(({ id }) => id)).toEqual(jobs.map(({ data }) => 'triage' in data && data.triage));
  const { items } = await dealing.context.triages.list({}, { limit: 10, cursor: null });
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(jobs.map(({ id }) => id)));
});

test('a webhook that is dealt out twice makes nothing new', async () => {
  const one = batch(Array.from({ length: 600 }, (_, n) => podAlert(n)));
  await dealOut(context, one, 'w1');
  expect(await dealOut(context, one, 'w1')).toMatchObject({ claimed: 600 });
  expect(await waiting()).toBe(600);
});

test('a worker that died between claiming and queueing is followed by one that queues', async () => {
  const one = batch([podAlert(1), podAlert(2)]);
  const dying = {
    ...context,
    queue: { remove: dealing.queues.triage.remove.bind(dealing.queues.triage), addBulk: async () => Promise.reject(new Error('killed')) },
  };
  await expect(dealOut(dying, one, 'w1')).rejects.toThrow('killed');
  await dealOut(context, one, 'w1');
  expect(await waiting()).toBe(2);
});

test('webhooks that overlap and are dealt out at once make one triage for each alert', async () => {
  const batches = Array.from({ length: 6 }, (_, n) => batch(Array.from({ length: 50 }, (__, i) => podAlert(n * 10 + i))));
  await dealing.redis.mset(Object.fromEntries(batches.map((_, n) => [`{podnet}:intake:w${n}`, 'the job, as BullMQ would keep it'])));
  const outcomes = await Promise.all(batches.map(async (one, n) => dealOut(context, one, `w${n}`)));
  expect(await waiting()).toBe(100);
  expect(outcomes.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(100);
});

test('a webhook that is overtaken by a later one of the same alert changes nothing', async () => {
  const firing = batch([podAlert(1)]);
  const resolved = batch([resolvedAlert(1)]);
  expect(await dealOut(context, resolved, 'w2')).toMatchObject({ resolved: 1 });
  expect(await dealOut(context, firing, 'w1')).toMatchObject({ stale: 1, claimed: 0 });
  expect(await waiting()).toBe(0);
});

test('an alert that fires again after it resolved is triaged again, though its cancelled triage is young', async () => {
  await dealOut(context, batch([podAlert(1)]), 'w1');
  await dealOut(context, batch([resolvedAlert(1)]), 'w2');
  expect(await waiting()).toBe(0);
  expect(await dealOut(context, batch([podAlert(1)]), 'w3')).toMatchObject({ claimed: 1 });
  expect(await waiting()).toBe(1);
});

test('each alert is watched, also one that is not triaged again, under the triage that it has', async () => {
  const seen: (string | undefined)[] = [];
  const watching = {
    ...context,
    annotations: { ...dealing.context.annotations, watch: async (_: unknown, triage?: string) => void seen.push(triage) },
  };
  await dealOut(watching, batch([podAlert(1)]), 'w1');
  await dealOut(watching, batch([podAlert(1)]), 'w2');
  expect(seen).toHaveLength(2);
  expect(seen[0]).toBe(seen[1]);
});
