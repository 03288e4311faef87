import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { nodes } from './nodes.ts';
import { ownerOf } from '../facts/pods.ts';
import type { Kind } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ConfigMap, DaemonSet, Deployment, Pod } from '../cluster/wire.ts';
import { answer } from '../network/cni/plugin.ts';
import type { PluginId, PluginRole } from '../network/cni/plugin.ts';
import { recognisePlugins } from '../network/cni/recognise.ts';
import type { InstalledPlugins, Recognised } from '../network/cni/recognised.ts';

/** A DaemonSet or Deployment of a plugin, with its rollout. */
export interface PluginWorkload {
  readonly plugin: PluginId;
  readonly part: 'agent' | 'controller';
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly namespace: string;
  readonly name: string;
  /** Label selector of its pods. */
  readonly selector: string;
  readonly desired: number | null;
  readonly ready: number | null;
  /** Pods that run the newest template; null where that is not told. */
  readonly updated: number | null;
  /** RFC 3339. */
  readonly createdAt: string | null;
}

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

/** What the recognition has to do without. */
interface Unread {
  readonly told: string[];
  readonly lacks: Collecting['lacks'];
}

/** Which network plugins are installed, wherever they are installed, with their workloads and settings. */
export const plugins = collector({
  name: 'plugins',
  what: 'the network plugins',
  shows: ['DaemonSet', 'Deployment'],
  scope: 'cluster',
  permissions: ['list daemonsets', 'list deployments', 'get configmaps', 'list pods', 'get installations.operator.tigera.io'],
  command: () => 'kubectl get daemonsets -A -o wide',
  async collect(collecting): Promise<ClusterPlugins> {
    const unread: Unread = { told: [], lacks: collecting.lacks };
    const [daemonSets, deployments, installation, allNodes] = await Promise.all([
      daemonSetsOf(collecting, unread),
      deploymentsOf(collecting, unread),
      optional(unread, 'the Calico Installation', () =>
        collecting.cluster.get('CalicoInstallation', { name: 'default' }, collecting.signal),
      ),
      optional(unread, 'the nodes', () => collecting.read(nodes)),
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

async function optional<T>(unread: Unread, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof ReadError && error.reason === 'not-installed')) return undefined;
    unread.told.push(`${what}: ${error.message}`);
    // Most snapshots lack ConfigMaps and the like, and pods show the rest: that the recognition did without is said only of a refusal.
    if (error instanceof ReadError && error.reason !== 'not-captured') unread.lacks(error, 'minor');
    return undefined;
  }
}

/** The DaemonSets; where they can't be read, as their pods show them: by owner, labels and images. */
async function daemonSetsOf({ cluster, signal }: Collecting, unread: Unread): Promise<readonly DaemonSet[]> {
  const listed = await optional(
    unread,
    'DaemonSets',
    async () => (await cluster.collect('DaemonSet', { signal }, (one: DaemonSet) => one)).items,
  );
  if (listed !== undefined) return listed;
  const { items } = await cluster.collect('Pod', { signal }, daemonSetOfPod);
  return [...new Map(items.map((one) => [`${one.metadata?.namespace ?? ''}/${one.metadata?.name ?? ''}`, one])).values()];
}

/** The Deployments; where they can't be read, as their pods show them. */
async function deploymentsOf({ cluster, signal }: Collecting, unread: Unread): Promise<readonly Deployment[] | undefined> {
  const listed = await optional(
    unread,
    'Deployments',
    async () => (await cluster.collect('Deployment', { signal }, (one: Deployment) => one)).items,
  );
  if (listed !== undefined || unread.told.every((what) => !what.startsWith('Deployments'))) return listed;
  const { items } = await cluster.collect('Pod', { signal }, deploymentOfPod);
  return [...new Map(items.map((one) => [`${one.metadata?.namespace ?? ''}/${one.metadata?.name ?? ''}`, one])).values()];
}

function deploymentOfPod(pod: Pod): Deployment | undefined {
  const owner = ownerOf(pod);
  if (owner?.kind !== 'Deployment' || pod.spec === undefined) return undefined;
  const { 'pod-template-hash': _hash, ...labels } = pod.metadata?.labels ?? {};
  return {
    metadata: { name: owner.name, namespace: owner.namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod.spec } },
  };
}

function daemonSetOfPod({ metadata, spec }: Pod): DaemonSet | undefined {
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === 'DaemonSet');
  if (owner === undefined || spec === undefined) return undefined;
  const { 'controller-revision-hash': _hash, 'pod-template-generation': _generation, ...labels } = metadata?.labels ?? {};
  return {
    metadata: { name: owner.name, ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }) },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

async function configMapsOf(
  { cluster, signal }: Collecting,
  { plugins: found }: InstalledPlugins,
  unread: Unread,
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
    wanted.map((ref) => optional(unread, `ConfigMap ${ref.namespace}/${ref.name}`, () => cluster.get('ConfigMap', ref, signal))),
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

function workloadsOf({ plugin, daemonSets, controllers }: Recognised): readonly PluginWorkload[] {
  return [
    ...daemonSets.flatMap((one) => daemonSetWorkload(plugin.id, one)),
    ...controllers.flatMap((one) => deploymentWorkload(plugin.id, one)),
  ];
}

function daemonSetWorkload(plugin: PluginId, { metadata, spec, status }: DaemonSet): readonly PluginWorkload[] {
  const selector = selectorText(spec?.selector.matchLabels);
  if (selector === undefined) return [];
  return [
    {
      plugin,
      part: 'agent',
      kind: 'DaemonSet',
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      selector,
      desired: status?.desiredNumberScheduled ?? null,
      ready: status?.numberReady ?? null,
      updated: status?.updatedNumberScheduled ?? null,
      createdAt: metadata?.creationTimestamp ?? null,
    },
  ];
}

function deploymentWorkload(plugin: PluginId, { metadata, spec, status }: Deployment): readonly PluginWorkload[] {
  const selector = selectorText(spec?.selector.matchLabels);
  if (selector === undefined) return [];
  return [
    {
      plugin,
      part: 'controller',
      kind: 'Deployment',
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      selector,
      desired: spec?.replicas ?? 1,
      ready: status?.readyReplicas ?? 0,
      updated: status?.updatedReplicas ?? null,
      createdAt: metadata?.creationTimestamp ?? null,
    },
  ];
}

function selectorText(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join(',');
}
