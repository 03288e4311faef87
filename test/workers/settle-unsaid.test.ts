import { afterEach, beforeEach, expect, test } from 'vitest';
import { named } from '../../src/core/fingerprint.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { openAlertStore } from '../../src/store/alert-store.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import { noAnnotationBook } from '../../src/workers/annotation-book.ts';
import { dealOut, type BatchOutcome } from '../../src/workers/deal-out.ts';
import { settleUnsaid, type UnsaidContext } from '../../src/workers/settle-unsaid.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { diagnosisFor, podAlert, resolvedAlert } from '../support/redis-side.ts';

const retentionMs = 3_600_000;
const alert = named(podAlert(1));

let server: TestRedis;
let redis: RedisClient;
let queues: Queues;
let incidents: ReturnType<typeof openIncidentStore>;
let context: UnsaidContext;
let announced: string[];

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  queues = openQueues(redis, () => undefined);
  incidents = openIncidentStore(redis, { retentionMs, quietMs: 900_000 });
  announced = [];
  context = {
    alerts: openAlertStore(redis, { retentionMs, dedupWindowMs: 900_000 }),
    triages: openTriageStore(redis, { retentionMs }),
    incidents,
    annotations: noAnnotationBook,
    announce: async ({ incident }) => void announced.push(incident),
    queue: queues.triage,
    pagerGroupWaitMs: 30_000,
  };
});
afterEach(async () => {
  await queues[Symbol.asyncDispose]();
  await closeRedis(redis);
  await server.close();
});

async function webhook(one: typeof alert, job: string): Promise<BatchOutcome> {
  const { stamp } = await context.alerts.check([]);
  return dealOut(
    context,
    { version: 1, kind: 'batch', origin: 'test', receivedAt: new Date(stamp / 1000).toISOString(), stamp, alerts: [one] },
    job,
  );
}

/** The alert fires and belongs to an incident. */
async function firing(): Promise<string> {
  await webhook(alert, 'w1');
  const diagnosis = diagnosisFor('t1', alert);
  const member = { fingerprint: alert.fingerprint, status: 'firing', namespace: 'shop', pod: 'a', node: null, triage: 't1' } as const;
  const { incident } = await incidents.join({ key: 'cause', alert: member, diagnosis, at: new Date().toISOString() });
  return incident;
}

test('ends the incident of an alert whose end no webhook has told, and has it announced', async () => {
  const incident = await firing();
  await settleUnsaid(context, [alert.fingerprint]);
  expect(await incidents.get(incident)).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved' }] });
  expect(announced).toEqual([incident]);
});

test('is followed by a new triage when the alert fires again', async () => {
  await firing();
  await settleUnsaid(context, [alert.fingerprint]);
  expect(await webhook(alert, 'w2')).toMatchObject({ claimed: 1 });
});

test('leaves alone what is resolved already, and what nobody knows', async () => {
  await firing();
  await webhook(named(resolvedAlert(1)), 'w2');
  announced.length = 0;
  await settleUnsaid(context, [alert.fingerprint, 'unknown']);
  expect(announced).toEqual([]);
});
