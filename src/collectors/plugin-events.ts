import { collector } from './collector.ts';
import { node } from './node.ts';
import { pluginPods } from './plugin-pods.ts';
import { chooseForLogs } from './cni-logs.ts';
import { byNode } from './scopes.ts';
import { sh } from '../core/shell.ts';
import { byTime, eventsOf } from '../facts/events.ts';
import type { ObservedEvent } from '../facts/events.ts';

/** Events of one pod of the plugin, oldest first. */
export interface PluginPodEvents {
  readonly namespace: string;
  readonly pod: string;
  readonly events: readonly ObservedEvent[];
}

const mostPods = 6;

/** Events of the plugin's pods: those of the node in question, or those that are not ready, and the controllers. */
export const pluginEvents = collector({
  name: 'pluginEvents',
  what: "the events of the network plugin's pods",
  shows: ['Event'],
  scope: byNode,
  permissions: ['list events'],
  command: () => sh`kubectl get events -n kube-system --field-selector ${'involvedObject.kind=Pod,type=Warning'}`,
  async collect({ cluster, read, signal, cut }): Promise<readonly PluginPodEvents[]> {
    const here = (await read(node))?.metadata?.name;
    const chosen = chooseForLogs(await read(pluginPods), here).filter(({ ready, part }) => !ready || part === 'agent');
    if (chosen.length > mostPods) cut(`the events of ${mostPods} of ${chosen.length} pods`);
    return Promise.all(
      chosen.slice(0, mostPods).map(async ({ namespace, name, uid }) => {
        const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name}`;
        const { items } = await cluster.list('Event', { namespace, fieldSelector, limit: 200, signal });
        return { namespace, pod: name, events: eventsOf(byTime(items), { kind: 'Pod', namespace, name, uid }) };
      }),
    );
  },
});
