import { Command, InvalidArgumentError, Option } from 'commander';
import type { ClusterReader } from '../cluster/reader.ts';
import { readPolicyInputs } from '../collectors/reach-inputs.ts';
import { isEnd } from '../network/policy/ends.ts';
import { buildPolicyIndex, type PolicyIndex } from '../network/policy/policy-index.ts';
import type { ReachError, ReachResult } from '../network/policy/reach.ts';
import { answer, parseLine, parsePort, type PortAndProtocol } from './reach-query.ts';
import { renderMatrix, renderResult } from './reach-text.ts';
import { matrix } from './reach-workloads.ts';
import { world, type World } from './world.ts';

interface ReachOptions {
  readonly snapshot?: string;
  readonly context?: string;
  readonly from?: string;
  readonly to?: string;
  readonly port?: PortAndProtocol;
  readonly queries?: string;
  readonly all?: true;
  readonly output?: 'text' | 'json';
}

function port(value: string): PortAndProtocol {
  const parsed = parsePort(value);
  if (parsed === undefined) throw new InvalidArgumentError('It must be 1 to 65535, with /TCP, /UDP or /SCTP where that is meant.');
  return parsed;
}

/** The command `reach`: what the policies say of a connection, of many, or of all workloads with each other. */
export function reachCommand(outside: World = world): Command {
  return new Command('reach')
    .description('say what the network policies let through: one connection, many, or every workload to every other')
    .option('--snapshot <dir>', 'read the cluster from files instead of the current kubeconfig')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('--from <end>', 'who connects: NAMESPACE/POD, or the address of a pod, a node or a host outside')
    .option('--to <end>', 'to whom: NAMESPACE/POD or an address')
    .option('--port <port>', "the pod's port: N, N/TCP, N/UDP or N/SCTP; without it every port of the target's containers", port)
    .option(
      '--queries <file>',
      'many connections from one load: a JSON object {"from","to","port","protocol"} a line; - is the standard input',
    )
    .option('--all', 'every workload to every declared port of every workload')
    .addOption(new Option('--output <format>', 'default: text, and for --queries json').choices(['text', 'json']))
    .action(async (options: ReachOptions, command: Command) => {
      const mistake = usageMistake(options);
      if (mistake !== undefined) command.error(`error: ${mistake}`, { exitCode: 2 });
      await run(options, outside);
    });
}

/** What is wrong with the options together; undefined where nothing is. */
function usageMistake({ snapshot, context, from, to, port, queries, all }: ReachOptions): string | undefined {
  if (snapshot !== undefined && context !== undefined) return '--snapshot and --context exclude each other';
  const pair = from !== undefined || to !== undefined || port !== undefined;
  const modes = [pair, queries !== undefined, all !== undefined].filter(Boolean).length;
  if (modes !== 1) return 'give either --from and --to, or --queries FILE, or --all';
  if (!pair) return undefined;
  if (from === undefined || to === undefined) return 'both --from and --to are needed';
  const wrong = [from, to].find((end) => !isEnd(end));
  return wrong === undefined ? undefined : `"${wrong}" is neither NAMESPACE/POD nor an IP address`;
}

async function run(options: ReachOptions, outside: World): Promise<void> {
  const queries = options.queries === undefined ? undefined : await outside.readText(options.queries);
  const index = await load(options, outside);
  if (queries !== undefined) return answerAll(index, { queries, output: options.output ?? 'json' }, outside);
  if (options.all) return printMatrix(index, options, outside);
  printOne(answer(index, { from: options.from ?? '', to: options.to ?? '', port: options.port }), options, outside);
}

async function load({ snapshot, context }: ReachOptions, outside: World): Promise<PolicyIndex> {
  const reader = snapshot === undefined ? await outside.connectCluster({ context }) : await openFiles(snapshot, outside);
  try {
    return buildPolicyIndex(await readPolicyInputs(reader));
  } finally {
    await reader.close();
  }
}

async function openFiles(directory: string, outside: World): Promise<ClusterReader> {
  const reader = await outside.openSnapshot(directory);
  for (const { file, why } of reader.problems ?? []) outside.warn(`${file}: ${why}`);
  return reader;
}

function printOne(found: ReachResult | ReachResult[] | ReachError, { output }: ReachOptions, outside: World): void {
  if ('error' in found) {
    outside.warn(`error: ${found.error}`);
    outside.setExitStatus(1);
    return;
  }
  if (output === 'json') return outside.write(JSON.stringify(found, null, 2));
  const results = Array.isArray(found) ? found : [found];
  if (results.length === 0) outside.warn("The target's containers declare no port; name one with --port.");
  else outside.write(results.map(renderResult).join('\n'));
}

interface Queries {
  readonly queries: string;
  readonly output: 'text' | 'json';
}

/** One line out for each line in; the lines after the last newline end nothing. */
function answerAll(index: PolicyIndex, { queries, output }: Queries, outside: World): void {
  const lines = queries.replace(/(\r?\n)+$/, '').split(/\r?\n/);
  for (const line of queries.trim() === '' ? [] : lines) {
    const parsed = parseLine(line);
    const found = 'error' in parsed ? parsed : answer(index, parsed);
    if ('error' in found) outside.setExitStatus(1);
    outside.write(output === 'json' ? JSON.stringify(found) : [found].flat().map(renderResult).join('\n'));
  }
}

function printMatrix(index: PolicyIndex, { output }: ReachOptions, outside: World): void {
  const unread = index.unread.get('Pod');
  if (unread !== undefined && index.pods.size === 0) {
    outside.warn(`error: pods were not read: ${unread.why}`);
    outside.setExitStatus(1);
    return;
  }
  outside.write(output === 'json' ? JSON.stringify([...matrix(index)], null, 2) : renderMatrix(matrix(index)));
}
