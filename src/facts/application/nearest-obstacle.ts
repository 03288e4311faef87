import type { Confidence } from '../../core/verdict.ts';
import { weaker } from './claim.ts';
import { type Blocker, type NodeFit, nodeFits, roomOn, shortOf } from './node-fit.ts';
import { type Obstacle, type Reason, reasonsIn, type SchedulerSentence } from './scheduler-words.ts';
import type { Scene } from './scene.ts';

/** The obstacle which, removed, would let the pod in. */
export interface NearestObstacle {
  readonly obstacle:
    | Exclude<Obstacle, 'selector-or-affinity' | 'pod-affinity-of-some-kind'>
    | 'node-selector'
    | 'node-affinity'
    | 'no-nodes';
  readonly confidence: Confidence;
  /** The nodes that have this obstacle alone, where the nodes could be read. */
  readonly nodes: readonly string[];
}

const ofNodes: readonly Obstacle[] = [
  'node-trouble',
  'node-uninitialized',
  'node-pressure',
  'control-plane-taint',
  'selector-or-affinity',
  'node-name',
  'taint',
  'cordoned',
];

/** The scheduler's filters in their order (kubernetes: pkg/scheduler/apis/config, default plugins): who fails late has passed what comes before. */
const filterOrder: readonly Obstacle[] = [
  ...ofNodes,
  'host-port',
  'insufficient-other',
  'insufficient-memory',
  'insufficient-cpu',
  'too-many-pods',
  'volume',
  'topology-spread',
  'pod-affinity',
  'pod-affinity-of-some-kind',
  'pod-anti-affinity',
];
const ofResources: readonly Obstacle[] = ['insufficient-cpu', 'insufficient-memory', 'insufficient-other', 'too-many-pods'];

/**
 * Finds it from the nodes and the pod's spec, and from the scheduler's words for what specs do not show: resources,
 * volumes and other pods. Undefined where neither tells.
 */
export function nearestObstacle(scene: Scene, sentence: SchedulerSentence | undefined): NearestObstacle | undefined {
  const reasons = sentence === undefined ? [] : reasonsIn(sentence.text);
  const words = sentence?.text ?? '';
  if (/no nodes available to schedule|^0\/0 nodes/i.test(words) || (scene.evidence.nodes?.length === 0 && !/^0\/\d/.test(words))) {
    return { obstacle: 'no-nodes', confidence: 'certain', nodes: [] };
  }
  const fits = nodeFits(scene);
  if (fits === undefined) return byWords(scene, reasons);
  const open = fits.filter(({ blockers }) => blockers.length === 0);
  if (fits.length === 0) return byWords(scene, reasons);
  if (open.length > 0) return amongOpen(scene, open, reasons);
  const seen = byNodes(fits);
  if (seen === undefined) return byWords(scene, reasons);
  return (sentence?.current === true ? contradicted(scene, seen, reasons) : undefined) ?? seen;
}

/** Who fails a late filter has passed those of labels and taints: then the scheduler knows nodes that were not read, or were read at another time. */
function contradicted(scene: Scene, seen: NearestObstacle, reasons: readonly Reason[]): NearestObstacle | undefined {
  const standing: readonly NearestObstacle['obstacle'][] = ['node-selector', 'node-affinity', 'taint'];
  const late = latest(reasons.filter(({ obstacle }) => !ofNodes.includes(obstacle) && obstacle !== 'unknown'));
  if (late === undefined || !standing.includes(seen.obstacle)) return undefined;
  return { obstacle: resolved(scene, late.obstacle), confidence: 'likely', nodes: [] };
}

