import { alertmanagerUrls, listenAddress, publicUrl, redisUrl, slackApiUrl } from './addresses.ts';
import { readConfigFile, type StructuredConfig } from './config-file.ts';
import { type AlertmanagerConfig, type Config, logLevels, type SlackConfig } from './config.ts';
import { Environment, type Variables } from './environment.ts';
import { Mistakes } from './mistakes.ts';
import { durationBetween, oneOf, token, wholeNumber, word } from './values.ts';

/** Where the configuration comes from, and what it may name. */
export interface ConfigSource {
  readonly variables: Variables;
  /** The ids of the runbooks that exist. */
  readonly runbooks: readonly string[];
}

/** The configuration from the environment and CONFIG_FILE, frozen. Throws a ConfigError that tells every mistake at once. */
export function loadConfig(source: ConfigSource): Config {
  const mistakes = new Mistakes();
  const environment = new Environment(source.variables, mistakes);
  const structured = structuredConfig(environment, { mistakes, runbooks: source.runbooks });
  const config: Config = {
    ...structured,
    ...processConfig(environment),
    slack: slackConfig(environment, { mistakes, routes: structured.slackRoutes.length }),
    alertmanager: alertmanagerConfig(environment, mistakes),
  };
  mistakes.throwIfAny();
  return deepFreeze(config);
}

const anyToken = token('3f9a1c…');

function processConfig(environment: Environment): Omit<Config, 'slack' | 'alertmanager' | keyof StructuredConfig> {
  return {
    listen: environment.read('LISTEN', listenAddress, { host: '0.0.0.0', port: 8080 }),
    publicUrl: environment.read('PUBLIC_URL', publicUrl, 'http://localhost:8080'),
    redisUrl: environment.readSecret('REDIS_URL', redisUrl, null),
    dataDir: environment.text('DATA_DIR') ?? './data',
    webhookToken: environment.readSecret('WEBHOOK_TOKEN', anyToken, null),
    apiToken: environment.readSecret('API_TOKEN', anyToken, null),
    agentToken: environment.readSecret('AGENT_TOKEN', anyToken, null),
    clusterName: environment.text('CLUSTER_NAME') ?? null,
    retentionMs: environment.read('RETENTION', durationBetween('1m', '1y', '7d'), 7 * 86_400_000),
    triageConcurrency: environment.read('TRIAGE_CONCURRENCY', wholeNumber(1, 1000, '10'), 10),
    triageTimeoutMs: environment.read('TRIAGE_TIMEOUT', durationBetween('1s', '10m', '20s'), 20_000),
    dedupWindowMs: environment.read('DEDUP_WINDOW', durationBetween('0s', '7d', '15m'), 15 * 60_000),
    logLevel: environment.read('LOG_LEVEL', oneOf(logLevels, 'info'), 'info'),
  };
}

function slackConfig(environment: Environment, file: { mistakes: Mistakes; routes: number }): SlackConfig {
  const slack = {
    botToken: environment.readSecret('SLACK_BOT_TOKEN', token('xoxb-…'), null),
    channel: environment.read('SLACK_CHANNEL', word('#oncall'), null),
    signingSecret: environment.secret('SLACK_SIGNING_SECRET'),
    apiUrl: environment.read('SLACK_API_URL', slackApiUrl, null),
  };
  if (slack.botToken !== null && environment.text('SLACK_CHANNEL') === undefined && file.routes === 0) {
    file.mistakes.add('SLACK_CHANNEL', 'is missing: SLACK_BOT_TOKEN is set, but nothing says where to post', 'SLACK_CHANNEL=#oncall');
  }
  return slack;
}

function alertmanagerConfig(environment: Environment, mistakes: Mistakes): AlertmanagerConfig {
  const settings = ['BEARER_TOKEN', 'BEARER_TOKEN_FILE', 'BASIC_USER', 'BASIC_PASSWORD', 'BASIC_PASSWORD_FILE', 'TENANT', 'CA_FILE'];
  environment.expectOnly(
    'ALERTMANAGER_AUTH_',
    settings.map((name) => `ALERTMANAGER_AUTH_${name}`),
  );
  const caFile = environment.text('ALERTMANAGER_AUTH_CA_FILE');
  const bearerToken = environment.readSecret('ALERTMANAGER_AUTH_BEARER_TOKEN', anyToken, null);
  const basicUser = environment.text('ALERTMANAGER_AUTH_BASIC_USER') ?? null;
  const basicPassword = environment.secret('ALERTMANAGER_AUTH_BASIC_PASSWORD');
  if (basicPassword !== null && basicUser === null) {
    mistakes.add('ALERTMANAGER_AUTH_BASIC_USER', 'is missing: there is a password without a user', 'ALERTMANAGER_AUTH_BASIC_USER=triage');
  }
  if (basicUser !== null && basicPassword === null) {
    mistakes.add('ALERTMANAGER_AUTH_BASIC_PASSWORD', 'is missing: there is a user without a password');
  }
  if (bearerToken !== null && basicUser !== null) {
    mistakes.add('ALERTMANAGER_AUTH_BEARER_TOKEN', 'is set beside ALERTMANAGER_AUTH_BASIC_USER: a request has room for one of them');
  }
  if (caFile !== undefined) expectCertificate(environment, { path: caFile, mistakes });
  return {
    urls: environment.readSecret('ALERTMANAGER_URLS', alertmanagerUrls, []),
    bearerToken,
    basicUser,
    basicPassword,
    tenant: environment.read('ALERTMANAGER_AUTH_TENANT', word('team-a'), null),
    caFile: caFile ?? null,
    pagerGroupWaitMs: environment.read('PAGER_GROUP_WAIT', durationBetween('0s', '1d', '30s'), 30_000),
  };
}

function expectCertificate(environment: Environment, file: { path: string; mistakes: Mistakes }): void {
  const text = environment.readFile('ALERTMANAGER_AUTH_CA_FILE', file.path);
  if (text !== undefined && !text.includes('-----BEGIN CERTIFICATE-----')) {
    file.mistakes.add('ALERTMANAGER_AUTH_CA_FILE', `"${file.path}" holds no certificate in PEM form`);
  }
}

function structuredConfig(environment: Environment, about: { mistakes: Mistakes; runbooks: readonly string[] }): StructuredConfig {
  const path = environment.text('CONFIG_FILE');
  const text = path === undefined ? undefined : environment.readFile('CONFIG_FILE', path);
  return readConfigFile(text ?? '', { path: path ?? 'CONFIG_FILE', ...about });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
