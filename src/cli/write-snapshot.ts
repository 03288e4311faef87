import { kinds } from '../cluster/kinds.ts';
import type { AnyObject, Kind, Kinds } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ClusterReader, LogQuery } from '../cluster/reader.ts';
import { SnapshotFiles } from './snapshot-files.ts';
import { agentWorkload, chooseForLogs, controllerWorkload, logCandidate } from './snapshot-logs.ts';
import type { LogCandidate, PluginWorkload } from './snapshot-logs.ts';

export interface SnapshotOptions {
  /** The directory; made when it is not there, refused when it is not empty. */
  readonly output: string;
  /** Keep applications' objects and logs of this namespace only; what the network plugin and pod addresses need is kept of all. */
  readonly namespace?: string | undefined;
  /** Keep logs of pods on this node only. */
  readonly node?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a snapshot holds and what it lacks. */
export interface WrittenSnapshot {
  readonly objects: number;
  readonly logs: number;
  /** What could not be read, in sentences. Kinds that the cluster does not serve are none. */
  readonly missing: readonly string[];
}

const mostObjects = 250_000;
const tailLines = 2000;
const limitBytes = 1024 * 1024;
const logsAtOnce = 8;
const kindsAtOnce = 4;

/** Kinds that applications fill: with `--namespace` they are kept of that namespace and of those that the network needs. */
const applicationKinds: ReadonlySet<Kind> = new Set<Kind>([
  'Event',
  'Service',
  'ServiceAccount',
  'ConfigMap',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'LimitRange',
  'EndpointSlice',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'Job',
  'CronJob',
]);
/** Node events stand in `default`, node leases and kubeadm's configuration in the others. */
const alwaysKept = ['default', 'kube-system', 'kube-node-lease'];

/**
 * Writes what a triage would read into files that `openSnapshot` reads: every kind, bounded, and the ends of the logs
 * of pods that are not ready and of the network plugin. Credentials are masked, Secrets never read. Throws when the
 * cluster cannot be read at all; what else cannot be read is noted in the snapshot and in `missing`.
 */
export async function writeSnapshot(reader: ClusterReader, options: SnapshotOptions): Promise<WrittenSnapshot> {
  const files = await SnapshotFiles.in(options.output);
  return new Writing(reader, options, files).run();
}

class Writing {
  readonly #reader: ClusterReader;
  readonly #options: SnapshotOptions;
  readonly #files: SnapshotFiles;
  readonly #missing: string[] = [];
  readonly #workloads: PluginWorkload[] = [];
  readonly #candidates: LogCandidate[] = [];

  constructor(reader: ClusterReader, options: SnapshotOptions, files: SnapshotFiles) {
    this.#reader = reader;
    this.#options = options;
    this.#files = files;
  }

  async run(): Promise<WrittenSnapshot> {
    // Whose pods are the network plugin's is known from these two; they come first.
    await this.#writeKind('DaemonSet', (daemonSet) => this.#remember(agentWorkload(daemonSet)), 'essential');
    await this.#writeKind('Deployment', (deployment) => this.#remember(controllerWorkload(deployment)));
    await this.#writeKind('Pod', (pod) => {
      const candidate = logCandidate(pod, this.#workloads);
      if (candidate !== undefined) this.#candidates.push(candidate);
    });
    const rest = (Object.keys(kinds) as Kind[]).filter((kind) => !['DaemonSet', 'Deployment', 'Pod'].includes(kind));
    await inParallel(rest, kindsAtOnce, (kind) => this.#writeKind(kind));
    await inParallel(this.#logQueries(), logsAtOnce, (query) => this.#writeLog(query));
    await this.#files.finish();
    return { objects: this.#files.objects, logs: this.#files.logs, missing: this.#missing };
  }

  #remember(workload: PluginWorkload | undefined): void {
    if (workload !== undefined) this.#workloads.push(workload);
  }

  async #writeKind<K extends Kind>(
    kind: K,
    see?: (object: Kinds[K]) => void,
    weight: 'essential' | 'optional' = 'optional',
  ): Promise<void> {
    const sink = this.#files.objectsOf(kind);
    const namespaces = this.#namespacesFor(kind);
    let truncated = false;
    try {
      for (const namespace of namespaces ?? [undefined]) {
        const query = { namespace, limit: mostObjects, signal: this.#options.signal };
        const listing = await this.#reader.collect(kind, query, (object): undefined => {
          see?.(object);
          sink.add(object as AnyObject);
        });
        truncated ||= listing.truncated;
      }
      await sink.done({ missing: null, namespaces, truncated });
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      if (weight === 'essential' && ['unreachable', 'unauthorized', 'timeout'].includes(error.reason)) throw error;
      if (error.reason !== 'not-installed') this.#missing.push(error.message);
      await sink.done({ missing: { reason: error.reason, why: error.message }, namespaces, truncated });
    }
  }

  /** The namespaces of which a kind is kept; null for all. The plugin's own are known once its DaemonSets have been read. */
  #namespacesFor(kind: Kind): readonly string[] | null {
    const { namespace } = this.#options;
    if (namespace === undefined || !applicationKinds.has(kind)) return null;
    return [...new Set([namespace, ...alwaysKept, ...this.#workloads.map((workload) => workload.namespace)])];
  }

  #logQueries(): readonly LogQuery[] {
    const { signal } = this.#options;
    return chooseForLogs(this.#candidates, this.#options).flatMap(({ namespace, pod, containers }) =>
      containers.flatMap(({ name, restarts }) =>
        (restarts > 0 ? [false, true] : [false]).map((previous) => ({
          namespace,
          pod,
          container: name,
          previous,
          tailLines,
          limitBytes,
          signal,
        })),
      ),
    );
  }

  async #writeLog(query: LogQuery): Promise<void> {
    try {
      await this.#files.log(query, await this.#reader.logs(query));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      this.#missing.push(error.message);
    }
  }
}

async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
