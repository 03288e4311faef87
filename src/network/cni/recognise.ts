import type { ConfigMap, CustomObject, DaemonSet, Deployment, Node } from '../../cluster/wire.ts';
import { containersOf, pluginOfDaemonSet, versionOf } from './match-daemon-set.ts';
import { answer, type NetworkPlugin, type PluginRole, type PluginSettings } from './plugin.ts';
import { pluginById } from './registry.ts';
import { conflictAmong } from './conflict.ts';
import type { InstalledPlugins, Recognised } from './recognised.ts';
import { roleIn } from './roles.ts';

/** What was read of the cluster; a list that was not read is left out, not given as empty. */
export interface ClusterParts {
  readonly daemonSets: readonly DaemonSet[];
  readonly nodes: readonly Node[];
  readonly deployments?: readonly Deployment[];
  readonly configMaps?: readonly ConfigMap[];
  /** Calico's operator keeps its wishes in it. */
  readonly installation?: CustomObject;
}

/** The network plugins of a cluster with their parts in it. Companions such as Calico's policies on AWS are no conflict. */
export function recognisePlugins(parts: ClusterParts): InstalledPlugins {
  const byPlugin = Map.groupBy(
    parts.daemonSets.flatMap((daemonSet) => {
      const plugin = pluginOfDaemonSet(daemonSet);
      return plugin === undefined ? [] : [{ plugin, daemonSet }];
    }),
    ({ plugin }) => plugin,
  );
  const found = [...byPlugin].map(([plugin, entries]) =>
    installed(
      plugin,
      entries.map(({ daemonSet }) => daemonSet),
      parts,
    ),
  );
  const embedded = embeddedFlannel(parts, found);
  const everything = embedded === null ? found : [...found, embedded];
  const placed = everything.map((one) => ({ ...one, role: roleIn(one, everything, parts.installation) })).sort(byPart);
  return {
    plugins: placed,
    main: placed.find(({ role, active }) => role === 'main' && active) ?? null,
    conflict: conflictAmong(placed, parts.nodes),
    k3sEmbedded: embedded !== null,
  };
}

function installed(plugin: NetworkPlugin, daemonSets: readonly DaemonSet[], parts: ClusterParts): Recognised {
  const version = daemonSets.map((daemonSet) => versionOf(plugin, daemonSet)).find((version) => version !== null) ?? null;
  return {
    plugin,
    role: plugin.role,
    daemonSets,
    controllers: (parts.deployments ?? []).filter(({ metadata }) => plugin.controllers.some(({ name }) => name === metadata?.name)),
    settings: {
      ...environment(daemonSets),
      ...configuration(plugin, daemonSets, parts.configMaps ?? []),
      ...companions(plugin, parts.daemonSets),
      ...(version === null ? {} : { version }),
    },
    version,
    active: daemonSets.some(({ status }) => status?.desiredNumberScheduled !== 0),
  };
}

function companions({ companions = [] }: NetworkPlugin, daemonSets: readonly DaemonSet[]): PluginSettings {
  return Object.fromEntries(companions.map((name) => [name, String(daemonSets.some(({ metadata }) => metadata?.name === name))]));
}

/** Literal values of the agents' environment, and `--flag=value` of their commands under `--flag`. */
function environment(daemonSets: readonly DaemonSet[]): PluginSettings {
  const containers = daemonSets.flatMap(containersOf);
  const variables = containers.flatMap(({ env }) => env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  const words = containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])]);
  const flags = words.flatMap((word) => {
    const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...variables, ...flags]) as Record<string, string>;
}

function configuration(plugin: NetworkPlugin, daemonSets: readonly DaemonSet[], configMaps: readonly ConfigMap[]): PluginSettings {
  const namespaces = new Set(daemonSets.map(({ metadata }) => metadata?.namespace));
  const mine = configMaps.filter(({ metadata }) =>
    plugin.configMaps.some(
      ({ name, namespace }) =>
        name === metadata?.name && (namespace === null ? namespaces.has(metadata.namespace) : namespace === metadata.namespace),
    ),
  );
  return Object.assign({}, ...mine.map(({ data }) => data ?? {})) as PluginSettings;
}

/** Nodes of k3s that carry Flannel's annotations while no DaemonSet of it, nor of another main plugin, could have written them. */
function embeddedFlannel({ nodes }: ClusterParts, found: readonly Recognised[]): Recognised | null {
  const plugin = pluginById('k3s-flannel');
  const annotated = nodes.some(({ metadata, status }) => {
    const k3s = status?.nodeInfo?.kubeletVersion?.includes('+k3s') === true;
    return k3s && plugin.recognition.nodeAnnotations.some((key) => metadata?.annotations?.[key] !== undefined);
  });
  if (!annotated || found.some(({ plugin, active }) => active && plugin.role === 'main')) return null;
  const version = nodes.find(({ status }) => status?.nodeInfo?.kubeletVersion?.includes('+k3s'))?.status?.nodeInfo?.kubeletVersion ?? null;
  return { plugin, role: 'main', daemonSets: [], controllers: [], settings: {}, version, active: true };
}

const partOrder: readonly PluginRole[] = ['main', 'policy', 'meta', 'ipam'];

function byPart(a: Recognised, b: Recognised): number {
  return (
    Number(b.active) - Number(a.active) || partOrder.indexOf(a.role) - partOrder.indexOf(b.role) || (a.plugin.id < b.plugin.id ? -1 : 1)
  );
}

/** Whether anything in the cluster enforces NetworkPolicy; null where it depends on settings that were not read. */
export function enforcesPolicy({ plugins }: InstalledPlugins): boolean | null {
  const answers = plugins.filter(({ active }) => active).map(({ plugin, settings }) => answer(plugin.enforcesPolicy, settings));
  if (answers.includes(true)) return true;
  return answers.length === 0 || answers.includes(null) ? null : false;
}

/** Whether pods get addresses from node.spec.podCIDR; null where no main plugin or not its settings are known. */
export function needsPodCidr({ main }: InstalledPlugins): boolean | null {
  return main === null ? null : answer(main.plugin.needsPodCidr, main.settings);
}
