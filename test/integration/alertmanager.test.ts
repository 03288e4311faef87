import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { parseAlertmanagerAddress, replicaAddresses, resolveHost } from '../../src/sinks/alertmanager/address.ts';
import { assertOn } from '../../src/sinks/alertmanager/assertion.ts';
import type { AlertmanagerAccess } from '../../src/sinks/alertmanager/connection.ts';
import { equalityFilters } from '../../src/sinks/alertmanager/filters.ts';
import { openReplica, type Replica } from '../../src/sinks/alertmanager/replica.ts';
import { openReplicas } from '../../src/sinks/alertmanager/replicas.ts';
import { DeliveryError } from '../../src/sinks/sink.ts';
import { type AlertmanagerAlert, startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { startReceiver } from '../support/receiver.ts';

const config = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };
const ours = {
  triage_status: 'done',
  triage_summary: 'Pod CIDR of node worker-3 has no free address',
  triage_url: 'https://triage.example/1',
};

let alertmanager: TestAlertmanager;
let replica: Replica;

beforeAll(async () => {
  alertmanager = await startAlertmanager(config, { routePrefix: '/alertmanager' });
  replica = await replicaAt(alertmanager.url);
});

afterAll(async () => {
  await replica.close();
  await alertmanager.close();
});

async function replicaAt(url: string, access: AlertmanagerAccess = {}): Promise<Replica> {
  const [address] = await replicaAddresses(parseAlertmanagerAddress(url), resolveHost);
  if (address === undefined) throw new Error(`${url} leads nowhere`);
  return openReplica(address, access);
}

/** Fires alerts as a source would, and gives them back as Alertmanager lists them. */
async function firing(labelSets: readonly Record<string, string>[]): Promise<readonly AlertmanagerAlert[]> {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const endsAt = new Date(Date.now() + 240_000).toISOString();
  const annotations = { summary: 'Pod is not ready', runbook_url: 'https://runbooks.example/pod' };
  await alertmanager.post(
    labelSets.map((labels) => ({ labels, annotations, startsAt, endsAt, generatorURL: 'http://prometheus.example/graph' })),
  );
  const alerts = await alertmanager.alerts();
  return labelSets.map((labels) => {
    const found = alerts.find((alert) => isDeepStrictEqual(alert.labels, labels));
    if (found === undefined) throw new Error(`not listed: ${JSON.stringify(labels)}`);
    return found;
  });
}

async function again(alert: AlertmanagerAlert): Promise<AlertmanagerAlert | undefined> {
  return (await alertmanager.alerts()).find(({ fingerprint }) => fingerprint === alert.fingerprint);
}

const nastyValues = ['a"b', 'a\\b', 'a\nb', '\\"', '{a="b"}', 'a,b', "it's", '.*', 'Ünï✓', ' spaced ', 'a&b=c#d?e', '%41', '+', '=~"x"'];

describe('an alert that a replica lists', () => {
  it.each(nastyValues)('is found by its labels when a value is %j', async (value) => {
    const labels = { alertname: 'Nasty', pod: value };
    const [alert] = await firing([labels]);

    const found = await replica.alerts(equalityFilters(labels));

    expect(found.map(({ fingerprint }) => fingerprint)).toEqual([alert?.fingerprint]);
  });

  it('gets our annotations and keeps everything else as it was', async () => {
    const [alert] = await firing([{ alertname: 'Kept', pod: 'a' }]);
    if (alert === undefined) throw new Error('nothing fires');

    const standings = await assertOn(replica, [{ ...alert, annotations: ours }]);

    expect([...standings.values()]).toEqual(['posted']);
    const { annotations, updatedAt: _, ...rest } = (await again(alert)) ?? alert;
    const { annotations: before, updatedAt: __, ...restBefore } = alert;
    expect(annotations).toEqual({ ...before, ...ours });
    expect(rest).toEqual(restBefore);
  });

  it('is not posted a second time while it carries ours', async () => {
    const [alert] = await firing([{ alertname: 'Twice', pod: 'a' }]);
    if (alert === undefined) throw new Error('nothing fires');

    await assertOn(replica, [{ ...alert, annotations: ours }]);
    const annotated = await again(alert);
    const standings = await assertOn(replica, [{ ...alert, annotations: ours }]);

    expect([...standings.values()]).toEqual(['kept']);
    expect((await again(alert))?.updatedAt).toBe(annotated?.updatedAt);
  });

  it('loses what an earlier triage said and the later one does not', async () => {
    const [alert] = await firing([{ alertname: 'Changed', pod: 'a' }]);
    if (alert === undefined) throw new Error('nothing fires');

    await assertOn(replica, [{ ...alert, annotations: { ...ours, triage_root_cause: 'mtu-mismatch' } }]);
    await assertOn(replica, [{ ...alert, annotations: ours }]);

    expect((await again(alert))?.annotations).not.toHaveProperty('triage_root_cause');
  });

  it('is annotated among many others that have the same and other names', async () => {
    const alerts = await firing(
      Array.from({ length: 30 }, (_, index) => ({
        alertname: `Many.${index % 3}|x`,
        pod: nastyValues[index % 14] ?? '',
        index: `${index}`,
      })),
    );

    const standings = await assertOn(
      replica,
      alerts.map((alert) => ({ ...alert, annotations: ours })),
    );

    expect(new Set(standings.values())).toEqual(new Set(['posted']));
    const annotated = (await alertmanager.alerts()).filter(({ annotations }) => annotations['triage_url'] === ours.triage_url);
    expect(alerts.every(({ fingerprint }) => annotated.some((alert) => alert.fingerprint === fingerprint))).toBe(true);
  });
});

