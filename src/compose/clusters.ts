import { connectCluster } from '../cluster/live/connect-cluster.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { ClusterView } from '../collectors/cluster-view.ts';
import type { NodeView } from '../collectors/node-view.ts';
import type { Prober } from '../collectors/prober.ts';
import type { Config } from '../config/config.ts';
import type { Dependency } from '../http/health.ts';
import type { Logger } from '../observability/logger.ts';
import { createProber } from '../probe/prober.ts';
import { openAgents } from './agents.ts';
import { apiHealth } from './api-health.ts';
import type { ClusterRouting } from './cluster-routing.ts';
import { ownPod } from './own-pod.ts';
import { unconnectedCluster } from './unconnected-cluster.ts';
import type { Tools } from './shared.ts';

/** One cluster that alerts are triaged in. */
export interface TriagedCluster {
  readonly name: string | null;
  readonly reader: ClusterReader;
  readonly view: ClusterView;
  /** How long after its start the list of all pods is waited for; in a large cluster triages do without at first. */
  readonly patienceMs: number;
  /** Opens connections from this process; null for a cluster that it does not run in, whose addresses may be others' here. */
  readonly prober: Prober | null;
  /** Asks the agents on its nodes; null without them, and for a cluster that this process does not run in. */
  readonly nodeView: NodeView | null;
}

/** Every cluster that this process can look at. */
export interface Clusters {
  /** The one that an alert with these labels belongs to; undefined where nobody diagnoses it here. */
  of(labels: Readonly<Record<string, string>>): TriagedCluster | undefined;
  /** Of the cluster at hand. */
  readonly health: () => Promise<Dependency>;
}

/** How old what all triages of the moment share may be; for an alert that began since, it is read again at once. */
const sharedForMs = 30_000;
/** Some 15,000 pods are listed in so long. */
const patienceMs = 1_500;

/** Opens the cluster at hand and those of CONFIG_FILE. One that cannot be opened is told of, and every read of it fails with the reason. */
export async function openClusters(
  config: Config,
  clusterRouting: ClusterRouting,
  tools: Tools & { readonly isRecorded?: true },
): Promise<Clusters> {
  const open = async (
    name: string | null,
    where: { context?: string | undefined; kubeconfig?: string | undefined },
  ): Promise<TriagedCluster> => {
    const reader = await reachable(where, { name, logger: tools.logger });
    tools.stack.defer(async () => reader.close());
    return { name, reader, view: new ClusterView({ maxAgeMs: sharedForMs }), patienceMs, prober: null, nodeView: null };
  };
  const opened = await open(config.clusterName, {});
  const own = tools.isRecorded === true ? opened : { ...opened, ...(await openSight(config, opened.reader, tools)) };
  const others = new Map<string, TriagedCluster>();
  for (const [name, { kubeconfig, context }] of Object.entries(config.clusters)) {
    if (name !== config.clusterName)
      others.set(name, await open(name, { context: context ?? undefined, kubeconfig: kubeconfig ?? undefined }));
  }
  return {
    of(labels) {
      const place = clusterRouting.placeOf(labels);
      return place.kind === 'own' ? own : place.kind === 'other' ? others.get(place.name) : undefined;
    },
    health: apiHealth(own.reader),
  };
}

/** What looks at the network of the cluster itself, from here and from its nodes. */
async function openSight(config: Config, reader: ClusterReader, tools: Tools): Promise<Pick<TriagedCluster, 'prober' | 'nodeView'>> {
  return { prober: createProber({ ownPod: await ownPod() }), nodeView: await openAgents(config, reader, tools) };
}

async function reachable(
  where: { context?: string | undefined; kubeconfig?: string | undefined },
  about: { name: string | null; logger: Logger },
): Promise<ClusterReader> {
  try {
    return await connectCluster(where);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    about.logger.error({ cluster: about.name, reason: why }, 'this cluster cannot be read, so its alerts are diagnosed without evidence');
    return unconnectedCluster(about.name ?? 'the cluster at hand', why);
  }
}
