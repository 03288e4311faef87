import type { Node } from '../../cluster/wire.ts';
import { isCordoned, isReady, matchesNodeAffinity, matchesNodeSelector, untoleratedTaints } from '../nodes.ts';
import { parseQuantity, requestsOf } from '../requests.ts';
import { obstacleIn, type Obstacle } from './scheduler-words.ts';
import type { Scene } from './scene.ts';

/** What a node's own spec holds against a pod. */
export type Blocker =
  | Extract<Obstacle, 'cordoned' | 'node-trouble' | 'node-pressure' | 'node-uninitialized' | 'taint' | 'control-plane-taint'>
  | 'node-selector'
  | 'node-affinity';

/** A node and everything in specs that keeps the pod off it; none: only resources, volumes or other pods can. */
export interface NodeFit {
  readonly node: Node;
  readonly blockers: readonly Blocker[];
}

/** How each node stands to the pod by labels, taints and cordons; undefined where the nodes could not be read. */
export function nodeFits({ evidence, pod }: Scene): NodeFit[] | undefined {
  return evidence.nodes?.map((node) => ({ node, blockers: [...new Set(blockersOf(node, pod))] }));
}

function blockersOf(node: Node, pod: Scene['pod']): Blocker[] {
  const { nodeSelector, tolerations = [] } = pod.spec ?? {};
  const tainted = untoleratedTaints(pod, node).map(({ key, value = '' }) => taintBlocker(`taint {${key}: ${value}}`));
  const toleratesCordon = tolerations.some(
    ({ key, operator }) => operator === 'Exists' && (!key || key === 'node.kubernetes.io/unschedulable'),
  );
  return [
    ...(isCordoned(node) && !toleratesCordon ? (['cordoned'] as const) : []),
    ...(isReady(node) || node.status?.conditions === undefined ? [] : (['node-trouble'] as const)),
    ...tainted,
    ...(matchesNodeSelector(node, nodeSelector) ? [] : (['node-selector'] as const)),
    ...(matchesNodeAffinity(node, pod) ? [] : (['node-affinity'] as const)),
  ];
}

const toldByTaint = ['cordoned', 'node-trouble', 'node-pressure', 'node-uninitialized', 'control-plane-taint'] as const;

function taintBlocker(text: string): Blocker {
  const obstacle = obstacleIn(text);
  return toldByTaint.find((one) => one === obstacle) ?? 'taint';
}

/** What is free on the nodes given, where the requests of their pods are known. */
export interface Room {
  readonly node: string;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

/** Allocatable less requested, for the nodes given; undefined where usage or any node's share of it is unknown. */
export function roomOn({ evidence }: Scene, nodes: readonly Node[]): Room[] | undefined {
  const { usage } = evidence;
  if (usage === undefined) return undefined;
  return nodes.map((node) => {
    const name = node.metadata?.name ?? '';
    const used = usage.find((one) => one.node === name) ?? { cpuMillis: 0, memoryBytes: 0, pods: 0 };
    const total = allocatable(node);
    return {
      node: name,
      cpuMillis: total.cpuMillis - used.cpuMillis,
      memoryBytes: total.memoryBytes - used.memoryBytes,
      pods: total.pods - used.pods,
    };
  });
}

/** What a node can give to pods. */
export function allocatable({ status }: Node): Omit<Room, 'node'> {
  const { cpu, memory, pods } = status?.allocatable ?? {};
  return {
    cpuMillis: Math.round((parseQuantity(cpu) ?? 0) * 1000),
    memoryBytes: parseQuantity(memory) ?? 0,
    pods: parseQuantity(pods) ?? 110,
  };
}

/** The resources that the pod does not get anywhere in this room, those short on most nodes first. */
export function shortOf(scene: Scene, room: readonly Room[]): Obstacle[] {
  const asked = requestsOf(scene.pod);
  const short = [
    { obstacle: 'too-many-pods' as const, nodes: room.filter(({ pods }) => pods < 1).length },
    {
      obstacle: 'insufficient-cpu' as const,
      nodes: room.filter(({ cpuMillis }) => asked.cpuMillis > 0 && cpuMillis < asked.cpuMillis).length,
    },
    {
      obstacle: 'insufficient-memory' as const,
      nodes: room.filter(({ memoryBytes }) => asked.memoryBytes > 0 && memoryBytes < asked.memoryBytes).length,
    },
  ];
  return short
    .filter(({ nodes }) => nodes > 0)
    .toSorted((a, b) => b.nodes - a.nodes)
    .map(({ obstacle }) => obstacle);
}
