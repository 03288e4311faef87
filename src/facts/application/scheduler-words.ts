import type { Exhibit } from '../../core/evidence.ts';
import { ageMs } from '../../core/moment.ts';
import { eventExhibit, type ObservedEvent, wording } from '../events.ts';
import { condition } from '../pods.ts';
import { podExhibit } from './claim.ts';
import type { Scene } from './scene.ts';

/** What keeps a node from taking a pod, by the scheduler's filter. */
export type Obstacle =
  | 'cordoned'
  | 'node-trouble'
  | 'node-pressure'
  | 'node-uninitialized'
  | 'node-name'
  | 'taint'
  | 'control-plane-taint'
  | 'selector-or-affinity'
  | 'host-port'
  | 'insufficient-cpu'
  | 'insufficient-memory'
  | 'insufficient-other'
  | 'too-many-pods'
  | 'volume'
  | 'topology-spread'
  | 'pod-affinity'
  | 'pod-anti-affinity'
  | 'pod-affinity-of-some-kind'
  | 'unknown';

/** One reason of a scheduler's sentence, and how many nodes have it; 0 where it is said of the pod as a whole. */
export interface Reason {
  readonly obstacle: Obstacle;
  readonly nodes: number;
  readonly text: string;
}

/** The newest words of the scheduler about the pod. */
export interface SchedulerSentence {
  readonly text: string;
  readonly event: ObservedEvent | undefined;
  readonly exhibits: readonly Exhibit[];
  /** Whether it stands in the pod's status, and so is true now. */
  readonly current: boolean;
  readonly ageMs: number | null;
}

/** What the scheduler says of the pod now: the PodScheduled condition, else its newest event; undefined where it has said nothing. */
export function schedulerSentence(scene: Scene): SchedulerSentence | undefined {
  const scheduled = condition(scene.pod, 'PodScheduled');
  const events = scene.events.filter(isSchedulers);
  // Autoscalers write FailedScheduling too, about nodes that they would have to add.
  const event = events.findLast((one) => schedulersWords.test(wording(one))) ?? events.at(-1);
  const inStatus = scheduled?.status === 'False' ? scheduled.message : undefined;
  const text = inStatus || (event && wording(event));
  if (!text) return undefined;
  const exhibits = [
    ...(inStatus ? [podExhibit(scene, 'status.conditions[PodScheduled]', inStatus)] : []),
    ...(event === undefined ? [] : [eventExhibit(event)]),
  ];
  return { text, event, exhibits, current: Boolean(inStatus), ageMs: ageMs(scene.at, event?.lastAt) };
}

const schedulersWords = /nodes are available|no nodes available|persistent ?volume ?claim/i;

function isSchedulers(event: ObservedEvent): boolean {
  return (
    event.reason === 'FailedScheduling' ||
    (event.reason !== 'NotTriggerScaleUp' &&
      /^(?:\d+\/\d+ nodes are available|no nodes available|No nodes are available|pod has unbound)/.test(wording(event)))
  );
}

const patterns: readonly (readonly [Obstacle, RegExp])[] = [
  ['cordoned', /were unschedulable|node\.kubernetes\.io\/unschedulable|NodeUnschedulable|Unschedulable$/i],
  ['node-pressure', /node\.kubernetes\.io\/(?:disk|memory|pid)-pressure|out-of-disk|out of disk|(?:memory|disk|pid) ?pressure/i],
  ['node-uninitialized', /node\.cloudprovider\.kubernetes\.io\/uninitialized/i],
  [
    'node-trouble',
    /node\.(?:kubernetes|cloudprovider\.kubernetes|alpha\.kubernetes)\.io\/(?:not-?ready|unreachable|network-unavailable|out-of-service|shutdown)|agent-not-ready|were not ready|NodeNotReady|had condition|network unavailable|NodeUnknownCondition/i,
  ],
  ['control-plane-taint', /taint.*node-role\.kubernetes\.io\/(?:master|control-?plane|etcd|controlplane)/i],
  ['taint', /taint|PodToleratesNodeTaints/i],
  ['node-name', /requested (?:node ?name|hostname)|HostName$/i],
  ['selector-or-affinity', /node selector|node affinity|MatchNodeSelector|NodeAffinity|didn't satisfy plugin.*NodeAffinity/i],
  ['host-port', /free ports|PodFitsHostPorts|NodePorts/i],
  ['too-many-pods', /too many pods|Insufficient pods/i],
  ['insufficient-cpu', /Insufficient cpu/i],
  ['insufficient-memory', /Insufficient memory/i],
  ['insufficient-other', /Insufficient \S+|cannot allocate all claims|resource ?claim|device(?:s| class)/i],
  ['volume', /volume|persistentvolume|pvc|disk conflict|available disk|storage|NoDiskConflict|CheckVolumeBinding/i],
  ['topology-spread', /topology spread|PodTopologySpread/i],
  ['pod-anti-affinity', /anti-affinity/i],
  ['pod-affinity-of-some-kind', /MatchInterPodAffinity|InterPodAffinity/],
  ['pod-affinity', /pod affinity/i],
];

const volumeAffinity = /volume node affinity|PersistentVolume's node affinity/i;

/**
 * Takes the sentence apart. Both forms are read: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) …" and the
 * one before Kubernetes 1.9, "…: Insufficient cpu (1), MatchNodeSelector (2)". What it says of preemption is left out.
 */
export function reasonsIn(text: string): readonly Reason[] {
  const [, list = text] = /(?:nodes are available|predicates|no nodes available to schedule pods):+\s*([\s\S]*)$/i.exec(text) ?? [];
  const body = list.split(/\.?\s*preemption:|\.?\s*no new claims to deallocate/i)[0] ?? '';
  const parts = body.split(/,\s*(?=\d+ )|;\s+/).flatMap((part) => (/\w \(\d+\)/.test(part) ? part.split(/,\s*/) : [part]));
  return parts.map(reasonOf).filter(({ text: words }) => words !== '');
}

function reasonOf(part: string): Reason {
  const words = part.trim().replace(/\.$/, '');
  const counted = /^(\d+) (.*)$/s.exec(words) ?? undefined;
  const old = /^(.*) \((\d+)\)$/s.exec(words) ?? undefined;
  const text = counted?.[2] ?? old?.[1] ?? words;
  return { obstacle: obstacleIn(text), nodes: Number(counted?.[1] ?? old?.[2] ?? 0), text };
}

/** What a reason in the scheduler's words, or a taint, stands for. */
export function obstacleIn(text: string): Obstacle {
  if (volumeAffinity.test(text)) return 'volume';
  if (/pod affinity\/anti-affinity/i.test(text)) return 'pod-affinity-of-some-kind';
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown';
}