test('an alert that a replica does not list is not posted, which would open it again', async () => {
  const [alert] = await firing([{ alertname: 'Over', pod: 'a' }]);
  if (alert === undefined) throw new Error('nothing fires');
  await alertmanager.post([{ ...alert, endsAt: new Date().toISOString() }]);

  const standings = await assertOn(replica, [{ ...alert, annotations: ours }]);

  expect([...standings.values()]).toEqual(['absent']);
  expect(await again(alert)).toBeUndefined();
});

test('the status gives the version, the configuration, and no members where clustering is off', async () => {
  const status = await replica.status();

  expect(status).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/) as unknown, peers: null });
  expect(status.config).toContain('receiver: nobody');
});

describe('a request', () => {
  it.each([
    ['a bearer token', { bearerToken: 'secret-1' }, { authorization: 'Bearer secret-1' }],
    [
      'a user and password',
      { basicUser: 'ann', basicPassword: 'p:w' },
      { authorization: `Basic ${Buffer.from('ann:p:w').toString('base64')}` },
    ],
    ['a tenant', { tenant: 'team-a' }, { 'x-scope-orgid': 'team-a' }],
  ])('carries %s', async (_, access, headers) => {
    await using receiver = await startReceiver({ answer: () => ({ status: 200, body: '[]' }) });
    const guarded = await replicaAt(`${receiver.url}/prefix`, access);

    await guarded.alerts(['alertname="x y"']);
    await guarded.close();

    expect(receiver.received[0]?.headers).toMatchObject(headers);
    expect(receiver.received[0]?.path).toBe('/prefix/api/v2/alerts?filter=alertname%3D%22x%20y%22');
  });

  it('that is answered 503 is tried again', async () => {
    const statuses = [503, 503, 200];
    await using receiver = await startReceiver({ answer: () => ({ status: statuses.shift() ?? 500, body: '[]' }) });
    const busy = await replicaAt(receiver.url);

    expect(await busy.alerts([])).toEqual([]);
    expect(receiver.received).toHaveLength(3);
    await busy.close();
  });

  it('that is refused says what the server said, and that trying again is of no use', async () => {
    await using receiver = await startReceiver({ answer: () => ({ status: 401, body: '"who are you"' }) });
    const guarded = await replicaAt(receiver.url);

    const failure = await guarded.alerts([]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DeliveryError);
    expect(failure).toMatchObject({ retryable: false, message: expect.stringContaining('status 401, "who are you"') as unknown });
    await guarded.close();
  });

  it('to something that is no Alertmanager is said to be one', async () => {
    await using receiver = await startReceiver({ answer: () => ({ status: 200, body: '<html>' }) });
    const other = await replicaAt(receiver.url);

    await expect(other.alerts([])).rejects.toThrow(/not as Alertmanager's API v2 does: is the path prefix right/);
    await other.close();
  });
});

test('a name whose look-up hangs keeps the replicas that it had, and nobody waits for it', async () => {
  const { promise: hanging } = Promise.withResolvers<readonly string[]>();
  let asked = 0;
  const replicas = openReplicas([parseAlertmanagerAddress('dns+http://alertmanager:9093')], {
    access: {},
    onUnresolved: () => undefined,
    resolve: async () => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : hanging;
    },
  });

  for (const _look of [1, 2, 3]) expect((await replicas.current()).map(({ name }) => name)).toEqual(['http://127.0.0.1:9093']);
  expect(asked).toBe(2);
  await replicas.close();
});

test('a name whose first look-up hangs is told of and leads nowhere', async () => {
  const unresolved: string[] = [];
  const replicas = openReplicas(['dns+http://alertmanager:9093', alertmanager.url].map(parseAlertmanagerAddress), {
    access: {},
    onUnresolved: (host, error) => unresolved.push(`${host}: ${error.message}`),
    resolve: async () => new Promise<never>(() => undefined),
  });

  expect((await replicas.current()).map(({ name }) => name)).toEqual([alertmanager.url]);
  expect(unresolved).toEqual(['alertmanager: no answer within 3 s']);
  await replicas.close();
});

test('a name that can no longer be looked up keeps the replicas that it had, and is told of once', async () => {
  const answers = [['127.0.0.1'], new Error('ENOTFOUND'), new Error('ENOTFOUND'), ['127.0.0.1', '::1']];
  const unresolved: string[] = [];
  const replicas = openReplicas([parseAlertmanagerAddress('dns+http://alertmanager:9093')], {
    access: {},
    onUnresolved: (host, error) => unresolved.push(`${host} ${error.message}`),
    resolve: async () => {
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
      return answer;
    },
  });

  const names = async (): Promise<readonly string[]> => (await replicas.current()).map(({ name }) => name);

  expect([await names(), await names(), await names(), await names()]).toEqual([
    ['http://127.0.0.1:9093'],
    ['http://127.0.0.1:9093'],
    ['http://127.0.0.1:9093'],
    ['http://127.0.0.1:9093', 'http://[::1]:9093'],
  ]);
  expect(unresolved).toEqual(['alertmanager ENOTFOUND']);
  await replicas.close();
});
