import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { ConfigError } from '../../src/config/mistakes.ts';
import { matchesAll } from '../../src/core/matchers.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podnet-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
const file = (text: string): string => {
  files += 1;
  const path = join(directory, `file-${files}`);
  writeFileSync(path, text);
  return path;
};

const load = (variables: Record<string, string>): Config => loadConfig({ variables, runbooks: ['PodIPConflict', 'PodIPNotReachable'] });

const mistakesOf = (variables: Record<string, string>): readonly string[] => {
  try {
    load(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
};

describe('defaults', () => {
  it('an empty environment gives the documented ones', () => {
    expect(load({})).toMatchObject({
      listen: { host: '0.0.0.0', port: 8080 },
      publicUrl: 'http://localhost:8080',
      redisUrl: null,
      dataDir: './data',
      webhookToken: null,
      apiToken: null,
      agentToken: null,
      slack: { botToken: null, channel: null, signingSecret: null, apiUrl: null },
      alertmanager: { urls: [], pagerGroupWaitMs: 30_000, tenant: null, caFile: null },
      clusterName: null,
      retentionMs: 7 * 24 * 3_600_000,
      triageConcurrency: 10,
      triageTimeoutMs: 20_000,
      dedupWindowMs: 15 * 60_000,
      logLevel: 'info',
      slackRoutes: [],
      clusters: {},
      runbooks: {},
      thresholds: { incidentQuietMs: 900_000, slackEditEveryMs: 5000, slackPostEveryMs: 1200 },
    });
  });

  it('an empty variable counts as unset, as compose files and charts pass it', () => {
    expect(load({ API_TOKEN: '', LISTEN: ' ', SLACK_BOT_TOKEN_FILE: '' })).toEqual(load({}));
  });

  it('nothing in it can be changed', () => {
    const config = load({ ALERTMANAGER_URLS: 'http://a:9093' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.alertmanager.urls)).toBe(true);
  });
});

describe('what is read', () => {
  it.each([
    ['LISTEN', '127.0.0.1:9999', { listen: { host: '127.0.0.1', port: 9999 } }],
    ['LISTEN', ':9', { listen: { host: '0.0.0.0', port: 9 } }],
    ['LISTEN', '[::1]:0', { listen: { host: '::1', port: 0 } }],
    ['PUBLIC_URL', 'https://t.example.com/triage/', { publicUrl: 'https://t.example.com/triage' }],
    ['RETENTION', '12h', { retentionMs: 43_200_000 }],
    ['DEDUP_WINDOW', '1h30m', { dedupWindowMs: 5_400_000 }],
    ['DEDUP_WINDOW', '0', { dedupWindowMs: 0 }],
    ['TRIAGE_TIMEOUT', '5s', { triageTimeoutMs: 5000 }],
    ['PAGER_GROUP_WAIT', '8s', { alertmanager: { pagerGroupWaitMs: 8000 } }],
    ['LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['SLACK_API_URL', 'http://127.0.0.1:1/api', { slack: { apiUrl: 'http://127.0.0.1:1/api/' } }],
    [
      'ALERTMANAGER_URLS',
      'http://a:9093/, https://b/alertmanager ,dns+http://am:9093,http://a:9093',
      { alertmanager: { urls: ['http://a:9093', 'https://b/alertmanager', 'dns+http://am:9093'] } },
    ],
  ])('%s=%s', (name, value, expected) => {
    expect(load({ [name]: value })).toMatchObject(expected);
  });

  it.each([
    'redis://localhost',
    'redis://:pw@redis:6379/2',
    'rediss://user:pw@[::1]:6380',
    'redis+sentinel://h1:26379,h2:26379/mymaster',
    'redis+sentinel://:pw@h1:26379/mymaster/0',
    'redis+cluster://h1:6379,h2:6379',
  ])('REDIS_URL=%s', (url) => {
    expect(load({ REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
  });

  it('a secret from a file, without the newline at its end', () => {
    const config = load({ SLACK_BOT_TOKEN_FILE: file('xoxb-1\n'), SLACK_CHANNEL: '#oncall' });
    expect(config.slack.botToken?.reveal()).toBe('xoxb-1');
  });

  it('the structured file', () => {
    const config = load({
      CONFIG_FILE: file(
        [
          'slack:',
          '  routes:',
          '    - matchers: [\'severity="critical"\', \'namespace=~"shop.*"\']',
          "      channel: '#shop'",
          'clusters:',
          '  prod-eu: { kubeconfig: /etc/eu, context: eu }',
          '  prod-us: { context: us }',
          'runbooks:',
          '  MyAlert: [PodIPConflict]',
        ].join('\n'),
      ),
    });
    expect(config.slackRoutes.map(({ channel }) => channel)).toEqual(['#shop']);
    expect(matchesAll(config.slackRoutes[0]?.matchers ?? [], { severity: 'critical', namespace: 'shop-eu' })).toBe(true);
    expect(matchesAll(config.slackRoutes[0]?.matchers ?? [], { severity: 'critical', namespace: 'web' })).toBe(false);
    expect(config.clusters).toEqual({
      'prod-eu': { kubeconfig: '/etc/eu', context: 'eu' },
      'prod-us': { kubeconfig: null, context: 'us' },
    });
    expect(config.runbooks).toEqual({ MyAlert: ['PodIPConflict'] });
  });

  it('an empty structured file', () => {
    expect(load({ CONFIG_FILE: file('# nothing yet\n') })).toEqual(load({}));
  });
});

describe('mistakes', () => {
  it.each([
    [{ LISTEN: 'localhost' }, 'LISTEN: "localhost" is not host:port; example: LISTEN=0.0.0.0:8080'],
    [{ LISTEN: 'a:70000' }, 'LISTEN: "a:70000" has a port above 65535; example: LISTEN=0.0.0.0:8080'],
    [
      { PUBLIC_URL: 'triage.example.com' },
      'PUBLIC_URL: "triage.example.com" is not an http:// or https:// URL; example: PUBLIC_URL=https://triage.example.com',
    ],
    [
      { PUBLIC_URL: 'http://u:hidden@x/' },
      'PUBLIC_URL: "http://…@x/" must not hold a user or password; example: PUBLIC_URL=https://triage.example.com',
    ],
    [{ RETENTION: '7 days' }, 'RETENTION: "7 days" is not a duration (a number with ms, s, m, h, d or w); example: RETENTION=7d'],
    [{ TRIAGE_TIMEOUT: '0s' }, 'TRIAGE_TIMEOUT: "0s" is not between 1s and 10m; example: TRIAGE_TIMEOUT=20s'],
    [{ TRIAGE_CONCURRENCY: '-1' }, 'TRIAGE_CONCURRENCY: "-1" is not a whole number from 1 to 1000; example: TRIAGE_CONCURRENCY=10'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: "loud" is none of trace, debug, info, warn, error, fatal, silent; example: LOG_LEVEL=info'],
    [
      { ALERTMANAGER_URLS: 'http://a:9093,,http://b' },
      'ALERTMANAGER_URLS: has an empty entry between its commas; example: ALERTMANAGER_URLS=http://alertmanager-0:9093,http://alertmanager-1:9093',
    ],
    [
      { SLACK_API_URL: 'http://x/slack' },
      'SLACK_API_URL: "http://x/slack" does not end in /api/; example: SLACK_API_URL=https://slack.com/api/',
    ],
    [
      { SLACK_BOT_TOKEN: 'hidden' },
      'SLACK_CHANNEL: is missing: SLACK_BOT_TOKEN is set, but nothing says where to post; example: SLACK_CHANNEL=#oncall',
    ],
    [{ API_TOKEN: 'hidden', API_TOKEN_FILE: '/x' }, 'API_TOKEN: API_TOKEN and API_TOKEN_FILE are both set: keep one of them'],
    [
      { API_TOKEN_FILE: '/no/such' },
      'API_TOKEN_FILE: cannot read "/no/such" (there is no such file); example: API_TOKEN_FILE=/run/secrets/api_token',
    ],
    [
      { ALERTMANAGER_AUTH_TOKEN: 'hidden' },
      'ALERTMANAGER_AUTH_TOKEN: no such setting; there are ALERTMANAGER_AUTH_BEARER_TOKEN, ALERTMANAGER_AUTH_BEARER_TOKEN_FILE, ALERTMANAGER_AUTH_BASIC_USER, ALERTMANAGER_AUTH_BASIC_PASSWORD, ALERTMANAGER_AUTH_BASIC_PASSWORD_FILE, ALERTMANAGER_AUTH_TENANT, ALERTMANAGER_AUTH_CA_FILE',
    ],
    [
      { ALERTMANAGER_AUTH_BASIC_PASSWORD: 'hidden' },
      'ALERTMANAGER_AUTH_BASIC_USER: is missing: there is a password without a user; example: ALERTMANAGER_AUTH_BASIC_USER=triage',
    ],
    [
      { WEBHOOK_TOKEN: 'hidden hidden' },
      'WEBHOOK_TOKEN: must be one word of ASCII letters, digits and signs, as an HTTP header takes it; example: WEBHOOK_TOKEN=3f9a1c…',
    ],
    [{ ALERTMANAGER_AUTH_BASIC_USER: 'triage' }, 'ALERTMANAGER_AUTH_BASIC_PASSWORD: is missing: there is a user without a password'],
  ])('%j', (variables, line) => {
    expect(mistakesOf(variables as Record<string, string>)).toEqual([line]);
    expect(line).not.toContain('hidden');
  });

  it.each([
    ['slack: 3', 'slack: must be object'],
    ['slak: {}', 'slak: unknown key; known here: slack, clusters, thresholds, runbooks'],
    ['slack: { routes: [{ matchers: ["a=b"] }] }', 'slack.routes[0].channel: is missing; example: "#shop-oncall"'],
    ['slack: { routes: [{ matchers: [], channel: x }] }', 'slack.routes[0].matchers: must not be empty'],
    ['slack: { routes: [{ matchers: [a=b, "a"], channel: x }] }', 'slack.routes[0].matchers[1]: expected one of =, !=, =~, !~'],
    [
      'slack: { routes: [{ matchers: [a=b], channel: x, chanel: y }] }',
      'slack.routes[0].chanel: unknown key; known here: matchers, channel',
    ],
    ['clusters: { "eu.west": {} }', 'clusters["eu.west"]: must not be empty; example: {"context":"prod-eu"}'],
    ['runbooks: { MyAlert: [Nope] }', 'runbooks.MyAlert: there is no runbook "Nope"; there are PodIPConflict, PodIPNotReachable'],
    ['thresholds: { incidentQuiet: soon }', 'thresholds.incidentQuiet: "soon" is not a duration; example: 15m'],
    ['thresholds: { slackEditEvery: 5 }', 'thresholds.slackEditEvery: must be string; example: "5s"'],
    ['- a', '(the whole file): must be object'],
    ['a: [', 'not YAML: '],
    ['a: 1\na: 2', 'not YAML: Map keys must be unique'],
  ])('in the file: %s', (text, problem) => {
    const path = file(text);
    const mistakes = mistakesOf({ CONFIG_FILE: path });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.startsWith(`${path}: `)).toBe(true);
    expect(mistakes[0]).toContain(problem);
  });

  it.each(['http://:hidden@x', 'redis+sentinel://:hidden@h1:26379', 'redis://hidden:99999'])(
    'REDIS_URL=%s, without repeating it',
    (url) => {
      const [line, ...others] = mistakesOf({ REDIS_URL: url });
      expect(others).toEqual([]);
      expect(line).toMatch(/^REDIS_URL: .*; example: REDIS_URL=redis:\/\/redis:6379$/);
      expect(line).not.toContain('hidden');
    },
  );

  it('all of them at once, one line each', () => {
    const path = file('slack: { routes: [{ matchers: [a=b, "a"], channel: "#x" }] }\nclusters: { a: { contxt: x } }');
    const mistakes = mistakesOf({ LISTEN: 'x', RETENTION: 'y', CONFIG_FILE: path });
    expect(mistakes.map((line) => line.split(/: (?!slack|clusters)/)[0])).toEqual([
      `${path}: clusters.a.contxt`,
      `${path}: slack.routes[0].matchers[1]`,
      'LISTEN',
      'RETENTION',
    ]);
    expect(mistakes.every((line) => !line.includes('\n'))).toBe(true);
  });
});

describe('secrets', () => {
  it('no way of printing the configuration shows one', () => {
    const config = load({
      API_TOKEN: 'hidden1',
      WEBHOOK_TOKEN: 'hidden2',
      REDIS_URL: 'redis://:hidden3@r',
      SLACK_SIGNING_SECRET: 'hidden4',
      ALERTMANAGER_AUTH_BEARER_TOKEN: 'hidden5',
    });
    expect(JSON.stringify(config)).not.toContain('hidden');
    expect(inspect(config, { depth: 9 })).not.toContain('hidden');
    expect(String(config.apiToken)).not.toContain('hidden');
  });
});
