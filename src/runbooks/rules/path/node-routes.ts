import type { Finding } from '../../../core/verdict.ts';
import type { PodRow } from '../../../collectors/pod-row.ts';
import { hostCidr, formatCidr, parseAddress } from '../../../network/cidr.ts';
import { holdsAddress, podAddress } from '../../../network/duplicates.ts';
import { peerRoutes, strayHostRoutes } from '../../../network/route-checks.ts';
import type { PeerRange, PeerRoute, PeerRouteFault } from '../../../network/route-checks.ts';
import { isDefault, lookupRoute } from '../../../network/routes.ts';
import type { Route } from '../../../network/routes.ts';
import { isReady } from '../../../facts/nodes.ts';
import { nodeFault } from './node-fault.ts';
import type { RouteContext, SeenNetwork } from './node-fault.ts';

const discarding = new Set(['blackhole', 'unreachable', 'prohibit']);

/** What is wrong with the routes of the pod's own node: to the pod itself and to the pods of the other nodes. */
export function ownRouteFaults(seen: SeenNetwork, context: RouteContext & { readonly podRows: readonly PodRow[] }): readonly Finding[] {
  return [...podRoute(seen, context), ...peerFaults(seen, context)];
}

/** The node itself must know where its own pod is. */
function podRoute({ node, routes }: SeenNetwork, { pod }: RouteContext): readonly Finding[] {
  const text = pod.status?.podIP ?? '';
  const address = parseAddress(text);
  if (address === undefined || pod.spec?.hostNetwork === true) return [];
  const [stray] = strayHostRoutes(routes, [podAddress(pod)]);
  if (stray !== undefined) {
    return [
      nodeFault(node, {
        title: `The route to ${stray.address} leads into another pod's interface`,
        says: `${stray.address} dev ${stray.device}, but the pod's interface is ${stray.expectedDevice}`,
        cause: 'route-misconfigured',
        detail: 'wrong-interface',
      }),
    ];
  }
  const route = lookupRoute(routes, address);
  const lost = lostText(text, route);
  return lost === undefined
    ? []
    : [
        nodeFault(node, {
          title: `Node ${node} has no route to the pod's address ${text}`,
          says: lost,
          cause: 'route-misconfigured',
          detail: 'no-route-to-pod',
        }),
      ];
}

/** Why packets to an address on this node get lost; undefined where the route is right as far as it tells. */
function lostText(address: string, route: Route | undefined): string | undefined {
  if (route === undefined) return `no route to ${address}`;
  if (discarding.has(route.type)) return `${address} falls to ${route.type} ${formatCidr(route.destination)}`;
  if (isDefault(route) && route.scope !== 'link') return `${address} falls to the default route`;
  const isDown = route.hops.length > 0 && route.hops.every(({ down }) => down);
  return isDown ? `${address} leads to ${route.hops[0]?.device ?? 'a link'}, which is down` : undefined;
}

const peerWords: Readonly<Record<PeerRouteFault, string>> = {
  'no-route': 'has no route',
  'default-route': 'falls to the default route',
  discarded: 'is discarded',
  'link-down': 'leads to a link that is down',
  'linked-here': 'is linked to a local bridge',
};

type FaultyRoute = PeerRoute & { readonly fault: PeerRouteFault };

function isFaulty(route: PeerRoute): route is FaultyRoute {
  return route.fault !== null;
}

function peerFaults({ node, routes }: SeenNetwork, context: RouteContext & { readonly podRows: readonly PodRow[] }): readonly Finding[] {
  const wrong = wrongPeers(routes, context).filter((peer) => peer.node !== node);
  const [first] = wrong;
  if (first === undefined) return [];
  const peers = new Set(wrong.map((peer) => peer.node));
  return [
    nodeFault(node, {
      title: `Node ${node} has no correct route to the pods of ${peers.size === 1 ? `node ${first.node}` : `${peers.size} nodes`}`,
      says: wrong
        .slice(0, 6)
        .map((peer) => `${peer.cidr} (${peer.node}) ${peerWords[peer.fault]}`)
        .join('; '),
      cause: 'route-misconfigured',
      detail: 'no-route-to-peer',
    }),
  ];
}

/**
 * Plugins that take addresses from the nodes' pod CIDRs need a route to each. Those with pools of their own are asked for the address
 * of one pod a node; a router outside may know the way, so that the default route is wrong there only where other nodes have a route.
 */
function wrongPeers(routes: readonly Route[], { nodes, situation, podRows }: Parameters<typeof peerFaults>[1]): readonly FaultyRoute[] {
  const ready = nodes.filter((node) => node.metadata?.name !== situation.here && isReady(node));
  if (situation.main?.needsPodCidr === true) {
    const ranges = ready.flatMap((node) => (node.spec?.podCIDRs ?? []).map((cidr) => ({ node: node.metadata?.name ?? '', cidr })));
    return peerRoutes(routes, ranges).filter(isFaulty);
  }
  if (situation.main?.id !== 'calico') return [];
  const names = new Set(ready.map(({ metadata }) => metadata?.name));
  const peers = peerRoutes(
    routes,
    onePodEach(podRows).filter(({ node }) => names.has(node)),
  );
  const someHaveRoutes = peers.some(({ fault }) => fault === null);
  return peers.filter(isFaulty).filter(({ fault }) => fault !== 'no-route' && (fault !== 'default-route' || someHaveRoutes));
}

function onePodEach(podRows: readonly PodRow[]): readonly PeerRange[] {
  const byNode = new Map<string, PeerRange>();
  for (const row of podRows) {
    const address = parseAddress(row.addresses[0] ?? '');
    if (row.node === null || address === undefined || !holdsAddress(row) || byNode.has(row.node)) continue;
    byNode.set(row.node, { node: row.node, cidr: formatCidr(hostCidr(address)) });
  }
  return [...byNode.values()];
}

/** How another node would send to the pod: wrong where it discards the packets, or has no route where the plugin makes one. */
export function routeFromPeer({ node, routes }: SeenNetwork, { pod, situation }: RouteContext): readonly Finding[] {
  const text = pod.status?.podIP ?? '';
  const address = parseAddress(text);
  if (address === undefined || pod.spec?.hostNetwork === true) return [];
  const [peer] = peerRoutes(routes, [{ node: situation.here ?? '', cidr: formatCidr(hostCidr(address)) }]);
  if (peer === undefined || !isFaulty(peer)) return [];
  const viaCloud = peer.fault === 'default-route' || peer.fault === 'no-route';
  if (viaCloud && situation.main?.needsPodCidr !== true) return [];
  return [
    nodeFault(node, {
      title: `Node ${node} has no correct route to the pod's address ${text} on node ${situation.here ?? ''}`,
      says: `${text} ${peerWords[peer.fault]}`,
      cause: 'route-misconfigured',
      detail: 'no-route-to-peer',
    }),
  ];
}
