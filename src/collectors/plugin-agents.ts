import { oncePer } from '../core/once-per.ts';
import type { PluginPod } from './plugin-pods.ts';

const placed = oncePer((pods: readonly PluginPod[]) => {
  const agents = pods.filter(({ part }) => part === 'agent');
  return {
    agents,
    byNode: Map.groupBy(agents, ({ node }) => node),
    controllers: pods.filter(({ part }) => part === 'controller'),
    byUid: new Map(pods.filter(({ uid }) => uid !== '').map((pod) => [pod.uid, pod])),
  };
});

/** The plugins' agents on a node, in the order of the list; all agents where no node is given. */
export function agentsOn(pods: readonly PluginPod[], node: string | undefined): readonly PluginPod[] {
  const { agents, byNode } = placed(pods);
  return node === undefined ? agents : (byNode.get(node) ?? []);
}

/** The plugins' controllers, in the order of the list. */
export function controllersOf(pods: readonly PluginPod[]): readonly PluginPod[] {
  return placed(pods).controllers;
}

/** The plugin's pod with that uid; undefined where it is none of them. */
export function pluginPodWithUid(pods: readonly PluginPod[], uid: string | undefined): PluginPod | undefined {
  return uid === undefined ? undefined : placed(pods).byUid.get(uid);
}
