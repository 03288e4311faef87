import { Cluster, Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openAnnotationStore, type Sighting } from '../../src/store/annotation-store.ts';
import { openKeeper } from '../support/annotation-keeper.ts';
import { asAlert, cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(async () => stack.disposeAsync());

describe('the book', () => {
  const alert = asAlert({
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
    annotations: {},
    startsAt: new Date().toISOString(),
    fingerprint: '798e7d059db24feb',
  });

  it('keeps a diagnosis when a later triage of the alert fails', async () => {
    const { book, store } = await openKeeper(stack, []);

    await book.diagnosed(alert, cannedDiagnosis(alert));
    await book.failed(alert, 'the worker died', 't2');

    expect((await store.all()).map(({ wanted }) => wanted?.['triage_status'])).toEqual(['done']);
  });

  it('says of a triage that died why, with a link to it', async () => {
    const { book, store } = await openKeeper(stack, []);

    await book.watch(alert, 't1');
    await book.failed(alert, 'the worker died', 't1');

    const [watched] = await store.all();
    expect(watched?.wanted).toMatchObject({ triage_status: 'failed', triage_url: 'https://triage.example/triages/t1' });
    expect(watched?.wanted?.['triage_summary']).toContain('the worker died');
  });

  it('replaces a failure by the diagnosis of the next triage', async () => {
    const { book, store } = await openKeeper(stack, []);

    await book.failed(alert, 'the worker died');
    await book.diagnosed(alert, cannedDiagnosis(alert));

    expect((await store.all()).map(({ wanted }) => wanted?.['triage_status'])).toEqual(['done']);
  });

  it('gives what another alert has proven to those that wait, as likely and under their own link', async () => {
    const { book, store } = await openKeeper(stack, []);
    await book.watch(alert, 't1');
    const [waiting] = await book.undiagnosed();
    if (waiting === undefined) throw new Error('the alert does not wait');

    await book.confirmed(waiting, cannedDiagnosis(alert));

    expect((await store.all()).map(({ wanted }) => wanted)).toMatchObject([
      {
        triage_status: 'done',
        triage_root_cause: 'ip-pool-exhausted',
        triage_confidence: 'likely',
        triage_url: 'https://triage.example/triages/t1',
      },
    ]);
  });

  it("leaves an alert's own diagnosis alone when another alert's is found to fit it", async () => {
    const { book, store } = await openKeeper(stack, []);
    await book.watch(alert, 't1');
    const [waiting] = await book.undiagnosed();
    if (waiting === undefined) throw new Error('the alert does not wait');

    await book.diagnosed(alert, cannedDiagnosis(alert));
    await book.confirmed(waiting, cannedDiagnosis(alert, { headline: 'Another headline' }));

    expect(await book.undiagnosed()).toEqual([]);
    expect((await store.all()).map(({ wanted }) => wanted?.['triage_confidence'])).toEqual(['certain']);
  });

  it('forgets an alert that resolved, also when a round has it at hand', async () => {
    const { book, store } = await openKeeper(stack, []);
    await book.diagnosed(alert, cannedDiagnosis(alert));

    const [claimed] = await store.claim(Date.now(), Date.now() + 15_000);
    await book.resolved('798e7d059db24feb');
    await store.settle([{ fingerprint: claimed?.fingerprint ?? '', nextAt: Date.now(), seenAt: Date.now(), absentSince: null }]);

    expect(await store.all()).toEqual([]);
    expect(await store.nextDue()).toBeNull();
  });

  it('makes a diagnosis due at once although a round of before puts the alert off', async () => {
    const { book, store } = await openKeeper(stack, []);
    await book.watch(alert);
    await store.claim(Date.now() + 5_000, Date.now() + 15_000);

    await book.diagnosed(alert, cannedDiagnosis(alert));
    await store.settle([{ fingerprint: alert.fingerprint ?? '', nextAt: Date.now() + 10_000, seenAt: null, absentSince: null }]);

    expect(await store.nextDue()).toBeLessThanOrEqual(Date.now());
  });

  it('gives what is due to one round only', async () => {
    const { book, store } = await openKeeper(stack, []);
    await book.diagnosed(alert, cannedDiagnosis(alert));

    const rounds = await Promise.all([store.claim(Date.now(), Date.now() + 15_000), store.claim(Date.now(), Date.now() + 15_000)]);

    expect(rounds.flat()).toHaveLength(1);
  });

  it('forgets no alert that was sighted again since it was read', async () => {
    const clock = { now: Date.now() };
    const { book, store } = await openKeeper(stack, [], () => clock.now);
    await book.watch(alert);
    const read = await store.all();

    clock.now += 1_000;
    await book.watch(alert);
    await store.forgetUnseen(read);

    expect(await store.all()).toHaveLength(1);
  });
});

test('the book works on a Redis Cluster', async () => {
  const redis = stack.use(await startRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']));
  const single = stack.adopt(new Redis(redis.url), (client) => client.disconnect());
  await single.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await eventually(async () => String(await single.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  const cluster = stack.adopt(new Cluster([{ host: '127.0.0.1', port: redis.port }]), (client) => client.disconnect());
  const store = openAnnotationStore(cluster);
  const sighting = (fingerprint: string): Sighting => ({ fingerprint, labels: {}, pending: {}, pendingFrom: 1, closeUntil: 2, seenAt: 3 });

  for (const fingerprint of ['a', 'b', 'c']) await store.want(sighting(fingerprint), { triage_status: 'done' });
  const claimed = await store.claim(10, 20);
  await store.settle([
    { fingerprint: 'a', nextAt: 15, seenAt: 12, absentSince: null },
    { fingerprint: 'b', nextAt: 16, seenAt: null, absentSince: null },
  ]);
  await store.forgetUnseen([{ fingerprint: 'c', seenAt: 3 }]);
  await store.forget('b');

  expect(claimed.map(({ fingerprint }) => fingerprint).sort()).toEqual(['a', 'b', 'c']);
  expect(await store.all()).toMatchObject([{ fingerprint: 'a', wanted: { triage_status: 'done' }, seenAt: 12, absentSince: null }]);
  expect(await store.nextDue()).toBe(15);
});
