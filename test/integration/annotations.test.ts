import { Cluster, Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';
import { replicaHealth } from '../../src/sinks/alertmanager/replica-health.ts';
import { openReplicas, type Replicas } from '../../src/sinks/alertmanager/replicas.ts';
import { openAnnotationStore, type AnnotationStore, type Sighting } from '../../src/store/annotations.ts';
import { type AnnotationBook, annotationBook } from '../../src/workers/annotation-book.ts';
import { runRound } from '../../src/workers/annotation-round.ts';
import { type AnnotationRounds, annotationRounds } from '../../src/workers/annotation-rounds.ts';
import { startAnnotationWorker } from '../../src/workers/annotation.ts';
import { type AlertmanagerAlert, startAlertmanager, startAlertmanagerCluster, type TestAlertmanager } from '../support/alertmanager.ts';
import { asAlert, cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/receiver.ts';
import { freePort, startRedis } from '../support/redis.ts';

const config = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

/** The keeper's parts over a Redis of the test's own. */
interface Keeper {
  readonly redis: RedisClient;
  readonly store: AnnotationStore;
  readonly rounds: AnnotationRounds;
  readonly replicas: Replicas;
  readonly book: AnnotationBook;
}

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(async () => stack.disposeAsync());

async function keeperFor(urls: readonly string[], now: () => number = Date.now): Promise<Keeper> {
  const server = stack.use(await startRedis());
  const redis = stack.adopt(connectRedis(server.url, { patience: 'patient', onError: () => undefined }), closeRedis);
  const onUnresolved = (): void => undefined;
  const replicas = stack.adopt(openReplicas(urls.map(parseAlertmanagerAddress), { access: {}, onUnresolved }), async (open) =>
    open.close(),
  );
  const rounds = annotationRounds(stack.use(openQueues(redis, () => undefined)).annotation);
  const store = openAnnotationStore(redis);
  const book = annotationBook({ store, rounds, replicas, publicUrl: 'https://triage.example/', pagerGroupWaitMs: 30_000, now });
  return { redis, store, rounds, replicas, book };
}

async function startWorker(keeper: Keeper, log = pino({ level: 'silent' })): Promise<AsyncDisposable> {
  return stack.use(await startAnnotationWorker({ ...keeper, log, metrics: createMetrics() }));
}

/** Runs one round as the worker would, and gives the time of the next. */
async function round({ store, replicas }: Keeper, now: () => number = Date.now): Promise<number | null> {
  return runRound({ store, replicas, health: replicaHealth(() => undefined), onPosted: () => undefined, now });
}

async function fire(
  alertmanagers: readonly TestAlertmanager[],
  labelSets: readonly Record<string, string>[],
): Promise<readonly AlertmanagerAlert[]> {
  const alerts = labelSets.map((labels) => ({
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', ...labels },
    annotations: { summary: 'Pod is not ready' },
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 240_000).toISOString(),
    generatorURL: 'http://prometheus.example/graph',
  }));
  await Promise.all(alertmanagers.map(async (alertmanager) => alertmanager.post(alerts)));
  return (await alertmanagers[0]?.alerts()) ?? [];
}

const firing = (alert: AlertmanagerAlert): ReturnType<typeof asAlert> => asAlert({ ...alert, status: 'firing' });

async function rootCausesAt(alertmanager: TestAlertmanager): Promise<readonly (string | undefined)[]> {
  return (await alertmanager.alerts()).map(({ annotations }) => annotations['triage_root_cause']);
}

test('both of two clustered Alertmanagers carry the diagnosis', async () => {
  const members = (await startAlertmanagerCluster(config)).map((member) => stack.use(member));
  const keeper = await keeperFor(members.map(({ url }) => url));
  await startWorker(keeper);
  const [alert] = await fire(members, [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');

  await keeper.book.watch(firing(alert));
  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));

  const annotated = async (member: TestAlertmanager): Promise<boolean> => (await rootCausesAt(member)).includes('ip-pool-exhausted');
  expect(await Promise.all(members.map(async (member) => eventually(async () => annotated(member))))).toEqual([true, true]);
});

test('a replica that is down is told of once and keeps no diagnosis from the others', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const keeper = await keeperFor([`http://127.0.0.1:${await freePort()}`, alertmanager.url]);
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
  await startWorker(keeper, log);
  const alerts = await fire([alertmanager], [{ pod: 'a' }, { pod: 'b' }]);

  for (const alert of alerts) {
    await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
    await eventually(async () =>
      (await alertmanager.alerts()).some(({ fingerprint, annotations }) => fingerprint === alert.fingerprint && annotations['triage_url']),
    );
  }

  expect(warnings.filter((line) => line.includes('takes no annotations'))).toHaveLength(1);
});

