import { duration, minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Confidence, Finding, NextAction } from '../../core/verdict.ts';
import { isFresh, withReason } from '../events.ts';
import { condition, isFinished, isScheduled, podAge } from '../pods.ts';
import { claimed, podExhibit, weaker } from './claim.ts';
import { type NearestObstacle, nearestObstacle } from './nearest-obstacle.ts';
import { figuresOf, obstacleDetails, obstacleWords } from './obstacle-words.ts';
import { brief, type Scene } from './scene.ts';
import { schedulerSentence, type SchedulerSentence } from './scheduler-words.ts';

/** A pod that was given no node, and which obstacle keeps it from one. */
export function unschedulableFindings(scene: Scene): Finding[] {
  if (isScheduled(scene.pod) || isFinished(scene.pod)) return [];
  if (condition(scene.pod, 'PodScheduled')?.reason === 'SchedulingGated') return gated(scene);
  const sentence = schedulerSentence(scene);
  if (sentence === undefined) return silent(scene);
  const nearest = nearestObstacle(scene, sentence);
  return placed(scene, sentence, nearest);
}

function placed(scene: Scene, sentence: SchedulerSentence, nearest: NearestObstacle | undefined): Finding[] {
  const { obstacle, confidence, nodes } = nearest ?? { obstacle: 'unknown' as const, confidence: 'likely' as const, nodes: [] };
  const recent: Confidence = sentence.current || (sentence.ageMs !== null && sentence.ageMs <= minutes(20)) ? 'certain' : 'likely';
  const figures = figuresOf(scene, obstacle, nodes);
  return claimed(scene, {
    cause: 'app-unschedulable',
    detail: obstacleDetails[obstacle],
    confidence: weaker(confidence, recent),
    title: `Pod ${scene.name} cannot be scheduled: ${obstacleWords[obstacle]}`,
    summary: `Pod ${scene.name} has no node: ${obstacleWords[obstacle]}${figures === '' ? '' : ` (${figures})`}. The scheduler says: "${brief(sentence.text, 300)}"${autoscaler(scene)}.`,
    exhibits: sentence.exhibits,
    at: sentence.event?.lastAt,
    actions: actionsFor(obstacle, nodes),
  });
}

/** What the cluster autoscaler says of the pod, as the end of a sentence; empty where it says nothing fresh. */
function autoscaler(scene: Scene): string {
  const event = withReason(scene.events, 'TriggeredScaleUp', 'NotTriggerScaleUp').at(-1);
  if (event === undefined || !isFresh(event, scene.at, minutes(20))) return '';
  return event.reason === 'TriggeredScaleUp'
    ? '; the autoscaler is adding a node'
    : `; the autoscaler adds none: "${brief(event.message, 160)}"`;
}

function actionsFor(obstacle: NearestObstacle['obstacle'], nodes: readonly string[]): NextAction[] {
  const [node] = nodes;
  if (obstacle === 'cordoned' && node !== undefined) {
    return [
      { title: 'See who cordoned it and why', command: sh`kubectl describe node ${node}`, risk: 'read-only' },
      { title: 'Let pods onto the node again', command: sh`kubectl uncordon ${node}`, risk: 'disruptive' },
    ];
  }
  if (obstacle === 'node-selector' || obstacle === 'node-affinity')
    return [{ title: 'Compare with the labels of the nodes', command: 'kubectl get nodes --show-labels', risk: 'read-only' }];
  if (obstacleDetails[obstacle] === 'taint') {
    return [
      {
        title: 'List the taints of the nodes',
        command: "kubectl get nodes -o custom-columns='NAME:.metadata.name,TAINTS:.spec.taints'",
        risk: 'read-only',
      },
    ];
  }
  if (obstacle === 'volume')
    return [{ title: 'See the volumes and where they may be used', command: 'kubectl get pv -o wide', risk: 'read-only' }];
  return [{ title: 'See what is left on the nodes', command: 'kubectl describe nodes', risk: 'read-only' }];
}

/** The scheduler has never looked at it: it writes the PodScheduled condition at its first attempt. */
function silent(scene: Scene): Finding[] {
  const age = podAge(scene.pod, scene.at);
  if (condition(scene.pod, 'PodScheduled') !== undefined || age === null || age < minutes(2)) return [];
  if (scene.pod.status?.phase !== undefined && scene.pod.status.phase !== 'Pending') return [];
  const scheduler = scene.pod.spec?.schedulerName ?? 'default-scheduler';
  const own = scheduler !== 'default-scheduler';
  const confidence: Confidence = scene.evidence.events !== undefined && age > minutes(5) ? 'certain' : 'likely';
  return claimed(scene, {
    cause: 'app-unschedulable',
    detail: 'scheduler-silent',
    confidence,
    title: `No scheduler has looked at pod ${scene.name}: ${own ? `it asks for the scheduler ${scheduler}` : 'the default scheduler is silent'}`,
    summary: `Pod ${scene.name} was created ${duration(age)} ago and its scheduler ${scheduler} has written neither a condition nor an event; ${own ? 'no scheduler of that name seems to be running' : 'it is likely to be down'}.`,
    exhibits: [podExhibit(scene, 'spec.schedulerName', `${scheduler}; no PodScheduled condition after ${duration(age)}`)],
    actions: [{ title: 'See whether a scheduler runs', command: 'kubectl get pods -A | grep -i schedul', risk: 'read-only' }],
  });
}

/** Scheduling gates are taken away by whoever set them (Kubernetes 1.27 and later). */
function gated(scene: Scene): Finding[] {
  const gates = (scene.pod.spec?.schedulingGates ?? []).map(({ name }) => name).join(', ');
  return claimed(scene, {
    cause: 'app-unschedulable',
    detail: 'scheduling-gated',
    confidence: 'certain',
    title: `Pod ${scene.name} waits for its scheduling gate ${gates}`.trim(),
    summary: `Pod ${scene.name} has the scheduling gate ${gates || '(unnamed)'}; the scheduler ignores it until the gate's owner removes the gate.`,
    exhibits: [podExhibit(scene, 'status.conditions[PodScheduled]', `SchedulingGated: ${gates}`)],
  });
}
