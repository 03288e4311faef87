import { Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/mistakes.ts';
import { loadConfig } from '../config/load-config.ts';
import { collectorsOf, runbooks } from '../runbooks/index.ts';
import { claimedAlerts } from '../runbooks/select.ts';
import { alertmanagerRemarks } from './doctor/alertmanager.ts';
import { kubernetesRemarks } from './doctor/kubernetes.ts';
import { redisRemarks } from './doctor/redis.ts';
import { bad, type Remark } from './doctor/remark.ts';
import { slackRemarks } from './doctor/slack.ts';
import { type World, world } from './world.ts';

interface DoctorOptions {
  readonly context?: string;
  readonly receiver?: string;
  readonly output: 'text' | 'json';
}

/** What the doctor touches of the world. */
export type DoctorWorld = Pick<World, 'connectCluster' | 'write' | 'warn' | 'setExitStatus'> & {
  readonly variables: Readonly<Record<string, string | undefined>>;
};

/** The command `doctor`: looks at everything that an installation stands on, and says what to mend. Changes nothing anywhere. */
export function doctorCommand(outside: DoctorWorld = { ...world, variables: process.env }): Command {
  return new Command('doctor')
    .description('look at Alertmanager, Redis, Slack and the cluster as this process reaches them, and say what to mend')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('--receiver <name>', "the receiver in Alertmanager's configuration that leads to podnet-triage, where it hides its URLs")
    .addOption(new Option('--output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: DoctorOptions) => run(options, outside));
}

async function run(options: DoctorOptions, outside: DoctorWorld): Promise<void> {
  const config = configuration(outside);
  if (config === null) return;
  const remarks = (
    await Promise.all([
      alertmanagerRemarks(config.alertmanager, { receiver: options.receiver ?? null, alertnames: claimedAlerts(config.runbooks) }),
      redisRemarks(config.redisUrl),
      slackRemarks(config.slack, channelsOf(config)),
      clusterRemarks(options, outside),
    ])
  ).flat();
  outside.write(options.output === 'json' ? JSON.stringify(remarks, null, 2) : remarks.map(lines).join('\n'));
  outside.setExitStatus(remarks.some(({ verdict }) => verdict === 'bad') ? 1 : 0);
}

function configuration({ variables, warn, setExitStatus }: DoctorWorld): Config | null {
  try {
    return loadConfig({ variables, runbooks: runbooks.map(({ id }) => id) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const mistake of error.mistakes) warn(mistake);
    setExitStatus(1);
    return null;
  }
}

function channelsOf({ slack, slackRoutes }: Config): readonly string[] {
  return [...new Set([...(slack.channel === null ? [] : [slack.channel]), ...slackRoutes.map(({ channel }) => channel)])];
}

async function clusterRemarks({ context }: DoctorOptions, outside: DoctorWorld): Promise<readonly Remark[]> {
  const permissions = collectorsOf(runbooks).flatMap((collector) => collector.permissions);
  try {
    const reader = await outside.connectCluster({ context });
    try {
      return await kubernetesRemarks(reader, permissions);
    } finally {
      await reader.close();
    }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return [bad('Kubernetes', { what, cure: 'give it a kubeconfig (KUBECONFIG), or run it in a pod with a service account' })];
  }
}

const signs = { good: 'ok  ', bad: 'MEND', unknown: '?   ' } as const;

function lines({ about, verdict, what, cure }: Remark): string {
  const first = `${signs[verdict]}  ${about}: ${what}`;
  return cure === null ? first : `${first}\n      -> ${cure}`;
}