test('what was to be annotated while no worker ran is annotated by the next one', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const keeper = await keeperFor([alertmanager.url]);
  const [alert] = await fire([alertmanager], [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');

  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
  await startWorker(keeper);

  expect(await eventually(async () => (await rootCausesAt(alertmanager)).includes('ip-pool-exhausted'))).toBe(true);
});

test('a thousand alerts are annotated within five seconds and then looked at by one request a round', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const requests: string[] = [];
  const front = stack.use(await countingProxy(alertmanager.url, requests));
  const keeper = await keeperFor([front.url]);
  const worker = await startWorker(keeper);
  const alerts = await fire(
    [alertmanager],
    Array.from({ length: 1_000 }, (_, index) => ({ pod: `pod-${index}` })),
  );

  const begun = Date.now();
  await Promise.all(alerts.map(async (alert) => keeper.book.watch(firing(alert))));
  await Promise.all(alerts.map(async (alert) => keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)))));
  await eventually(async () => (await rootCausesAt(alertmanager)).every((cause) => cause === 'ip-pool-exhausted'));

  expect(Date.now() - begun).toBeLessThan(5_000);
  const posts = requests.filter((request) => request.startsWith('POST'));
  expect(posts.length).toBeLessThan(20);

  await worker[Symbol.asyncDispose]();
  requests.length = 0;
  await round(keeper, () => Date.now() + 60_000);
  expect(requests).toEqual([expect.stringMatching(/^GET .*alertname/)]);
});

describe('an alert that no Alertmanager lists', () => {
  const alert = asAlert({
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'gone' },
    annotations: {},
    startsAt: new Date().toISOString(),
    fingerprint: '798e7d059db24feb',
  });

  test('is not posted, and not watched any more after a while', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await keeperFor([alertmanager.url]);
    await keeper.book.diagnosed(alert, cannedDiagnosis(alert));

    await round(keeper);
    const watchedAtFirst = await keeper.store.all();
    await round(keeper, () => Date.now() + 200_000);

    expect(await alertmanager.alerts()).toEqual([]);
    expect(watchedAtFirst).toHaveLength(1);
    expect(await keeper.store.all()).toEqual([]);
  });

  test('stays watched while its only Alertmanager is away', async () => {
    const keeper = await keeperFor([`http://127.0.0.1:${await freePort()}`]);
    await keeper.book.diagnosed(alert, cannedDiagnosis(alert));

    await round(keeper, () => Date.now() + 200_000);

    expect(await keeper.store.all()).toHaveLength(1);
  });
});

describe('a triage that somebody asked for by labels', () => {
  test('annotates the alert that fires for that pod', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await keeperFor([alertmanager.url]);
    await fire(
      [alertmanager],
      [
        { pod: 'a', uid: '1' },
        { pod: 'b', uid: '2' },
      ],
    );
    const asked = {
      ...asAlert({
        status: 'firing',
        labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'a' },
        annotations: {},
        startsAt: '',
        fingerprint: '',
      }),
      fingerprint: null,
    };

    await keeper.book.diagnosed(asked, cannedDiagnosis(asked));
    await round(keeper);

    const annotated = (await alertmanager.alerts()).filter(({ annotations }) => annotations['triage_status'] === 'done');
    expect(annotated.map(({ labels }) => labels['pod'])).toEqual(['a']);
  });

  test('for a whole namespace annotates no single pod', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await keeperFor([alertmanager.url]);
    await fire([alertmanager], [{ pod: 'a' }]);
    const asked = {
      ...asAlert({
        status: 'firing',
        labels: { alertname: 'KubePodNotReady', namespace: 'shop' },
        annotations: {},
        startsAt: '',
        fingerprint: '',
      }),
      fingerprint: null,
    };

    await keeper.book.diagnosed(asked, cannedDiagnosis(asked));

    expect(await keeper.store.all()).toEqual([]);
  });
});

