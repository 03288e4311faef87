import { Command } from 'commander';
import { isNamespaceName, isObjectName } from '../core/target.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { world } from './world.ts';
import type { World } from './world.ts';
import { writeSnapshot } from './write-snapshot.ts';

interface Options {
  readonly output: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly node?: string;
}

/** The command `snapshot`: what a triage would read, as files for a ticket or for `diagnose --snapshot`. */
export function snapshotCommand(outside: World = world): Command {
  return new Command('snapshot')
    .description('write what a triage would read from the live cluster into files; Secrets are never read, credentials masked')
    .requiredOption('--output <dir>', 'the directory to write to; must be empty or not be there yet')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('--namespace <namespace>', "keep applications' objects and logs of this namespace only")
    .option('--node <node>', 'keep logs of pods on this node only')
    .action(async (options: Options, command: Command) => {
      const mistake = usageMistake(options);
      if (mistake !== undefined) command.error(`error: ${mistake}`, { exitCode: 2 });
      await run(options, outside);
    });
}

function usageMistake({ namespace, node }: Options): string | undefined {
  if (namespace !== undefined && !isNamespaceName(namespace))
    return `--namespace ${JSON.stringify(namespace)} is no name that Kubernetes accepts`;
  if (node !== undefined && !isObjectName(node)) return `--node ${JSON.stringify(node)} is no name that Kubernetes accepts`;
  return undefined;
}

async function run({ context, ...options }: Options, outside: World): Promise<void> {
  const reader = await outside.connectCluster({ context });
  try {
    await expectPlaces(reader, options);
    const { objects, logs, missing } = await writeSnapshot(reader, options);
    for (const why of missing.slice(0, 20)) outside.warn(`not read: ${why}`);
    if (missing.length > 20) outside.warn(`not read: ${missing.length - 20} more`);
    outside.write(`Wrote ${objects} objects and ${logs} logs of ${reader.name} to ${options.output}`);
    outside.write('Credentials that were recognised are masked; look through it before you pass it on.');
  } finally {
    await reader.close();
  }
}

/** Fails for a namespace or node that is not there: a misspelt one would give a snapshot without what it is about. */
async function expectPlaces(reader: ClusterReader, { namespace, node }: Pick<Options, 'namespace' | 'node'>): Promise<void> {
  for (const [kind, name] of [['Namespace', namespace] as const, ['Node', node] as const]) {
    if (name === undefined || (await isThere(reader, kind, name))) continue;
    throw new Error(`${reader.name} has no ${kind.toLowerCase()} ${name}: nothing was written`);
  }
}

/** Where it may not be asked, the snapshot itself says what it could not read. */
async function isThere(reader: ClusterReader, kind: 'Namespace' | 'Node', name: string): Promise<boolean> {
  try {
    const { items } = await reader.list(kind, { fieldSelector: `metadata.name=${name}` });
    return items.length > 0;
  } catch (error) {
    if (error instanceof ReadError) return true;
    throw error;
  }
}
