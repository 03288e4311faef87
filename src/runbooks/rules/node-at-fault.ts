import { exhibit, valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { ageMs, minutes } from '../../core/moment.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr, doesNotApply, unknown } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Node } from '../../cluster/wire.ts';
import { nodeOutage } from '../../facts/nodes.ts';
import type { NodeOutage } from '../../facts/nodes.ts';
import { isStrong } from '../../network/cni/classify.ts';
import { isFresh } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { cloudReasons, cloudRoute } from './path/cloud-route.ts';
import { newestEventWords } from './words/event-words.ts';
import { nodeWords } from './words/node-words.ts';
import { findingOf } from './words/finding-of-words.ts';
import type { Surroundings } from './words/words.ts';

/** How long the condition may stand before it is a fault: agents set it while they are rolled out. */
const graceMs = minutes(3);

/** What the rule compares. */
export interface NodeEvidence {
  readonly node: Evidence<Node | undefined>;
  readonly nodeEvents: Evidence<readonly ObservedEvent[]>;
  readonly surroundings: Surroundings;
}

/** Is the node itself, its network condition or the cloud's route to it at fault? */
export function nodeAtFault({ node, nodeEvents, surroundings }: NodeEvidence, at: Case): Verdict {
  if (node.status === 'missing') return unknown(`needs the node: ${node.why}`);
  if (node.value === undefined) return doesNotApply('the pod is on no node');
  const findings = faultsOfNode(node.value, valueOf(nodeEvents) ?? [], { surroundings, at });
  return confirmedOr(findings, `node ${surroundings.situation.here ?? ''} is Ready and its network is not marked unavailable`);
}

/** What is wrong with a node: as a whole, in what the runtime says of its network, and in its events. Empty where all is well. */
export function faultsOfNode(
  node: Node,
  events: readonly ObservedEvent[],
  { surroundings, at }: { readonly surroundings: Surroundings; readonly at: Case },
): readonly Finding[] {
  const ofRuntime = surroundings.situation.settling === null ? nodeWords(node, surroundings) : [];
  return [...nodeFindings(node, events, at), ...ofRuntime, ...nodeSays(events, surroundings, at)];
}

/** The node as a whole: kubelet, runtime, network condition, routes of the cloud. Empty where all is well. */
function nodeFindings(node: Node, events: readonly ObservedEvent[], at: Case): readonly Finding[] {
  const cloud = cloudRoute(node, events, at);
  const outage = nodeOutage(node);
  if (outage === undefined) return cloud;
  const age = ageMs(at, outage.condition.lastTransitionTime);
  if (outage.detail === 'network-unavailable' && age !== null && age < graceMs) return cloud;
  return [...cloud, outageFinding(node, outage)];
}

const says: Readonly<Record<NodeOutage['detail'], string>> = {
  'kubelet-silent': 'has stopped reporting: its kubelet is silent',
  'kubelet-not-ready': 'is not Ready',
  'network-unavailable': 'is marked NetworkUnavailable',
  'runtime-down': 'has a container runtime that does not answer',
};

function outageFinding(node: Node, { detail, condition }: NodeOutage): Finding {
  const name = node.metadata?.name ?? '';
  const text = `${condition.type}=${condition.status} ${condition.reason ?? ''}: ${condition.message ?? ''}`;
  return {
    cause: 'node-network-unavailable',
    detail,
    title: `Node ${name} ${says[detail]}`,
    subject: { kind: 'Node', namespace: null, name },
    confidence: 'certain',
    summary: `${condition.lastTransitionTime === undefined ? 'Node' : `Since ${condition.lastTransitionTime} node`} ${name} has ${text}`,
    exhibits: [exhibit({ kind: 'Node', name, field: `status.conditions[${condition.type}]` }, text, condition.lastTransitionTime ?? null)],
    nearness: 'node',
    at: condition.lastTransitionTime ?? null,
    actions: [
      { title: 'See the conditions and events of the node', command: sh`kubectl describe node ${name}`, risk: 'read-only' },
      {
        title: 'See whether its kubelet still renews its lease',
        command: sh`kubectl get lease -n kube-node-lease ${name} -o yaml`,
        risk: 'read-only',
      },
    ],
    ...(detail === 'kubelet-silent' || detail === 'runtime-down'
      ? { explains: ['cni-plugin-unhealthy', 'cni-not-initialized', 'app-crash-looping'] as const }
      : {}),
  };
}

/** What plugins and clouds say in other events of the node, in words that are known; the reason may be the word. */
function nodeSays(events: readonly ObservedEvent[], surroundings: Surroundings, at: Case): readonly Finding[] {
  const { here, sandbox } = surroundings.situation;
  const others = events.filter((event) => event.object.name === here && !(cloudReasons as readonly string[]).includes(event.reason));
  const fresh = others.filter((event) => isFresh(event, at, minutes(15)));
  return newestEventWords(fresh, () => 'node-event')
    .filter((one) => isStrong(one.classification, one))
    .map((one) => findingOf(one, surroundings, sandbox === 'missing' ? 'certain' : 'likely'));
}
