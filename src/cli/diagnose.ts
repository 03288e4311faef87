import { Command, Option } from 'commander';
import { alertOfLabels } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { isNamespaceName, isObjectName } from '../core/target.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { ClusterView } from '../collectors/cluster-view.ts';
import { claimedAlerts, runbooksFor } from '../runbooks/select.ts';
import { renderMarkdown } from '../sinks/markdown/render.ts';
import { renderTerminal } from '../sinks/terminal/render.ts';
import { examine, NoRunbookError } from '../workers/examine.ts';
import { parseAlerts } from './alert-input.ts';
import type { AlertInput } from './alert-input.ts';
import { world } from './world.ts';
import type { World } from './world.ts';

interface DiagnoseOptions {
  readonly snapshot?: string;
  readonly context?: string;
  readonly alert?: string;
  readonly alertname?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly node?: string;
  readonly output?: 'text' | 'json' | 'markdown';
  readonly timeout: string;
}

/** The command `diagnose`: one triage in the foreground, from a snapshot or a live cluster, without Redis and Slack. */
export function diagnoseCommand(outside: World = world): Command {
  return new Command('diagnose')
    .description('name the cause of one alert, from a live cluster or from files')
    .option('--snapshot <dir>', 'read the cluster from files instead of the current kubeconfig')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('--alert <file>', 'the alert: an Alertmanager webhook body, or one alert object; - is the standard input')
    .option('--alertname <name>', 'instead of --alert: the name of the alert, with --namespace and --pod, or --node')
    .option('--namespace <namespace>', 'with --alertname: the namespace of the pod')
    .option('--pod <pod>', 'with --alertname: the pod')
    .option('--node <node>', 'with --alertname: the node')
    .option('--timeout <seconds>', 'end with what is there after so many seconds', '20')
    .addOption(new Option('--output <format>', 'default: text on a terminal, json elsewhere').choices(['text', 'json', 'markdown']))
    .action(async (options: DiagnoseOptions, command: Command) => {
      const mistake = usageMistake(options);
      if (mistake !== undefined) command.error(`error: ${mistake}`, { exitCode: 2 });
      await run(options, outside);
    });
}

const mostSeconds = 3600;

/** What is wrong with the options together; undefined where nothing is. */
function usageMistake({ snapshot, context, alert, alertname, namespace, pod, node, timeout }: DiagnoseOptions): string | undefined {
  if (snapshot !== undefined && context !== undefined) return '--snapshot and --context exclude each other';
  if ((alert === undefined) === (alertname === undefined)) return 'give either --alert FILE or --alertname NAME';
  if (alert !== undefined && [namespace, pod, node].some((one) => one !== undefined))
    return '--namespace, --pod and --node go with --alertname only';
  if (pod !== undefined && namespace === undefined) return '--pod needs --namespace';
  if (namespace !== undefined && !isNamespaceName(namespace))
    return `--namespace ${JSON.stringify(namespace)} is no name that Kubernetes accepts`;
  for (const [name, value] of Object.entries({ pod, node })) {
    if (value !== undefined && !isObjectName(value)) return `--${name} ${JSON.stringify(value)} is no name that Kubernetes accepts`;
  }
  const isTimeout = Number(timeout) > 0 && Number(timeout) <= mostSeconds;
  return isTimeout ? undefined : `--timeout ${JSON.stringify(timeout)} is not a number of seconds above 0 and up to ${mostSeconds}`;
}

async function run(options: DiagnoseOptions, outside: World): Promise<void> {
  const input = await alertsFrom(options, outside);
  const claimed = input.alerts.filter(({ alertname }) => runbooksFor(alertname).length > 0);
  const unclaimed = [...new Set(input.alerts.filter((one) => !claimed.includes(one)).map(({ alertname }) => alertname))];
  const refusals = unclaimed.map((alertname) => new NoRunbookError(alertname, claimedAlerts()));
  if (claimed.length === 0) throw new AggregateError(refusals);
  const reader = await open(options, outside);
  try {
    const view = new ClusterView({ maxAgeMs: 60_000 });
    const diagnoses: Diagnosis[] = [];
    for (const alert of claimed) {
      const signal = AbortSignal.timeout(Number(options.timeout) * 1000);
      diagnoses.push((await examine(alert, { cluster: reader, clusterName: null, view, signal })).diagnosis);
    }
    outside.write(rendered(diagnoses, input, { options, outside }));
    for (const { message } of refusals) outside.warn(`podnet-triage: ${message}`);
    if (refusals.length > 0) outside.setExitStatus(1);
  } finally {
    await reader.close();
  }
}

async function open({ snapshot, context }: DiagnoseOptions, outside: World): Promise<ClusterReader> {
  if (snapshot === undefined) return outside.connectCluster({ context });
  const opened = await outside.openSnapshot(snapshot);
  const problems = opened.problems ?? [];
  for (const { file, why } of problems.slice(0, 10)) outside.warn(`not read: ${file}: ${why}`);
  if (problems.length > 10) outside.warn(`not read: ${problems.length - 10} more files`);
  return opened;
}

async function alertsFrom({ alert, alertname = '', namespace, pod, node }: DiagnoseOptions, outside: World): Promise<AlertInput> {
  if (alert !== undefined) return parseAlerts(await outside.readText(alert), alert === '-' ? 'the standard input' : alert);
  const labels = Object.fromEntries(
    Object.entries({ alertname, namespace, pod, node }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { alerts: [alertOfLabels(labels)], several: false };
}

function rendered(
  diagnoses: readonly Diagnosis[],
  { several }: AlertInput,
  { options, outside }: { options: DiagnoseOptions; outside: World },
): string {
  const { isTerminal, width } = outside.terminal;
  switch (options.output ?? (isTerminal ? 'text' : 'json')) {
    case 'json':
      return JSON.stringify(several ? diagnoses : diagnoses[0], null, 2);
    case 'markdown':
      return diagnoses.map(renderMarkdown).join('\n\n---\n\n');
    case 'text':
      return diagnoses
        .map((one) => renderTerminal(one, { colour: isTerminal && process.env['NO_COLOR'] === undefined ? 'ansi' : 'none', width }))
        .join('\n\n');
  }
}
