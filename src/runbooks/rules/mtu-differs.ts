import { exhibit, valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { confirmed, ruledOut, unknown } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Connectivity } from '../../collectors/connectivity.ts';
import type { NodeNetwork } from '../../collectors/node-view.ts';
import { podMtu } from '../../network/route-checks.ts';
import { seenNetwork } from './path/node-fault.ts';
import type { SeenNetwork } from './path/node-fault.ts';
import { tunnelsInUse } from './path/node-interfaces.ts';
import { nodeSubject } from './situation.ts';
import type { Situation } from './situation.ts';
import { isOwnNode, placesText, stalls, wayExhibits, waysOf } from './path/ways.ts';
import type { Way } from './path/ways.ts';

/** What the rule compares. */
export interface MtuEvidence {
  readonly nodeNetwork: Evidence<NodeNetwork>;
  readonly peerNetwork: Evidence<NodeNetwork>;
  readonly connectivity: Evidence<Connectivity>;
  readonly situation: Situation;
}

/** Do the MTUs of the pod's node and of another differ, so that large packets between them get lost while small ones pass? */
export function mtuDiffers({ nodeNetwork, peerNetwork, connectivity, situation }: MtuEvidence): Verdict {
  const ways = waysOf(valueOf(connectivity) ?? []);
  const stalling = stallingWays(ways, situation.here);
  if (nodeNetwork.status === 'missing') return unknown(`the MTU of the node is not known: ${nodeNetwork.why}`);
  if (peerNetwork.status === 'missing') return unknown(`there is nothing to compare the MTU with: ${peerNetwork.why}`);
  const [own, peer] = [seenNetwork(nodeNetwork.value), seenNetwork(peerNetwork.value)];
  if (own === undefined || peer === undefined) return unknown('the agents show no routes and interfaces');
  const [first, ...more] = differences(own, peer);
  if (first === undefined) return ruledOut(`${mtuText(own)}, the same as on ${peer.node}`);
  return confirmed(
    finding(first, { own, peer, stalling, situation }),
    ...more.map((one) => finding(one, { own, peer, stalling, situation })),
  );
}

/** Where connections stand and then bring nothing, though the pod's own node gets its answers. */
function stallingWays(ways: readonly Way[], here: string | undefined): readonly Way[] {
  const isFine = ways.some(({ from, state }) => isOwnNode(from, here) && state === 'open' && !stalls(from));
  return isFine ? ways.filter(({ from }) => from.node !== here && stalls(from)) : [];
}

interface Difference {
  readonly what: string;
  readonly own: number;
  readonly peer: number;
}

/** By the tunnels that both have, else by the interfaces of the pods. */
function differences(own: SeenNetwork, peer: SeenNetwork): readonly Difference[] {
  const peers = new Map(tunnelsInUse(peer).map(({ device, mtu }) => [device, mtu]));
  const tunnels = tunnelsInUse(own).flatMap(({ device, mtu }) => pair(device, mtu, peers.get(device) ?? null));
  const compared = tunnels.length > 0 ? tunnels : pair('the pods’ interfaces', podMtu(own.links), podMtu(peer.links));
  return compared.filter((one) => one.own !== one.peer);
}

function pair(what: string, own: number | null, peer: number | null): readonly Difference[] {
  return own === null || peer === null ? [] : [{ what, own, peer }];
}

function mtuText(seen: SeenNetwork): string {
  const tunnels = tunnelsInUse(seen).flatMap(({ device, mtu }) => (mtu === null ? [] : [`${device} ${mtu}`]));
  const pods = podMtu(seen.links);
  const all = [...tunnels, ...(pods === null ? [] : [`pods ${pods}`])];
  return all.length === 0 ? `node ${seen.node} has no interface of pods or tunnels` : `the MTU on node ${seen.node} is ${all.join(', ')}`;
}

function finding(
  { what, own: ownMtu, peer: peerMtu }: Difference,
  { own, peer, stalling, situation }: { own: SeenNetwork; peer: SeenNetwork; stalling: readonly Way[]; situation: Situation },
): Finding {
  const [large, small] = ownMtu > peerMtu ? [own, peer] : [peer, own];
  const [most, least] = [Math.max(ownMtu, peerMtu), Math.min(ownMtu, peerMtu)];
  const stall =
    stalling.length === 0
      ? ''
      : ` Connections from ${placesText(stalling)} are opened but bring no answer, as when only small packets pass.`;
  return {
    cause: 'mtu-mismatch',
    detail: 'between-nodes',
    title: `The MTU of ${what} differs between nodes: ${ownMtu} on ${own.node}, ${peerMtu} on ${peer.node}`,
    subject: nodeSubject(situation),
    confidence: stalling.length > 0 ? 'likely' : 'possible',
    summary: `${what} takes ${most} bytes on node ${large.node} and ${least} on node ${small.node}: packets of more than ${least} bytes between them get lost, while small ones pass.${stall}`,
    exhibits: [
      exhibit({ kind: 'Interface', name: own.node }, `${what} mtu ${ownMtu}`),
      exhibit({ kind: 'Interface', name: peer.node }, `${what} mtu ${peerMtu}`),
      ...stalling.slice(0, 1).flatMap(wayExhibits),
    ],
    nearness: 'node',
    at: null,
    actions: [
      {
        title: 'Send the largest packet that should pass',
        command: sh`kubectl debug node/${large.node} -it --image=nicolaka/netshoot -- ping -M do -s ${String(most - 28)} -c 3 ADDRESS-OF-A-POD-ON-${small.node}`,
        risk: 'read-only',
      },
    ],
  };
}
