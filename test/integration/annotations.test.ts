import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type AlertmanagerAlert, startAlertmanager, startAlertmanagerCluster, type TestAlertmanager } from '../support/alertmanager.ts';
import { fire, firing, openKeeper, rootCausesAt, round, startKeeper } from '../support/annotation-keeper.ts';
import { asAlert, cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/receiver.ts';
import { freePort } from '../support/redis.ts';

const config = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(async () => stack.disposeAsync());

async function stateAt(alertmanager: TestAlertmanager, fingerprint: string): Promise<string | undefined> {
  const alerts = (await alertmanager.alerts()) as readonly (AlertmanagerAlert & { readonly status: { readonly state: string } })[];
  return alerts.find((alert) => alert.fingerprint === fingerprint)?.status.state;
}

async function silence(alertmanager: TestAlertmanager, alertname: string): Promise<void> {
  const matchers = [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }];
  const until = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 600_000).toISOString() };
  const answer = await fetch(`${alertmanager.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ matchers, ...until, createdBy: 'sre', comment: 'known' }),
  });
  expect(answer.status).toBe(200);
}

test('both of two clustered Alertmanagers carry the diagnosis', async () => {
  const members = (await startAlertmanagerCluster(config)).map((member) => stack.use(member));
  const keeper = await openKeeper(
    stack,
    members.map(({ url }) => url),
  );
  await startKeeper(stack, keeper);
  const [alert] = await fire(members, [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');

  await keeper.book.watch(firing(alert));
  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));

  const annotated = async (member: TestAlertmanager): Promise<boolean> => (await rootCausesAt(member)).includes('ip-pool-exhausted');
  expect(await Promise.all(members.map(async (member) => eventually(async () => annotated(member))))).toEqual([true, true]);
});

test('a replica that is down is told of once and keeps no diagnosis from the others', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const keeper = await openKeeper(stack, [`http://127.0.0.1:${await freePort()}`, alertmanager.url]);
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
  await startKeeper(stack, keeper, log);
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
  const keeper = await openKeeper(stack, [alertmanager.url]);
  const [alert] = await fire([alertmanager], [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');

  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
  await startKeeper(stack, keeper);

  expect(await eventually(async () => (await rootCausesAt(alertmanager)).includes('ip-pool-exhausted'))).toBe(true);
});

test('a thousand alerts are annotated by a few requests and then looked at by one request a round', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const requests: string[] = [];
  const front = stack.use(await countingProxy(alertmanager.url, requests));
  const keeper = await openKeeper(stack, [front.url]);
  const worker = await startKeeper(stack, keeper);
  const alerts = await fire(
    [alertmanager],
    Array.from({ length: 1_000 }, (_, index) => ({ pod: `pod-${index}` })),
  );

  await Promise.all(alerts.map(async (alert) => keeper.book.watch(firing(alert))));
  await Promise.all(alerts.map(async (alert) => keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)))));
  await eventually(async () => (await rootCausesAt(alertmanager)).every((cause) => cause === 'ip-pool-exhausted'), 20_000);

  const posts = requests.filter((request) => request.startsWith('POST'));
  expect(posts.length).toBeLessThan(20);
  // Alertmanager answers 503 to more than GOMAXPROCS, or 8, lists at once, and has others to answer.
  expect(front.mostAtOnce()).toBeLessThanOrEqual(2);

  await worker[Symbol.asyncDispose]();
  requests.length = 0;
  await round(keeper, () => Date.now() + 60_000);
  expect(requests).toEqual([expect.stringMatching(/^GET .*alertname/)]);

  requests.length = 0;
  await alertmanager.post(alerts);
  await round(keeper, () => Date.now() + 120_000);
  expect(requests.map((request) => request.split('?')[0])).toEqual(['GET /api/v2/alerts', 'POST /api/v2/alerts', 'POST /api/v2/alerts']);
  expect(new Set(await rootCausesAt(alertmanager))).toEqual(new Set(['ip-pool-exhausted']));
});

test('a few alerts are asked for by one request, which lists no others', async () => {
  const alertmanager = stack.use(await startAlertmanager(config));
  const requests: string[] = [];
  const front = stack.use(await countingProxy(alertmanager.url, requests));
  const keeper = await openKeeper(stack, [front.url]);
  const alerts = await fire([alertmanager], [{ pod: 'a' }, { pod: 'b' }, { pod: 'c' }, { pod: 'of-somebody-else' }]);
  const ours = alerts.filter(({ labels }) => labels['pod'] !== 'of-somebody-else');
  for (const alert of ours) await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));

  await round(keeper);

  expect(requests.map((request) => request.split('?')[0])).toEqual(['GET /api/v2/alerts', 'POST /api/v2/alerts']);
  const listed = await fetch(alertmanager.url + (requests[0]?.split(' ')[1] ?? ''));
  expect(
    ((await listed.json()) as AlertmanagerAlert[])
      .map(({ labels }) => labels['pod'] ?? '')
      .toSorted((one, other) => one.localeCompare(other)),
  ).toEqual(['a', 'b', 'c']);
});