describe('the book', () => {
  const alert = asAlert({
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
    annotations: {},
    startsAt: new Date().toISOString(),
    fingerprint: '798e7d059db24feb',
  });

  test('keeps a diagnosis when a later triage of the alert fails', async () => {
    const { book, store } = await keeperFor([]);

    await book.diagnosed(alert, cannedDiagnosis(alert));
    await book.failed(alert, 'the worker died', 't2');

    expect((await store.all()).map(({ wanted }) => wanted?.['triage_status'])).toEqual(['done']);
  });

  test('says of a triage that died why, with a link to it', async () => {
    const { book, store } = await keeperFor([]);

    await book.watch(alert, 't1');
    await book.failed(alert, 'the worker died', 't1');

    const [watched] = await store.all();
    expect(watched?.wanted).toMatchObject({ triage_status: 'failed', triage_url: 'https://triage.example/triages/t1' });
    expect(watched?.wanted?.['triage_summary']).toContain('the worker died');
  });

  test('replaces a failure by the diagnosis of the next triage', async () => {
    const { book, store } = await keeperFor([]);

    await book.failed(alert, 'the worker died');
    await book.diagnosed(alert, cannedDiagnosis(alert));

    expect((await store.all()).map(({ wanted }) => wanted?.['triage_status'])).toEqual(['done']);
  });

  test('forgets an alert that resolved, also when a round has it at hand', async () => {
    const { book, store } = await keeperFor([]);
    await book.diagnosed(alert, cannedDiagnosis(alert));

    const [claimed] = await store.claim(Date.now(), Date.now() + 15_000);
    await book.resolved('798e7d059db24feb');
    await store.settle([{ fingerprint: claimed?.fingerprint ?? '', nextAt: Date.now(), seenAt: Date.now(), absentSince: null }]);

    expect(await store.all()).toEqual([]);
    expect(await store.nextDue()).toBeNull();
  });

  test('makes a diagnosis due at once although a round of before puts the alert off', async () => {
    const { book, store } = await keeperFor([]);
    await book.watch(alert);
    await store.claim(Date.now() + 5_000, Date.now() + 15_000);

    await book.diagnosed(alert, cannedDiagnosis(alert));
    await store.settle([{ fingerprint: alert.fingerprint ?? '', nextAt: Date.now() + 10_000, seenAt: null, absentSince: null }]);

    expect(await store.nextDue()).toBeLessThanOrEqual(Date.now());
  });

  test('gives what is due to one round only', async () => {
    const { book, store } = await keeperFor([]);
    await book.diagnosed(alert, cannedDiagnosis(alert));

    const rounds = await Promise.all([store.claim(Date.now(), Date.now() + 15_000), store.claim(Date.now(), Date.now() + 15_000)]);

    expect(rounds.flat()).toHaveLength(1);
  });

  test('forgets no alert that was sighted again since it was read', async () => {
    const clock = { now: Date.now() };
    const { book, store } = await keeperFor([], () => clock.now);
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

/** Passes requests on to `target` and notes each. */
async function countingProxy(target: string, requests: string[]): Promise<AsyncDisposable & { readonly url: string }> {
  return startReceiver({
    async answer({ method, path, text }) {
      requests.push(`${method} ${path}`);
      const body = method === 'POST' ? { method, body: text, headers: { 'content-type': 'application/json' } } : {};
      const answer = await fetch(target + path, body);
      return { status: answer.status, body: await answer.text() };
    },
  });
}
