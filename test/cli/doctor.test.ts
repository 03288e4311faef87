import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type DoctorWorld, doctorCommand } from '../../src/cli/doctor.ts';
import type { Remark } from '../../src/cli/doctor/remark.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../support/kubernetes-api/kubernetes-api.ts';
import { startAlertmanager, type TestAlertmanager } from '../support/alertmanager.ts';
import { startReceiver } from '../support/receiver.ts';
import { freePort, startRedis, type TestRedis } from '../support/redis.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

const routes = (pagerWait: string, continues: boolean): object => ({
  route: {
    receiver: 'nobody',
    routes: [
      { receiver: 'triage', group_by: ['...'], group_wait: '0s', continue: continues },
      { receiver: 'pager', group_wait: pagerWait },
    ],
  },
  receivers: [
    { name: 'nobody' },
    { name: 'pager', webhook_configs: [{ url: 'http://127.0.0.1:9/page' }] },
    { name: 'triage', webhook_configs: [{ url: 'http://127.0.0.1:9/api/v1/alertmanager' }] },
  ],
});

let redis: TestRedis;
let slack: TestSlack;
let healthy: TestAlertmanager;
let ill: TestAlertmanager;
let kubeconfig: string;
let api: Awaited<ReturnType<typeof startKubernetesApi>>;

beforeAll(async () => {
  [redis, slack, healthy, ill, api] = await Promise.all([
    startRedis(),
    startSlack(),
    startAlertmanager(routes('30s', true)),
    startAlertmanager(routes('1s', false)),
    startKubernetesApi([]),
  ]);
  kubeconfig = await writeKubeconfig(api.url);
});
afterAll(async () => {
  await Promise.all([redis.close(), slack.close(), healthy.close(), ill.close(), api.close(), removeKubeconfig(kubeconfig)]);
});

/** Runs the command with these variables beside those of a healthy installation; gives its remarks and exit status. */
async function doctor(
  changes: Readonly<Record<string, string>> = {},
): Promise<{ remarks: readonly Remark[]; status: number | undefined; warnings: string[] }> {
  const written: string[] = [];
  const warnings: string[] = [];
  let status: number | undefined;
  const outside: DoctorWorld = {
    variables: {
      REDIS_URL: redis.url,
      ALERTMANAGER_URLS: healthy.url,
      SLACK_BOT_TOKEN: slack.token,
      SLACK_CHANNEL: '#alerts',
      SLACK_SIGNING_SECRET: 'a-signing-secret',
      SLACK_API_URL: slack.apiUrl,
      ...changes,
    },
    connectCluster: async () => {
      process.env['KUBECONFIG'] = kubeconfig;
      return connectCluster({ client: { retry: { retries: 0, firstDelayMs: 1, longestDelayMs: 1 } } });
    },
    write: (lines) => written.push(lines),
    warn: (line) => warnings.push(line),
    setExitStatus: (wanted) => {
      status = wanted;
    },
  };
  await doctorCommand(outside).parseAsync(['--output', 'json'], { from: 'user' });
  return { remarks: JSON.parse(written.join('') || '[]') as Remark[], status, warnings };
}

async function bad(changes: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { remarks, status } = await doctor(changes);
  const found = remarks.filter(({ verdict }) => verdict === 'bad');
  expect(status).toBe(found.length > 0 ? 1 : 0);
  return found.map(({ about, what, cure }) => `${about}: ${what} -> ${cure}`);
}

test('a healthy installation has nothing to mend', async () => {
  const { remarks, status } = await doctor();

  expect(remarks.filter(({ verdict }) => verdict === 'bad')).toEqual([]);
  expect(status).toBe(0);
  expect(remarks.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^answers, version 0\./),
      expect.stringMatching(/^its routes lead every alert to triage at once/),
      expect.stringMatching(/keeps every alert that it acknowledged/),
      'the app is in #alerts',
      expect.stringMatching(/everything that a triage reads may be read/),
    ]),
  );
});