/** Nodes whose labels and taints let the pod in: what is left are resources, volumes and other pods. */
function amongOpen(scene: Scene, open: readonly NodeFit[], reasons: readonly Reason[]): NearestObstacle | undefined {
  const nodes = open.map(({ node }) => node.metadata?.name ?? '');
  const late = latest(reasons.filter(({ obstacle }) => !ofNodes.includes(obstacle) && obstacle !== 'unknown'));
  if (late !== undefined) return { obstacle: resolved(scene, late.obstacle), confidence: 'certain', nodes };
  const room = roomOn(
    scene,
    open.map(({ node }) => node),
  );
  const [short] = room === undefined ? [] : shortOf(scene, room);
  const fitsSomewhere = room?.some((one) => shortOf(scene, [one]).length === 0) === true;
  if (short !== undefined && !fitsSomewhere) return { obstacle: resolved(scene, short), confidence: 'likely', nodes };
  const said = byWords(scene, reasons);
  // The scheduler speaks of nodes that have changed since, or that were not read.
  return said && { ...said, confidence: weaker(said.confidence, 'likely') };
}

/**
 * Among nodes with a single obstacle the one that is easiest to lift: a passing state of a node before a label of the
 * pod. Nodes that the pod does not want are asked only where it gets none that it wants.
 */
function byNodes(fits: readonly NodeFit[]): NearestObstacle | undefined {
  const order: readonly Blocker[] = [
    'cordoned',
    'taint',
    'node-selector',
    'node-affinity',
    'node-pressure',
    'node-uninitialized',
    'node-trouble',
    'control-plane-taint',
  ];
  const wanted = fits.filter(({ blockers }) => !blockers.includes('node-selector') && !blockers.includes('node-affinity'));
  const asked = wanted.length > 0 ? wanted : fits;
  const workers = asked.filter(({ blockers }) => !blockers.includes('control-plane-taint'));
  const considered = workers.length > 0 ? workers : asked;
  const single = considered.filter(({ blockers }) => blockers.length === 1);
  const [blocker] = order.filter((one) => single.some(({ blockers }) => blockers[0] === one));
  const shared = blocker ?? order.find((one) => considered.every(({ blockers }) => blockers.includes(one)));
  if (shared === undefined) return undefined;
  const nodes = (blocker === undefined ? considered : single.filter(({ blockers }) => blockers[0] === blocker)).map(
    ({ node }) => node.metadata?.name ?? '',
  );
  return { obstacle: shared, confidence: shared === 'node-trouble' ? 'possible' : 'certain', nodes };
}

/** From the sentence alone: the reason of the last filter, since those nodes passed all the others. */
function byWords(scene: Scene, reasons: readonly Reason[]): NearestObstacle | undefined {
  const known = reasons.filter(({ obstacle }) => obstacle !== 'unknown');
  const late = latest(known);
  if (late === undefined) return undefined;
  const obstacle = resolved(scene, late.obstacle);
  return { obstacle, confidence: late.obstacle === 'node-trouble' ? 'possible' : 'certain', nodes: [] };
}

function latest(reasons: readonly Reason[]): Reason | undefined {
  const [first] = reasons.toSorted(
    (a, b) => stage(b) - stage(a) || b.nodes - a.nodes || filterOrder.indexOf(b.obstacle) - filterOrder.indexOf(a.obstacle),
  );
  return first;
}

/** Resources are one filter: among them the one that most nodes lack. */
function stage({ obstacle }: Reason): number {
  return ofResources.includes(obstacle) ? filterOrder.indexOf('insufficient-cpu') : filterOrder.indexOf(obstacle);
}

/** One sentence of the scheduler stands for node selector and node affinity, and an old one for both pod affinities: the spec tells them apart. */
function resolved(scene: Scene, obstacle: Obstacle): NearestObstacle['obstacle'] {
  const { affinity, nodeSelector } = scene.pod.spec ?? {};
  if (obstacle === 'pod-affinity-of-some-kind') {
    const anti = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length ?? 0;
    const pro = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length ?? 0;
    return pro > 0 && anti === 0 ? 'pod-affinity' : 'pod-anti-affinity';
  }
  if (obstacle !== 'selector-or-affinity') return obstacle;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const hasSelector = Object.keys(nodeSelector ?? {}).length > 0;
  return required !== undefined && required !== null && !hasSelector ? 'node-affinity' : 'node-selector';
}
