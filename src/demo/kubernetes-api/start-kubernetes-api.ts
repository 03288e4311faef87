import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kinds } from '../../cluster/kinds.ts';
import type { AnyObject, Kind } from '../../cluster/kinds.ts';
import { ReadError } from '../../cluster/reader.ts';
import type { ClusterReader } from '../../cluster/reader.ts';
import { KubernetesApi } from './kubernetes-api.ts';
import type { KubernetesApiOptions } from './kubernetes-api.ts';
import type { LogSource } from './log-answer.ts';

/** Objects given one by one, with logs by `NAMESPACE/POD/CONTAINER`, and `…/previous` behind it for the run before. */
export interface RecordedCluster {
  readonly objects: Iterable<AnyObject>;
  readonly logs?: Readonly<Record<string, string>>;
}

/** Starts an API server on loopback over recorded objects, or over everything that a snapshot holds. */
export async function startKubernetesApi(
  cluster: readonly AnyObject[] | RecordedCluster | ClusterReader,
  options: KubernetesApiOptions = {},
): Promise<KubernetesApi> {
  const { objects, logs } = await recorded(cluster);
  const api = new KubernetesApi(logs, options);
  api.replace(objects);
  await api.listen();
  return api;
}

async function recorded(
  cluster: readonly AnyObject[] | RecordedCluster | ClusterReader,
): Promise<{ objects: Iterable<AnyObject>; logs: LogSource }> {
  if (isReader(cluster)) return { objects: await objectsOf(cluster), logs: logsOf(cluster) };
  const { objects, logs = {} } = 'objects' in cluster ? cluster : { objects: cluster };
  const source: LogSource = async ({ namespace, pod, container, previous }) =>
    logs[`${namespace}/${pod}/${container}${previous ? '/previous' : ''}`];
  return { objects, logs: source };
}

function isReader(cluster: readonly AnyObject[] | RecordedCluster | ClusterReader): cluster is ClusterReader {
  return 'source' in cluster;
}

async function objectsOf(reader: ClusterReader): Promise<readonly AnyObject[]> {
  const lists = (Object.keys(kinds) as Kind[]).map((kind) => orAbsent(async () => (await reader.list(kind)).items));
  return (await Promise.all(lists)).flatMap((items) => (items ?? []) as readonly AnyObject[]);
}

function logsOf(reader: ClusterReader): LogSource {
  return (log) => orAbsent(() => reader.logs(log));
}

/** What a snapshot lacks, the server built from it lacks. */
async function orAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ReadError) return undefined;
    throw error;
  }
}

/** Writes a kubeconfig for the server into a new temporary directory; gives its path, for KUBECONFIG. The caller removes it. */
export async function writeKubeconfig(url: string, token?: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'podnet-triage-kubeconfig-')), 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'recorded',
    contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'recorded' } }],
    clusters: [{ name: 'recorded', cluster: { server: url } }],
    users: [{ name: 'recorded', user: token === undefined ? {} : { token } }],
  };
  await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 });
  return path;
}

/** Removes what `writeKubeconfig` made: the file at the path and its directory. */
export async function removeKubeconfig(path: string): Promise<void> {
  await rm(dirname(path), { recursive: true, force: true });
}
