import { ageMs, duration, minutes } from '../../core/moment.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import type { Subject } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import { agentsOn, pluginPodWithUid } from '../../collectors/plugin-agents.ts';
import type { PluginPod } from '../../collectors/plugin-pods.ts';
import type { ClusterPlugin, ClusterPlugins } from '../../collectors/plugins.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { ailment } from '../../facts/plugin-health.ts';
import type { Ailment } from '../../facts/plugin-health.ts';
import { eventsOf } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { isMeantFor, osOf, recentlyRebooted } from '../../facts/nodes.ts';
import { sandboxState } from '../../facts/sandbox.ts';
import type { SandboxState } from '../../facts/sandbox.ts';
import type { PluginId } from '../../network/cni/plugin.ts';
import { pluginById } from '../../network/cni/registry.ts';
import { isVirtualNode } from '../../network/virtual-node.ts';

/** What the rules about the network plugin look at together. What was not read is undefined. */
export interface SituationParts {
  readonly pod: SubjectPod;
  readonly podEvents?: readonly ObservedEvent[] | undefined;
  readonly node?: Node | undefined;
  readonly plugins?: ClusterPlugins | undefined;
  readonly pluginPods?: readonly PluginPod[] | undefined;
  readonly nodeEvents?: readonly ObservedEvent[] | undefined;
}

/** A pod of the plugin and what ails it now. */
export interface AilingPod {
  readonly pod: PluginPod;
  readonly ailment: Ailment;
}

/** The target's node, the plugin there, and whether the pod waits for its network. */
export interface Situation {
  /** Name of the node in question; undefined where there is none. */
  readonly here: string | undefined;
  readonly node: Node | undefined;
  readonly sandbox: SandboxState;
  /** The plugin that answers CNI ADD; undefined where none was recognised. */
  readonly main: ClusterPlugin | undefined;
  readonly plugins: ClusterPlugins | undefined;
  /** Agents on the node; all agents where there is no node in question. */
  readonly agents: readonly PluginPod[];
  readonly ailing: readonly AilingPod[];
  /** Ailing agents on other nodes. */
  readonly ailingElsewhere: readonly AilingPod[];
  readonly ailingControllers: readonly AilingPod[];
  /** Whether the plugins' pods were read at all. */
  readonly podsKnown: boolean;
  /** The plugin's pod that is itself what is looked at; undefined where something else is. */
  readonly lookedAt: PluginPod | undefined;
  /** Why the node's network need not be up yet, e.g. "node worker-3 joined 2 min ago"; null where it should be. */
  readonly settling: string | null;
}

/** How long a node's network may take after it joined or was rebooted. */
const settlingMs = minutes(3);

/** The plugin pods with something wrong; in a large cluster thousands are looked at, once for each case. */
const ailingPods = oncePer((pods: readonly PluginPod[], at: Case): readonly AilingPod[] =>
  pods.flatMap((pod) => {
    const found = ailment(pod, at);
    return found === undefined ? [] : [{ pod, ailment: found }];
  }),
);

/** Reads the situation from the parts; pure. */
export function situationOf(parts: SituationParts, at: Case): Situation {
  const here = parts.pod.pod?.spec?.nodeName ?? parts.node?.metadata?.name;
  const pods = parts.pluginPods ?? [];
  const isHere = ({ part, node }: PluginPod): boolean => part === 'agent' && (here === undefined || node === here);
  const ailing = ailingPods(pods, at);
  const ailingOf = (is: (pod: PluginPod) => boolean): readonly AilingPod[] => ailing.filter(({ pod }) => is(pod));
  const main = parts.plugins?.plugins.find(({ id }) => id === parts.plugins?.main);
  return {
    here,
    node: parts.node,
    sandbox: sandboxState(parts.pod.pod, parts.podEvents ?? [], at),
    main,
    plugins: parts.plugins,
    agents: agentsOn(pods, here),
    ailing: ailingOf(isHere).toSorted((a, b) => Number(b.pod.plugin === main?.id) - Number(a.pod.plugin === main?.id)),
    ailingElsewhere: here === undefined ? [] : ailingOf(({ part, node }) => part === 'agent' && node !== here),
    ailingControllers: ailingOf(({ part }) => part === 'controller'),
    podsKnown: parts.pluginPods !== undefined,
    lookedAt: pluginPodWithUid(pods, parts.pod.pod?.metadata?.uid),
    settling: settlingOf(parts, at),
  };
}

function settlingOf({ node, nodeEvents = [] }: SituationParts, at: Case): string | null {
  const name = node?.metadata?.name;
  if (node === undefined || name === undefined) return null;
  const age = ageMs(at, node.metadata?.creationTimestamp);
  if (age !== null && age < settlingMs) return `node ${name} joined ${duration(age)} ago`;
  return recentlyRebooted(eventsOf(nodeEvents, { kind: 'Node', name }), at, settlingMs) ? `node ${name} has just been rebooted` : null;
}

/** Whether a plugin is installed in the cluster; undefined where that was not read. */
export function isInstalled({ plugins }: Situation, id: PluginId): boolean | undefined {
  return plugins?.plugins.some((one) => one.id === id && one.active);
}

/** Whether the list of DaemonSets was read. Without it, as in a snapshot of a few objects, a plugin that is not seen may be there all the same. */
export function daemonSetsKnown({ plugins }: Situation): boolean {
  return plugins !== undefined && !plugins.unread.some((what) => what.startsWith('DaemonSets'));
}

/** Whether an agent of the main plugin belongs on the node in question: none does on a virtual node, and on Windows only where a DaemonSet is meant for it. */
export function agentBelongsHere({ node, main, plugins }: Situation): boolean {
  if (node === undefined) return true;
  if (isVirtualNode(node)) return false;
  const workloads = plugins?.workloads ?? [];
  return osOf(node) === 'linux' || workloads.some(({ plugin, placement }) => plugin === main?.id && isMeantFor(node, placement));
}

/** The agents, on the node in question, of the plugin that speaks or that lets another speak for it; all where nobody is named. */
export function agentsOf({ agents }: Situation, speaker: PluginId | null): readonly PluginPod[] {
  return speaker === null ? agents : agents.filter(({ plugin }) => plugin === speaker || pluginById(plugin).speaks.includes(speaker));
}

/** The plugin's DaemonSet as a subject, so that alerts of many nodes meet in one incident; the node where there is none. */
export function pluginSubject(situation: Situation, id: PluginId | undefined): Subject {
  const workload = situation.plugins?.workloads.find(
    ({ plugin, kind }) => kind === 'DaemonSet' && (id === undefined ? plugin === situation.main?.id : plugin === id),
  );
  return workload === undefined ? nodeSubject(situation) : { kind: 'DaemonSet', namespace: workload.namespace, name: workload.name };
}

/** The node in question as a subject; the cluster where there is none. */
export function nodeSubject({ here }: Situation): Subject {
  return here === undefined ? { kind: 'Cluster', namespace: null, name: 'cluster' } : { kind: 'Node', namespace: null, name: here };
}

/** What ails a plugin's pod, as a title: "calico-node on node worker-3 crashes in its container calico-node". */
export function ailingTitle({ pod, ailment }: AilingPod, situation: Situation): string {
  return `${pod.workload} ${place(situation)} ${ailment.says.replace(/, \d+ restarts$/, '')}`;
}

/** "on node worker-3", or "in the cluster". */
export function place({ here }: Situation): string {
  return here === undefined ? 'in the cluster' : `on node ${here}`;
}
