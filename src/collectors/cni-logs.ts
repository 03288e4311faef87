import { collector, EvidenceMissing } from './collector.ts';
import type { Collecting } from './collector.ts';
import { node } from './node.ts';
import { agentsOn, controllersOf } from './plugin-agents.ts';
import { pluginPods } from './plugin-pods.ts';
import type { PluginPod } from './plugin-pods.ts';
import { byNode } from './scopes.ts';
import { ReadError } from '../cluster/reader.ts';
import { sh } from '../core/shell.ts';
import type { PluginId } from '../network/cni/plugin.ts';

/** The end of one container's log. */
export interface ContainerLog {
  readonly plugin: PluginId;
  readonly part: PluginPod['part'];
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string | null;
  /** True for the log of the container's previous run. */
  readonly previous: boolean;
  /** Lines with RFC 3339 prefixes where the source gives them. */
  readonly text: string;
}

const tailLines = 400;
const limitBytes = 200_000;
const mostPods = 6;
/** So many pods are named in the command for a person. */
const mostShown = 3;

interface WantedLog {
  readonly pod: PluginPod;
  readonly container: string;
  readonly previous: boolean;
}

interface ReadLog {
  readonly of: WantedLog;
  /** Absent where there is none, or it could not be read. */
  readonly log?: ContainerLog;
  readonly error?: ReadError;
}

/** The ends of the plugin's logs: the pods of the node in question first, current and previous run, then the controllers. */
export const cniLogs = collector({
  name: 'cniLogs',
  what: "the network plugin's logs",
  shows: ['Log'],
  scope: byNode,
  permissions: ['get pods/log'],
  command: (target) =>
    target.kind === 'node'
      ? sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${target.name}`}`
      : 'kubectl get daemonsets -A -o wide',
  async collect(collecting): Promise<readonly ContainerLog[]> {
    const here = (await collecting.read(node))?.metadata?.name;
    const all = await collecting.read(pluginPods);
    const chosen = chooseForLogs(all, here);
    if (chosen.length === 0) throw new EvidenceMissing('not-applicable', 'no network plugin has pods whose logs could be read');
    collecting.reproduceBy(chosen.slice(0, mostShown).map(logCommand).join('; '));
    if (chosen.length > mostPods) collecting.cut(`the logs of ${mostPods} of ${chosen.length} pods`);
    const wanted = chosen
      .slice(0, mostPods)
      .flatMap((pod) =>
        pod.containers.flatMap((container) => runs(container).map((previous) => ({ pod, container: container.name, previous }))),
      );
    const read = await Promise.all(wanted.map((one) => logOf(collecting, one)));
    const logs = read.flatMap((one) => (one.log === undefined ? [] : [one.log]));
    const failure = read.find(({ error }) => error !== undefined)?.error;
    if (logs.length === 0 && failure !== undefined) throw failure;
    tellUnread(collecting, read, here);
    return logs;
  },
});

function logCommand({ namespace, name }: PluginPod): string {
  return sh`kubectl logs -n ${namespace} ${name} --all-containers --tail=400`;
}

/** Of the node's own agent that says nothing at all, nobody knows what it would say; where one of its containers spoke, the others matter less. */
function tellUnread({ lacks }: Collecting, read: readonly ReadLog[], here: string | undefined): void {
  const present = read.filter(({ of }) => of.pod.part === 'agent' && of.pod.node === here && isPresent(of));
  const speaking = new Set(present.filter(({ error }) => error === undefined).map(({ of }) => of.pod));
  for (const { of, error } of present) if (error !== undefined) lacks(error, speaking.has(of.pod) ? 'minor' : 'open');
}

/** What the pod says now; the words of former runs and of init containers only add to it. */
function isPresent({ pod, container, previous }: WantedLog): boolean {
  return !previous && pod.containers.find(({ name }) => name === container)?.role === 'main';
}

/** The agents of the node, unhealthy ones first; without a node the unhealthy agents of the cluster; then the controllers. */
export function chooseForLogs(pods: readonly PluginPod[], here: string | undefined): readonly PluginPod[] {
  const sick = (one: PluginPod): number => (one.ready ? 1 : 0);
  const agents = agentsOn(pods, here).filter(({ ready }) => here !== undefined || !ready);
  const order = (a: PluginPod, b: PluginPod): number => sick(a) - sick(b) || (a.name < b.name ? -1 : 1);
  return [...agents.toSorted(order).slice(0, 4), ...controllersOf(pods).toSorted(order)];
}

function runs({ restarts }: PluginPod['containers'][number]): readonly boolean[] {
  return restarts > 0 ? [false, true] : [false];
}

async function logOf({ cluster, signal }: Collecting, one: WantedLog): Promise<ReadLog> {
  const { pod, container, previous } = one;
  try {
    const text = await cluster.logs({ namespace: pod.namespace, pod: pod.name, container, previous, tailLines, limitBytes, signal });
    if (text === undefined || text === '') return { of: one };
    return {
      of: one,
      log: { plugin: pod.plugin, part: pod.part, namespace: pod.namespace, pod: pod.name, container, node: pod.node, previous, text },
    };
  } catch (error) {
    if (error instanceof ReadError) return { of: one, error };
    throw error;
  }
}
