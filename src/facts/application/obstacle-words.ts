import type { Node } from '../../cluster/wire.ts';
import { taints } from '../nodes.ts';
import { requestsOf } from '../requests.ts';
import type { NearestObstacle } from './nearest-obstacle.ts';
import { allocatable } from './node-fit.ts';
import type { Scene } from './scene.ts';

/** The detail of `app-unschedulable` that an obstacle is; null where the words tell none. */
export const obstacleDetails: Readonly<Record<NearestObstacle['obstacle'], string | null>> = {
  cordoned: 'node-cordoned',
  'node-trouble': 'taint',
  'node-pressure': 'taint',
  'node-uninitialized': 'taint',
  'node-name': 'node-selector',
  taint: 'taint',
  'control-plane-taint': 'taint',
  'node-selector': 'node-selector',
  'node-affinity': 'node-affinity',
  'host-port': 'insufficient-other',
  'insufficient-cpu': 'insufficient-cpu',
  'insufficient-memory': 'insufficient-memory',
  'insufficient-other': 'insufficient-other',
  'too-many-pods': 'too-many-pods',
  volume: 'volume',
  'topology-spread': 'topology-spread',
  'pod-affinity': 'pod-affinity',
  'pod-anti-affinity': 'pod-anti-affinity',
  'no-nodes': 'no-nodes',
  unknown: null,
};

/** An obstacle as a clause for people. */
export const obstacleWords: Readonly<Record<NearestObstacle['obstacle'], string>> = {
  cordoned: 'the eligible nodes are cordoned',
  'node-trouble': 'the eligible nodes are not ready',
  'node-pressure': 'the eligible nodes are short of disk, memory or process ids',
  'node-uninitialized': 'the cloud controller has not initialised the eligible nodes',
  'node-name': 'no node has the name that it asks for',
  taint: 'it does not tolerate the taints of the nodes',
  'control-plane-taint': 'it does not tolerate the taint of the control plane, and there is no other node for it',
  'node-selector': 'no eligible node has the labels of its nodeSelector',
  'node-affinity': 'no eligible node satisfies its node affinity',
  'host-port': 'the host ports that it asks for are taken on every eligible node',
  'insufficient-cpu': 'no eligible node has enough CPU left',
  'insufficient-memory': 'no eligible node has enough memory left',
  'insufficient-other': 'no eligible node has enough of a resource that it asks for',
  'too-many-pods': 'the eligible nodes have as many pods as they can hold',
  volume: 'no eligible node can take its volumes',
  'topology-spread': 'its topology spread constraints leave no node',
  'pod-affinity': 'no eligible node runs the pods that its pod affinity asks for',
  'pod-anti-affinity': 'every eligible node runs pods that its pod anti-affinity excludes',
  'no-nodes': 'there is no node',
  unknown: 'see what the scheduler says',
};

/** The figures and names behind an obstacle, from the pod's spec and the nodes that have it; empty where there are none. */
export function figuresOf(scene: Scene, obstacle: NearestObstacle['obstacle'], names: readonly string[]): string {
  const nodes = (scene.evidence.nodes ?? []).filter(({ metadata }) => names.includes(metadata?.name ?? ''));
  const asked = requestsOf(scene.pod);
  if (obstacle === 'node-selector') return selectorWords(scene);
  if (obstacle === 'insufficient-cpu' && asked.cpuMillis > 0) {
    return `it asks for ${asked.cpuMillis}m; ${largest(
      nodes.map((node) => allocatable(node).cpuMillis),
      'm',
    )}`;
  }
  if (obstacle === 'insufficient-memory' && asked.memoryBytes > 0) {
    return `it asks for ${mebibytes(asked.memoryBytes)} MiB; ${largest(
      nodes.map((node) => mebibytes(allocatable(node).memoryBytes)),
      ' MiB',
    )}`;
  }
  if (obstacle === 'taint') return taintWords(nodes);
  return names.slice(0, 3).join(', ');
}

function selectorWords({ pod }: Scene): string {
  return Object.entries(pod.spec?.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function taintWords(nodes: readonly Node[]): string {
  const all = nodes.flatMap((node) => taints(node).map(({ key, value = '', effect }) => `${key}=${value}:${effect}`));
  return [...new Set(all)].slice(0, 3).join(', ');
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

function largest(values: readonly number[], unit: string): string {
  return values.length === 0 ? 'the nodes were not read' : `the largest of these nodes has ${Math.max(...values)}${unit} in all`;
}