test.each(['silenced', 'inhibited'] as const)(
  'an alert that is %s is annotated as well, for whoever looks at it, and when it is heard again',
  async (how) => {
    const inhibition = { source_matchers: ['alertname="Outage"'], target_matchers: ['alertname="KubePodNotReady"'] };
    const alertmanager = stack.use(await startAlertmanager({ ...config, inhibit_rules: how === 'inhibited' ? [inhibition] : [] }));
    const keeper = await openKeeper(stack, [alertmanager.url]);
    const [alert] = await fire([alertmanager], [{ pod: 'a' }]);
    if (alert === undefined) throw new Error('nothing fires');
    if (how === 'inhibited') await alertmanager.post([{ labels: { alertname: 'Outage' } }]);
    else await silence(alertmanager, 'KubePodNotReady');
    await eventually(async () => (await stateAt(alertmanager, alert.fingerprint)) === 'suppressed');

    await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
    await round(keeper);

    expect(await rootCausesAt(alertmanager)).toContain('ip-pool-exhausted');
    expect(await stateAt(alertmanager, alert.fingerprint)).toBe('suppressed');
  },
);

test('a replica that was down is given what it lacks once it is back, and the other one keeps its own', async () => {
  const other = stack.use(await startAlertmanager(config));
  const downPort = await freePort();
  const keeper = await openKeeper(stack, [`http://127.0.0.1:${downPort}`, other.url]);
  await startKeeper(stack, keeper);
  const [alert] = await fire([other], [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');
  await keeper.book.watch(firing(alert));
  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
  await eventually(async () => (await rootCausesAt(other)).includes('ip-pool-exhausted'));

  const back = stack.use(await startAlertmanager(config, { port: downPort }));
  await fire([back], [{ pod: 'a' }]);

  expect(await eventually(async () => (await rootCausesAt(back)).includes('ip-pool-exhausted'))).toBe(true);
  expect(await rootCausesAt(other)).toEqual(['ip-pool-exhausted']);
});

test('an alert is annotated again when its Alertmanager was restarted and its source has sent it again', async () => {
  const port = await freePort();
  const before = await startAlertmanager(config, { port });
  const keeper = await openKeeper(stack, [before.url]);
  const [alert] = await fire([before], [{ pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');
  await keeper.book.diagnosed(firing(alert), cannedDiagnosis(firing(alert)));
  await round(keeper);
  await before.close();
  await round(keeper, () => Date.now() + 600_000);

  const after = stack.use(await startAlertmanager(config, { port }));
  await round(keeper, () => Date.now() + 620_000);
  await fire([after], [{ pod: 'a' }]);
  await round(keeper, () => Date.now() + 700_000);

  expect(await rootCausesAt(after)).toEqual(['ip-pool-exhausted']);
});

describe('an alert that no Alertmanager lists', () => {
  const alert = asAlert({
    status: 'firing',
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'gone' },
    annotations: {},
    startsAt: new Date().toISOString(),
    fingerprint: '798e7d059db24feb',
  });

  it('is not posted, and not watched any more after a while', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await openKeeper(stack, [alertmanager.url]);
    await keeper.book.diagnosed(alert, cannedDiagnosis(alert));

    await round(keeper);
    const watchedAtFirst = await keeper.store.all();
    await round(keeper, () => Date.now() + 200_000);

    expect(await alertmanager.alerts()).toEqual([]);
    expect(watchedAtFirst).toHaveLength(1);
    expect(await keeper.store.all()).toEqual([]);
  });

  it('stays watched while its only Alertmanager is away', async () => {
    const keeper = await openKeeper(stack, [`http://127.0.0.1:${await freePort()}`]);
    await keeper.book.diagnosed(alert, cannedDiagnosis(alert));

    await round(keeper, () => Date.now() + 200_000);

    expect(await keeper.store.all()).toHaveLength(1);
  });
});

describe('a triage that somebody asked for by labels', () => {
  it('annotates the alert that fires for that pod', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await openKeeper(stack, [alertmanager.url]);
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

  it('for a whole namespace annotates no single pod', async () => {
    const alertmanager = stack.use(await startAlertmanager(config));
    const keeper = await openKeeper(stack, [alertmanager.url]);
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

/** Passes requests on to `target` and notes each. */
async function countingProxy(
  target: string,
  requests: string[],
): Promise<AsyncDisposable & { readonly url: string; readonly mostAtOnce: () => number }> {
  const [underWay, most] = [new Set<symbol>(), { count: 0 }];
  const receiver = await startReceiver({
    async answer({ method, path, text }) {
      requests.push(`${method} ${path}`);
      const mark = Symbol(path);
      underWay.add(mark);
      most.count = Math.max(most.count, underWay.size);
      const body = method === 'POST' ? { method, body: text, headers: { 'content-type': 'application/json' } } : {};
      const answer = await fetch(target + path, body);
      const passed = { status: answer.status, body: await answer.text() };
      underWay.delete(mark);
      return passed;
    },
  });
  return { ...receiver, mostAtOnce: () => most.count };
}
