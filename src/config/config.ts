import type { ListenAddress } from './addresses.ts';
import type { StructuredConfig } from './config-file.ts';
import type { Secret } from './secret.ts';

/** pino's levels, from the most to the least that is said. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface SlackConfig {
  /** Null = Slack is off. */
  readonly botToken: Secret | null;
  /** Where what no route claims is posted. */
  readonly channel: string | null;
  readonly signingSecret: Secret | null;
  /** Null = Slack's own. */
  readonly apiUrl: string | null;
}

export interface AlertmanagerConfig {
  /** `http(s)://host:port/prefix` or `dns+http(s)://…`; none = annotations are off. */
  readonly urls: readonly string[];
  readonly bearerToken: Secret | null;
  readonly basicUser: string | null;
  readonly basicPassword: Secret | null;
  /** X-Scope-OrgID. */
  readonly tenant: string | null;
  /** Path of a PEM file. */
  readonly caFile: string | null;
  readonly pagerGroupWaitMs: number;
}

/** Everything that can be set, validated and frozen. Unset secrets and addresses are null. */
export interface Config extends StructuredConfig {
  readonly listen: ListenAddress;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Null = a private redis-server under `dataDir`. */
  readonly redisUrl: Secret | null;
  readonly dataDir: string;
  readonly webhookToken: Secret | null;
  readonly apiToken: Secret | null;
  readonly agentToken: Secret | null;
  readonly slack: SlackConfig;
  readonly alertmanager: AlertmanagerConfig;
  /** The value of the `cluster` label of the cluster at hand; null = every alert is of it. */
  readonly clusterName: string | null;
  readonly retentionMs: number;
  readonly triageConcurrency: number;
  readonly triageTimeoutMs: number;
  readonly dedupWindowMs: number;
  readonly logLevel: LogLevel;
}
