import { valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { confirmed, confirmedOr, doesNotApply, ruledOut, unknown } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { Node, Pod } from '../../cluster/wire.ts';
import type { Connectivity } from '../../collectors/connectivity.ts';
import type { PoliciesOfPod } from '../../collectors/network-policies.ts';
import type { NodeNetwork } from '../../collectors/node-view.ts';
import type { PodRow } from '../../collectors/pod-row.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { brokenWay } from './path/broken-way.ts';
import { filteredPorts } from './policy/filtered-ports.ts';
import { interfaceFaults } from './path/node-interfaces.ts';
import { seenNetwork } from './path/node-fault.ts';
import type { SeenNetwork } from './path/node-fault.ts';
import { ownRouteFaults, routeFromPeer } from './path/node-routes.ts';
import type { Situation } from './situation.ts';
import { attemptText, isOwnNode, placesText, wayExhibits, waysOf } from './path/ways.ts';
import type { Way } from './path/ways.ts';

/** What the rule compares. */
export interface ReachEvidence {
  readonly pod: SubjectPod;
  readonly nodes: readonly Node[];
  readonly podRows: readonly PodRow[];
  readonly networkPolicies: PoliciesOfPod;
  readonly connectivity: Evidence<Connectivity>;
  readonly nodeNetwork: Evidence<NodeNetwork>;
  readonly peerNetwork: Evidence<NodeNetwork>;
  readonly situation: Situation;
}

/** Where no policy blocks: does the pod's address answer, and do the nodes' routes and interfaces lead to it? */
export function routesLeadToPod(evidence: ReachEvidence): Verdict {
  const { pod } = evidence.pod;
  if (pod === undefined || (pod.status?.podIP ?? '') === '') return doesNotApply('the pod has no address');
  const ways = waysOf(valueOf(evidence.connectivity) ?? []);
  const seen = seenIn(evidence.nodeNetwork);
  const faults = faultsSeen(pod, seen, evidence);
  const { silent, filtered } = silentWays(pod, ways, evidence);
  const open = ways.filter(({ state }) => state === 'open');
  if (faults.length > 0)
    return confirmedOr(
      faults.map((fault) => weighed(fault, { silent, open, situation: evidence.situation })),
      '',
    );
  if (silent.length > 0) return confirmed(brokenWay({ pod, silent, open, situation: evidence.situation, seen }));
  if (filtered.length > 0 && open.length === 0) return unknown(filteredText(filtered));
  if (open.length > 0) return answers(open, filtered);
  if (seen !== undefined) return ruledOut(`the routes and interfaces of node ${seen.node} lead to the pod; ${untoldText(ways)}`);
  return unknown(`${untoldText(ways, evidence.connectivity)}, and the routes were not read (${whyUnread(evidence.nodeNetwork)})`);
}

function seenIn(network: Evidence<NodeNetwork>): SeenNetwork | undefined {
  return network.status === 'collected' ? seenNetwork(network.value) : undefined;
}

function faultsSeen(pod: Pod, seen: SeenNetwork | undefined, evidence: ReachEvidence): readonly Finding[] {
  const context = { ...evidence, pod };
  const peer = seenIn(evidence.peerNetwork);
  return [
    ...(seen === undefined ? [] : [...ownRouteFaults(seen, context), ...interfaceFaults(seen, context)]),
    ...(peer === undefined ? [] : routeFromPeer(peer, context)),
  ];
}

/** Silence on a port that a policy may keep closed proves nothing, except from the pod's own node, which always gets in. */
function silentWays(pod: Pod, ways: readonly Way[], evidence: ReachEvidence): Readonly<Record<'silent' | 'filtered', readonly Way[]>> {
  const isFiltered = filteredPorts(pod, evidence);
  const explained = ({ from }: Way): boolean =>
    !isOwnNode(from, evidence.situation.here) && from.attempts.every(({ port }) => isFiltered(port));
  const silent = ways.filter(({ state }) => state === 'silent');
  return { silent: silent.filter((way) => !explained(way)), filtered: silent.filter(explained) };
}

/** What the connections say to a fault that was seen. A small MTU lets the first packets pass, so that silence proves nothing of it. */
function weighed(
  fault: Finding,
  { silent, open, situation }: { silent: readonly Way[]; open: readonly Way[]; situation: Situation },
): Finding {
  if (fault.cause === 'mtu-mismatch') return fault;
  if (silent.length > 0) {
    const why = ` Connections from ${placesText(silent)} got no answer.`;
    return {
      ...fault,
      confidence: 'certain',
      summary: fault.summary + why,
      exhibits: [...fault.exhibits, ...silent.slice(0, 2).flatMap(wayExhibits)],
    };
  }
  const elsewhere = open.filter(({ from }) => from.node !== situation.here);
  if (elsewhere.length === 0) return fault;
  return { ...fault, confidence: 'possible', summary: `${fault.summary} Even so, the pod answers to ${placesText(elsewhere)}.` };
}

function answers(open: readonly Way[], filtered: readonly Way[]): Verdict {
  const told = open.map(({ from }) => `${from.from} (${from.attempts.slice(0, 4).map(attemptText).join(', ')})`);
  const also = filtered.length === 0 ? '' : `; ${filteredText(filtered)}`;
  return ruledOut(`the address answers to ${told.join('; ')}${also}`, open.flatMap(wayExhibits));
}

function filteredText(filtered: readonly Way[]): string {
  return `connections from ${placesText(filtered)} got no answer, which the policies that select the pod may intend`;
}

function untoldText(ways: readonly Way[], connectivity?: Evidence<Connectivity>): string {
  if (connectivity?.status === 'missing') return `no connection was tried (${connectivity.why})`;
  const [first] = ways;
  if (first === undefined) return 'no connection was tried';
  const { from, attempts, restrictedBy } = first.from;
  const why = restrictedBy.length > 0 ? `${restrictedBy.join(', ')} restrict what it may send` : (attempts[0]?.text ?? 'nothing was tried');
  return `the connections from ${from} tell nothing (${why})`;
}

function whyUnread(network: Evidence<NodeNetwork>): string {
  return network.status === 'missing' ? network.why : "the agent's answer is not what ip -j prints";
}