test('a missing continue and a short group_wait are found in the configuration of a real Alertmanager', async () => {
  expect(await bad({ ALERTMANAGER_URLS: ill.url })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/nobody else: no pager -> set "continue: true" on the route of triage/),
      expect.stringMatching(/the route of pager waits only 1 s.* -> set "group_wait: 30s" on the route of pager/),
    ]),
  );
});

test('a replica that does not answer is found, and the others are looked at all the same', async () => {
  const gone = `http://127.0.0.1:${await freePort()}`;

  expect(await bad({ ALERTMANAGER_URLS: `${gone},${healthy.url}` })).toEqual([
    expect.stringMatching(new RegExp(`^Alertmanager ${gone}: GET .*ECONNREFUSED.* -> check ALERTMANAGER_URLS`)),
  ]);
});

test('a Redis that keeps nothing is found', async () => {
  await using forgetful = await startRedis(['--appendonly', 'no']);

  expect(await bad({ REDIS_URL: forgetful.url })).toEqual([expect.stringMatching(/^Redis: .*no append-only file.* -> set appendonly yes/)]);
});

test('a Redis that is away is found', async () => {
  expect(await bad({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })).toEqual([expect.stringMatching(/^Redis: does not answer/)]);
});

test('a permission that is missing is found, with its name', async () => {
  api.faults.add({ when: ({ path }) => path.startsWith('/api/v1/events'), what: { kind: 'status', status: 403 } });

  expect(await bad({})).toEqual([expect.stringMatching(/^Kubernetes: recorded: this account may not list events -> grant it/)]);
  api.faults.mend();
});

test('a cluster is asked to create nothing', async () => {
  await doctor();

  expect(new Set(api.requests.all.map(({ method }) => method))).toEqual(new Set(['GET']));
});

describe('in Slack', () => {
  it('a channel without the app is found', async () => {
    slack.addChannel({ id: 'C0OTHER01', name: 'other', member: false });

    expect(await bad({ SLACK_CHANNEL: '#other' })).toEqual(['Slack: the app is not in #other -> invite it: /invite in #other']);
    expect(await bad({ SLACK_CHANNEL: 'C0OTHER01' })).toEqual(['Slack: the app is not in C0OTHER01 -> invite it: /invite in C0OTHER01']);
  });

  it('a channel that does not exist is found', async () => {
    expect(await bad({ SLACK_CHANNEL: '#nowhere' })).toEqual([expect.stringMatching(/the app sees no channel #nowhere/)]);
  });

  it('a token that is refused is found', async () => {
    expect(await bad({ SLACK_BOT_TOKEN: 'xoxb-wrong' })).toEqual([
      expect.stringMatching(/^Slack: the token is refused: invalid_auth -> install the app again/),
    ]);
  });

  it('a scope that is missing is found, and nothing is posted', async () => {
    await using workspace = await startReceiver({
      answer: ({ path }) => ({
        status: 200,
        headers: { 'x-oauth-scopes': 'chat:write,channels:read' },
        body: path.endsWith('auth.test')
          ? '{"ok":true,"user":"triage","team":"Test"}'
          : '{"ok":true,"channels":[{"name":"alerts","is_member":true}]}',
      }),
    });

    expect(await bad({ SLACK_API_URL: `${workspace.url}/api/` })).toEqual([
      expect.stringMatching(/^Slack: the token lacks channels:history, groups:read, groups:history -> add the scopes/),
    ]);
    expect(workspace.received.map(({ path }) => path)).toEqual(['/api/auth.test', '/api/conversations.list']);
  });
});

test('mistakes in the configuration are told, one a line', async () => {
  const { warnings, status } = await doctor({ PUBLIC_URL: 'nowhere', PAGER_GROUP_WAIT: 'soon' });

  expect(warnings).toHaveLength(2);
  expect(status).toBe(1);
});
