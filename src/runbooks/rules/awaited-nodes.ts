import { counted } from '../../core/counted.ts';
import { valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr, doesNotApply } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import { nearestObstacle } from '../../facts/application/nearest-obstacle.ts';
import { sceneOf } from '../../facts/application/scene.ts';
import { weaker } from '../../facts/application/claim.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { isFinished, isScheduled } from '../../facts/pods.ts';
import { faultsOfNode } from './node-at-fault.ts';
import { pluginUnhealthy } from './plugin/plugin-unhealthy.ts';
import { surroundings } from './surroundings.ts';
import type { RuleValues } from './surroundings.ts';

/** What the rule reads. */
export interface AwaitedValues extends RuleValues {
  readonly nodes: Evidence<readonly Node[]>;
  readonly nodeEvents: Evidence<readonly ObservedEvent[]>;
}

/** So many of a large cluster's nodes are looked at; where more are in trouble they mostly share it. */
const mostNodes = 20;

/** Does the pod wait for nodes that would take it but for their network, and what ails that? */
export function awaitedNodes(values: AwaitedValues, at: Case): Verdict {
  const { pod } = values.pod;
  if (pod === undefined || isScheduled(pod) || isFinished(pod)) return doesNotApply('the pod waits for no node');
  const nodes = valueOf(values.nodes);
  const nearest = nodes === undefined ? undefined : nearestObstacle(sceneOf({ pod, nodes }, at), undefined);
  if (nearest?.obstacle !== 'node-trouble') return doesNotApply('no node that would take the pod is in trouble');
  const names = new Set(nearest.nodes.slice(0, mostNodes));
  const awaited = (nodes ?? []).filter(({ metadata }) => names.has(metadata?.name ?? ''));
  const faults = awaited.flatMap((node) => faultsThere(node, values, at)).filter(isOfTheNetwork);
  const alike = Map.groupBy(faults, ({ cause, detail }) => `${cause}/${detail ?? ''}`);
  const findings = [...alike.values()].flatMap(([first, ...more]) => (first === undefined ? [] : [asReason(first, more.length, at)]));
  return confirmedOr(
    findings,
    `${counted(awaited.length, 'node')} would take the pod but for their own trouble, which is not their network`,
  );
}

/** That a machine is down the scheduler's own words say as well. */
function isOfTheNetwork({ cause, detail }: Finding): boolean {
  return cause !== 'node-network-unavailable' || detail === 'network-unavailable';
}

/** What is wrong with one of the nodes, as if the pod were there; nothing of a node that is only starting. */
function faultsThere(node: Node, values: AwaitedValues, at: Case): readonly Finding[] {
  const name = node.metadata?.name;
  const events = (valueOf(values.nodeEvents) ?? []).filter(({ object }) => object.name === name);
  const around = surroundings({ ...values, node, nodeEvents: events }, at);
  if (around.situation.settling !== null) return [];
  const plugin = pluginUnhealthy(around.situation, at);
  const ofPlugin = plugin.kind === 'confirmed' ? plugin.findings.filter(({ nearness }) => nearness === 'node') : [];
  return [...faultsOfNode(node, events, { surroundings: around, at }), ...ofPlugin];
}

/** That the pod waits for this node is an inference from its labels and taints. */
function asReason(fault: Finding, others: number, { target }: Case): Finding {
  const name = 'name' in target ? target.name : 'the pod';
  const also = others === 0 ? '' : `, and ${counted(others, 'more node')} like it`;
  return {
    ...fault,
    confidence: weaker(fault.confidence, 'likely'),
    summary: `${fault.summary} Of the nodes that would take ${name} by labels and taints none is Ready: it waits for this one${also}.`,
    explains: [...(fault.explains ?? []), 'app-unschedulable'],
  };
}
