import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { nodes } from './nodes.ts';
import { daemonSetsOf, deploymentsOf } from './plugin-lists.ts';
import { workloadsOf } from './plugin-workload.ts';
import type { PluginWorkload } from './plugin-workload.ts';
import { unlessUnreadable } from './unread-parts.ts';
import type { UnreadParts } from './unread-parts.ts';
import type { Kind } from '../cluster/kinds.ts';
import type { ConfigMap } from '../cluster/wire.ts';
import { answer } from '../network/cni/plugin.ts';
import type { PluginId, PluginRole } from '../network/cni/plugin.ts';
import { recognisePlugins } from '../network/cni/recognise.ts';
import type { InstalledPlugins, Recognised } from '../network/cni/recognised.ts';

/** A network plugin of this cluster; plain JSON. */
export interface ClusterPlugin {
  readonly id: PluginId;
  readonly title: string;
  readonly role: PluginRole;
  readonly active: boolean;
  readonly version: string | null;
  /** Whether it enforces NetworkPolicy; null where its settings don't tell. */
  readonly enforcesPolicy: boolean | null;
  /** Whether it takes pod addresses from the node's `spec.podCIDRs`; null where its settings don't tell. */
  readonly needsPodCidr: boolean | null;
  readonly pool: string;
  /** Its settings as far as they are short; long ones are whole files. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The network plugins of the cluster. */
export interface ClusterPlugins {
  readonly plugins: readonly ClusterPlugin[];
  /** Who answers CNI ADD; null where none was found. */
  readonly main: PluginId | null;
  readonly conflict: { readonly a: PluginId; readonly b: PluginId; readonly why: string } | null;
  readonly k3sEmbedded: boolean;
  readonly workloads: readonly PluginWorkload[];
  /** Custom kinds that they keep their records in. */
  readonly kinds: readonly Kind[];
  /** What the recognition had to do without. */
  readonly unread: readonly string[];
}

const longestSetting = 400;

/** Which network plugins are installed, wherever they are installed, with their workloads and settings. */
export const plugins = collector({
  name: 'plugins',
  what: 'the network plugins',
  shows: ['DaemonSet', 'Deployment'],
  scope: 'cluster',
  permissions: ['list daemonsets', 'list deployments', 'get configmaps', 'list pods', 'get installations.operator.tigera.io'],
  command: () => 'kubectl get daemonsets -A -o wide',
  async collect(collecting): Promise<ClusterPlugins> {
    const unread: UnreadParts = { told: [], lacks: collecting.lacks };
    const [daemonSets, deployments, installation, allNodes] = await Promise.all([
      daemonSetsOf(collecting, unread),
      deploymentsOf(collecting, unread),
      unlessUnreadable(unread, 'the Calico Installation', () =>
        collecting.cluster.get('CalicoInstallation', { name: 'default' }, collecting.signal),
      ),
      unlessUnreadable(unread, 'the nodes', () => collecting.read(nodes)),
    ]);
    const parts = {
      daemonSets,
      nodes: allNodes ?? [],
      ...(deployments === undefined ? {} : { deployments }),
      ...(installation === undefined ? {} : { installation }),
    };
    const found = recognisePlugins(parts);
    const configMaps = await configMapsOf(collecting, found, unread);
    return described(recognisePlugins({ ...parts, configMaps }), unread.told);
  },
});

async function configMapsOf(
  { cluster, signal }: Collecting,
  { plugins: found }: InstalledPlugins,
  unread: UnreadParts,
): Promise<readonly ConfigMap[]> {
  const wanted = found.flatMap(({ plugin, daemonSets }) =>
    plugin.configMaps.flatMap(({ name, namespace }) =>
      (namespace === null ? daemonSets.flatMap(({ metadata }) => metadata?.namespace ?? []) : [namespace]).map((where) => ({
        namespace: where,
        name,
      })),
    ),
  );
  const maps = await Promise.all(
    wanted.map((ref) => unlessUnreadable(unread, `ConfigMap ${ref.namespace}/${ref.name}`, () => cluster.get('ConfigMap', ref, signal))),
  );
  return maps.flatMap((one) => one ?? []);
}

function described(found: InstalledPlugins, unread: readonly string[]): ClusterPlugins {
  return {
    plugins: found.plugins.map(describedPlugin),
    main: found.main?.plugin.id ?? null,
    conflict: found.conflict === null ? null : { a: found.conflict.a.plugin.id, b: found.conflict.b.plugin.id, why: found.conflict.why },
    k3sEmbedded: found.k3sEmbedded,
    workloads: found.plugins.flatMap(workloadsOf),
    kinds: [...new Set(found.plugins.flatMap(({ plugin }) => plugin.kinds))],
    unread,
  };
}

function describedPlugin({ plugin, role, active, version, settings }: Recognised): ClusterPlugin {
  return {
    id: plugin.id,
    title: plugin.title,
    role,
    active,
    version,
    enforcesPolicy: answer(plugin.enforcesPolicy, settings),
    needsPodCidr: answer(plugin.needsPodCidr, settings),
    pool: plugin.pool,
    settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value.length <= longestSetting)),
  };
}
