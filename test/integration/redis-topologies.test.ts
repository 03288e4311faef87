import { expect, test } from 'vitest';
import { persistenceWarning } from '../../src/redis/persistence.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, startSentinel } from '../support/redis-topologies.ts';
import { openWebhookSide, podAlert, resolvedAlert, startWorkerSide } from '../support/redis-side.ts';

const from = { origin: 'http://alertmanager:9093' };
const firstPage = { limit: 500, cursor: null };

test('everything works on a Redis Cluster: webhooks, triages, incidents, lists, manual triages', async () => {
  await using cluster = await startCluster();
  await using side = openWebhookSide(cluster.url);
  await using worker = startWorkerSide(cluster.url);
  const alerts = Array.from({ length: 50 }, (_, n) => podAlert(n));
  expect(await eventually(async () => side.intake.accept(alerts, from), 15_000)).toMatchObject({ queued: 50 });
  await eventually(async () => (await side.triages.list({ status: 'done' }, firstPage)).items.length === 50, 20_000);
  expect(await side.intake.accept(alerts, from)).toMatchObject({ deduplicated: 50 });
  const asked = await side.requestTriage({ fingerprint: podAlert(1).fingerprint ?? '', reason: null });
  await eventually(async () => (await side.triages.get(asked?.id ?? ''))?.status === 'done');
  expect(await side.triages.recording(asked?.id ?? '')).toEqual({});
  await side.intake.accept(
    alerts.map((_, n) => resolvedAlert(n)),
    from,
  );
  const [incident] = await eventually(async () => {
    const { items } = await side.incidents.list({ status: 'resolved' }, firstPage);
    return items.length === 1 && items;
  });
  expect(incident?.counts).toEqual({ alerts: 50, firing: 0 });
  expect(await persistenceWarning(worker.redis)).toBeNull();
  expect(worker.errors).toEqual([]);
}, 90_000);

test('behind Sentinel, work goes on at the replica that takes over', async () => {
  await using sentinel = await startSentinel();
  await using side = openWebhookSide(sentinel.url);
  await using _worker = startWorkerSide(sentinel.url);
  await eventually(async () => side.intake.accept([podAlert(1)], from), 15_000);
  await eventually(async () => (await side.triages.list({ status: 'done' }, firstPage)).items.length === 1, 15_000);
  await sentinel.failOver();
  expect(await eventually(async () => side.intake.accept([podAlert(2)], from), 20_000)).toMatchObject({ received: 1 });
  await eventually(async () => (await side.triages.list({ status: 'done' }, firstPage)).items.length === 2, 30_000);
}, 90_000);
