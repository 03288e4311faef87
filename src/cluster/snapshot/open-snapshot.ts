import { realpath, stat } from 'node:fs/promises';
import { readContents } from './contents.ts';
import type { Snapshot } from './snapshot.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/**
 * Opens a directory of `kubectl cluster-info dump`, `kubectl get` output, a troubleshoot.sh bundle, an OpenShift
 * must-gather, or one that `podnet-triage snapshot` wrote. Takes every Kubernetes object whatever its file is called;
 * Secrets are kept nowhere. Throws when there is no such directory; files that cannot be read are `problems`.
 */
export async function openSnapshot(directory: string): Promise<Snapshot> {
  const root = await directoryAt(directory);
  const contents = await readContents(root);
  const hasObjects = contents.newest.value !== undefined || !contents.logs.isEmpty;
  if (!hasObjects) contents.problems.add('.', 'holds no Kubernetes object with a time in it and no log');
  const { mtimeMs } = await stat(root);
  return new SnapshotReader(directory, contents, new Date(contents.newest.value ?? mtimeMs));
}

async function directoryAt(directory: string): Promise<string> {
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new Error(`The snapshot ${directory} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  throw new Error(`The snapshot ${directory} is not a directory`);
}
