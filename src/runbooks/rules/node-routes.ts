import { exhibit } from '../../core/evidence.ts';
import type { Exhibit } from '../../core/evidence.ts';
import type { Finding } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Node, Pod } from '../../cluster/wire.ts';
import type { NodeNetwork } from '../../collectors/node-view.ts';
import { podAddress } from '../../network/duplicates.ts';
import { mergeLinks, parseLinks } from '../../network/links.ts';
import type { Link } from '../../network/links.ts';
import { bridgeAddress, peerRoutes, strayHostRoutes, tunnels } from '../../network/route-checks.ts';
import type { PeerRouteFault } from '../../network/route-checks.ts';
import { lookupRoute, parseRoutes } from '../../network/routes.ts';
import type { Route } from '../../network/routes.ts';
import { parseAddress } from '../../network/cidr.ts';
import { isReady } from '../../facts/nodes.ts';
import { nodeSubject } from './situation.ts';
import type { Situation } from './situation.ts';

interface RouteContext {
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  readonly situation: Situation;
}

/** What is wrong with the node's routes and interfaces, as far as the plugin at hand needs them; empty where they are right. */
export function routeFaults(network: NodeNetwork, context: RouteContext): readonly Finding[] {
  const routes = parseRoutes(network.routes) ?? [];
  const links = mergeLinks(parseLinks(network.addresses) ?? [], parseLinks(network.links) ?? []);
  if (routes.length === 0) return [];
  return [
    ...podRoute(routes, context),
    ...tunnelFaults(links, routes, context),
    ...bridgeFaults(links, context),
    ...peerFaults(routes, context),
  ];
}

/** The node itself must know where its own pod is. */
function podRoute(routes: readonly Route[], { pod, situation }: RouteContext): readonly Finding[] {
  const address = parseAddress(pod.status?.podIP ?? '');
  if (address === undefined || pod.spec?.hostNetwork === true) return [];
  const [stray] = strayHostRoutes(routes, [podAddress(pod)]);
  if (stray !== undefined) {
    return [
      fault(situation, {
        title: `The route to ${stray.address} leads into another pod's interface`,
        says: `${stray.address} dev ${stray.device}, but the pod's interface is ${stray.expectedDevice}`,
        cause: 'route-misconfigured',
        detail: 'wrong-interface',
      }),
    ];
  }
  const route = lookupRoute(routes, address);
  const lost =
    route === undefined ||
    route.type === 'blackhole' ||
    route.type === 'unreachable' ||
    (route.destination.prefix === 0 && route.scope !== 'link');
  if (!lost) return [];
  const says =
    route === undefined
      ? `no route to ${pod.status?.podIP ?? ''}`
      : `${pod.status?.podIP ?? ''} falls to ${route.type === 'unicast' ? 'the default route' : route.type}`;
  return [
    fault(situation, {
      title: `Node ${situation.here ?? ''} has no route to the pod's address ${pod.status?.podIP ?? ''}`,
      says,
      cause: 'route-misconfigured',
      detail: 'no-route-to-pod',
    }),
  ];
}

function tunnelFaults(links: readonly Link[], routes: readonly Route[], { situation }: RouteContext): readonly Finding[] {
  return tunnels(links, routes).flatMap(({ device, up, mtu, mtuCeiling }) => {
    if (!up)
      return [
        fault(situation, {
          title: `The tunnel device ${device} on node ${situation.here ?? ''} is down`,
          says: `${device} is not UP`,
          cause: 'overlay-tunnel-down',
          detail: tunnelDetail(device),
        }),
      ];
    if (mtu !== null && mtuCeiling !== null && mtu > mtuCeiling && situation.main?.id !== 'cilium') {
      return [
        fault(situation, {
          title: `The MTU of ${device} on node ${situation.here ?? ''} is too large`,
          says: `${device} mtu ${mtu}, but the interface below leaves ${mtuCeiling}`,
          cause: 'mtu-mismatch',
          detail: 'tunnel-larger-than-path',
        }),
      ];
    }
    return [];
  });
}

function tunnelDetail(device: string): string | null {
  if (/wireguard|flannel-wg/.test(device)) return 'wireguard';
  if (device === 'tunl0' || device.endsWith('ipip')) return 'ipip';
  if (/geneve/.test(device)) return 'geneve';
  return /vxlan|flannel\.\d/.test(device) ? 'vxlan' : null;
}

function bridgeFaults(links: readonly Link[], { situation }: RouteContext): readonly Finding[] {
  const cidrs = situation.node?.spec?.podCIDRs ?? [];
  const bridge = situation.main?.needsPodCidr === true ? bridgeAddress(links, cidrs) : undefined;
  if (bridge === undefined || bridge.matches) return [];
  return [
    fault(situation, {
      title: `The bridge ${bridge.bridge} on node ${situation.here ?? ''} keeps an address of a former pod CIDR`,
      says: `${bridge.bridge} has ${bridge.actual.join(', ') || 'no address'}, the pod CIDR ${cidrs.join(', ')} wants ${bridge.expected.join(', ')}`,
      cause: 'ipam-state-corrupt',
      detail: 'bridge-address-mismatch',
    }),
  ];
}

const peerWords: Readonly<Record<PeerRouteFault, string>> = {
  'no-route': 'has no route',
  'default-route': 'falls to the default route',
  discarded: 'is discarded',
  'link-down': 'leads to a link that is down',
  'linked-here': 'is linked to a local bridge',
};

/** Clouds that route pods in their own network need no peer routes, and plugins with pools of their own have others. */
function peerFaults(routes: readonly Route[], { nodes, situation }: RouteContext): readonly Finding[] {
  if (situation.main?.needsPodCidr !== true) return [];
  const peers = nodes
    .filter((node) => node.metadata?.name !== situation.here && isReady(node))
    .flatMap((node) => (node.spec?.podCIDRs ?? []).map((cidr) => ({ node: node.metadata?.name ?? '', cidr })));
  const wrong = peerRoutes(routes, peers).filter((peer) => peer.fault !== null);
  const [first] = wrong;
  if (first === undefined || first.fault === null) return [];
  return [
    fault(situation, {
      title: `Node ${situation.here ?? ''} has no right route to the pods of ${wrong.length === 1 ? `node ${first.node}` : `${wrong.length} nodes`}`,
      says: wrong
        .slice(0, 6)
        .map(({ node, cidr, fault: kind }) => `${cidr} (${node}) ${kind === null ? '' : peerWords[kind]}`)
        .join('; '),
      cause: 'route-misconfigured',
      detail: 'no-route-to-peer',
    }),
  ];
}

function fault(
  situation: Situation,
  { title, says, cause, detail }: { title: string; says: string; cause: Finding['cause']; detail: string | null },
): Finding {
  const here = situation.here ?? '<node>';
  const proof: Exhibit = exhibit(
    { kind: cause === 'mtu-mismatch' || cause === 'overlay-tunnel-down' ? 'Interface' : 'Route', name: here },
    says,
  );
  return {
    cause,
    detail,
    title,
    subject: nodeSubject(situation),
    confidence: 'likely',
    summary: `The routes and interfaces of node ${here} show: ${says}.`,
    exhibits: [proof],
    nearness: 'node',
    at: null,
    actions: [
      {
        title: "See the node's routes and interfaces",
        command: sh`kubectl debug node/${here} -it --image=nicolaka/netshoot -- sh -c "ip route; ip -d link"`,
        risk: 'read-only',
      },
    ],
  };
}
