import { exhibit } from '../../../core/evidence.ts';
import type { Finding, NextAction } from '../../../core/verdict.ts';
import { sh } from '../../../core/shell.ts';
import type { Pod } from '../../../cluster/wire.ts';
import { isReady } from '../../../facts/pods.ts';
import { tunnelDetail, tunnelsInUse } from './node-interfaces.ts';
import type { SeenNetwork } from './node-fault.ts';
import { nodeSubject, place } from '../situation.ts';
import type { Situation } from '../situation.ts';
import { isOwnNode, placesText, wayExhibits } from './ways.ts';
import type { Way } from './ways.ts';

/** The ways tried to a pod, of which at least one is silent. */
export interface TriedWays {
  readonly pod: Pod;
  readonly silent: readonly Way[];
  readonly open: readonly Way[];
  readonly situation: Situation;
  /** The routes and interfaces of the pod's node, where they were seen. */
  readonly seen: SeenNetwork | undefined;
}

/** Where the way to the pod breaks, by who reaches it and who does not. */
export function brokenWay(tried: TriedWays): Finding {
  const { silent, open, situation } = tried;
  if (silent.some(({ from }) => isOwnNode(from, situation.here))) return podCutOff(tried);
  if (open.length === 0) return notFromAnywhere(tried);
  return open.every(({ from }) => from.node === situation.here) ? betweenNodes(tried) : fromSomePlaces(tried);
}

function nameOf({ metadata, status }: Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''} (${status?.podIP ?? ''})`;
}

/** Not even its own node reaches it: no other node, no overlay and no policy has a part in that. */
function podCutOff({ pod, silent, open, situation }: TriedWays): Finding {
  const own = silent.filter(({ from }) => isOwnNode(from, situation.here));
  const { namespace = null, name = '' } = pod.metadata ?? {};
  return finding({ silent: own, open }, pod, {
    cause: 'route-misconfigured',
    detail: 'pod-interface',
    title: `Not even its own node ${situation.here ?? ''} reaches pod ${nameOf(pod)}`,
    subject: { kind: 'Pod', namespace, name },
    summary: `Connections from ${placesText(own)}, where the pod runs, got no answer: the pod's own interface or the node's route to it is broken. The path between nodes is not involved.`,
    actions: [routeAction(situation.here, pod)],
  });
}

/** Its own node reaches it, the others do not. */
function betweenNodes({ pod, silent, open, situation, seen }: TriedWays): Finding {
  const tunnel = seen === undefined ? undefined : tunnelsInUse(seen).find(({ up }) => up)?.device;
  const way = tunnel === undefined ? 'a route or a firewall' : `the overlay (${tunnel}), a route or a firewall`;
  return finding({ silent, open }, pod, {
    cause: tunnel === undefined ? 'route-misconfigured' : 'overlay-tunnel-down',
    detail: tunnel === undefined ? 'between-nodes' : tunnelDetail(tunnel),
    title: `Pod ${nameOf(pod)} answers on its own node ${situation.here ?? ''}, but not from ${placesText(silent)}`,
    subject: nodeSubject(situation),
    summary: `The pod answers to ${placesText(open)}, but not to ${placesText(silent)}: ${way} between the nodes is the fault, not the pod.`,
    actions: [...silent.slice(0, 2).map(({ from }) => routeAction(from.node ?? undefined, pod)), ...overlayActions(tunnel, situation.here)],
  });
}

/** Others reach it from elsewhere: the fault is nearer to those who do not. */
function fromSomePlaces({ pod, silent, open, situation }: TriedWays): Finding {
  const node = silent[0]?.from.node ?? undefined;
  return finding({ silent, open }, pod, {
    cause: 'route-misconfigured',
    detail: 'from-one-node',
    title: `Pod ${nameOf(pod)} answers to ${placesText(open)}, but not to ${placesText(silent)}`,
    subject: node === undefined ? nodeSubject(situation) : { kind: 'Node', namespace: null, name: node },
    summary: `The pod answers to ${placesText(open)}, but not to ${placesText(silent)}: the fault is on the path from there, not in the pod.`,
    actions: [routeAction(node, pod)],
  });
}

function notFromAnywhere({ pod, silent, open, situation }: TriedWays): Finding {
  const ready = isReady(pod) ? `, though the kubelet ${place(situation)} finds the pod Ready` : '';
  return finding({ silent, open }, pod, {
    cause: 'route-misconfigured',
    detail: null,
    title: `The address of pod ${nameOf(pod)} does not answer from ${placesText(silent)}`,
    subject: nodeSubject(situation),
    summary: `Connections from ${placesText(silent)} to ${nameOf(pod)} got no answer${ready}: ${isReady(pod) ? 'the path between the nodes is broken, not the pod' : "the path to it, or the pod's own interface, is broken"}.`,
    actions: [routeAction(situation.here, pod)],
  });
}

type Claim = Pick<Finding, 'cause' | 'detail' | 'title' | 'subject' | 'summary' | 'actions'>;

function finding({ silent, open }: Pick<TriedWays, 'silent' | 'open'>, pod: Pod, claim: Claim): Finding {
  const proof = [...silent.slice(0, 2), ...open.slice(0, 1)].flatMap(wayExhibits);
  const [first = exhibit({ kind: 'Probe' }, 'no answer'), ...more] = proof;
  const sure = isReady(pod) && pod.spec?.hostNetwork !== true;
  return { ...claim, confidence: sure ? 'likely' : 'possible', exhibits: [first, ...more], nearness: 'target', at: null };
}

function routeAction(node: string | undefined, pod: Pod): NextAction {
  return {
    title: `See how ${node === undefined ? 'the node' : `node ${node}`} sends to the pod`,
    command: sh`kubectl debug node/${node ?? 'NODE'} -it --image=nicolaka/netshoot -- ip route get ${pod.status?.podIP ?? ''}`,
    risk: 'read-only',
  };
}

/** What the tunnel's packets look like from outside: the ports of Linux' VXLAN users and of Geneve, and the protocol of IPIP. */
const packets: Readonly<Record<string, string>> = {
  vxlan: 'udp port 4789 or udp port 8472',
  geneve: 'udp port 6081',
  ipip: 'ip proto 4',
  wireguard: 'udp port 51820 or udp port 51821 or udp port 51871',
};

function overlayActions(tunnel: string | undefined, node: string | undefined): readonly NextAction[] {
  const filter = packets[tunnelDetail(tunnel ?? '') ?? ''];
  if (filter === undefined || node === undefined) return [];
  return [
    {
      title: "See whether the tunnel's packets arrive",
      command: sh`kubectl debug node/${node} -it --image=nicolaka/netshoot -- tcpdump -ni any -c 20 ${filter}`,
      risk: 'read-only',
    },
  ];
}
