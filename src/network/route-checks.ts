import { createHash } from 'node:crypto';
import { type Cidr, cidrCovers, cidrOf, cidrsOverlap, formatAddress, formatCidr, hostCidr, parseAddress, parseCidr } from './cidr.ts';
import type { PodAddress } from './duplicates.ts';
import type { Link } from './links.ts';
import { isDefault, lookupRoute, type Route } from './routes.ts';

/** A range of pods on another node that must be reachable from here. */
export interface PeerRange {
  readonly node: string;
  readonly cidr: string;
}

/** How a peer's range is wrong; `linked-here` = it is on a bridge of this node, as if its pods were local. */
export type PeerRouteFault = 'no-route' | 'default-route' | 'discarded' | 'link-down' | 'linked-here';

export interface PeerRoute extends PeerRange {
  readonly route: Route | undefined;
  /** Null where the route is right as far as this node's table tells. */
  readonly fault: PeerRouteFault | null;
}

const podBridge = /^(cni\d+|docker\d+|br-.+|cbr\d+|nerdctl\d+|kube-bridge)$/;
const discarding = new Set(['blackhole', 'unreachable', 'prohibit']);

/** How this node would send to each peer's range. AWS and Azure route pods in the VPC: there `default-route` is healthy. */
export function peerRoutes(routes: readonly Route[], peers: readonly PeerRange[]): PeerRoute[] {
  return peers.flatMap((peer) => {
    const range = parseCidr(peer.cidr);
    if (range === undefined) return [];
    // An address inside the range that no gateway of its own is likely to have.
    const sample = { family: range.family, value: range.first === range.last ? range.first : range.first + 2n };
    const address = sample.value > range.last ? { ...sample, value: range.last } : sample;
    const route = lookupRoute(routes, address);
    return [{ ...peer, route, fault: faultOf(route) }];
  });
}

function faultOf(route: Route | undefined): PeerRouteFault | null {
  if (route === undefined) return 'no-route';
  if (discarding.has(route.type)) return 'discarded';
  if (isDefault(route)) return 'default-route';
  if (route.hops.some(({ gateway, device }) => gateway === null && podBridge.test(device ?? ''))) return 'linked-here';
  return route.hops.length > 0 && route.hops.every(({ down }) => down) ? 'link-down' : null;
}

export interface BridgeAddress {
  readonly bridge: string;
  /** The addresses it has, of the families of this node's pod CIDRs. */
  readonly actual: readonly string[];
  /** The first address of each of this node's pod CIDRs. */
  readonly expected: readonly string[];
  readonly matches: boolean;
}

/** Whether `cni0` has the first address of each of this node's pod CIDRs; undefined where there is no `cni0` or no CIDR. */
export function bridgeAddress(links: readonly Link[], ownCidrs: readonly string[]): BridgeAddress | undefined {
  const bridge = links.find(({ name }) => name === 'cni0');
  const ranges = ownCidrs.flatMap((text) => parseCidr(text) ?? []);
  if (bridge === undefined || ranges.length === 0) return undefined;
  const expected = ranges.map((range) => formatAddress({ family: range.family, value: range.first + 1n }));
  const actual = bridge.addresses
    .filter(({ address }) => ranges.some(({ family }) => family === address.family) && !isLinkLocal(hostCidr(address)))
    .map(({ address }) => formatAddress(address));
  return { bridge: bridge.name, actual, expected, matches: expected.every((address) => actual.includes(address)) };
}

function isLinkLocal(range: Cidr): boolean {
  const linkLocal = parseCidr('fe80::/10');
  return linkLocal !== undefined && cidrCovers(linkLocal, range);
}

const podInterfaces: readonly (readonly [family: string, name: RegExp])[] = [
  ['bridge', /^cni\d+$/],
  ['calico', /^cali/],
  ['cilium', /^lxc(?!_health)/],
  ['aws', /^eni[0-9a-f]{11}$/],
  ['azure', /^azv/],
  ['weave', /^weave$/],
];

/** The plugins whose pod interfaces are up and have routes here, by name; more than one means that two plugins made pods. */
export function pluginsWithPods(links: readonly Link[], routes: readonly Route[]): string[] {
  const routed = new Set(routes.filter(({ type }) => type === 'unicast').flatMap(({ hops }) => hops.map(({ device }) => device)));
  const live = links.filter(({ name, up }) => up && routed.has(name)).map(({ name }) => name);
  return podInterfaces.filter(([, pattern]) => live.some((name) => pattern.test(name))).map(([plugin]) => plugin);
}

/** The MTU that most of the pods' interfaces on a node have; null where it has none that is known by its name. */
export function podMtu(links: readonly Link[]): number | null {
  const known = [...podInterfaces.map(([, pattern]) => pattern), /^veth/];
  const mtus = links.flatMap(({ name, mtu }) => (mtu !== null && known.some((pattern) => pattern.test(name)) ? [mtu] : []));
  const counts = [...Map.groupBy(mtus, (mtu) => mtu)].map(([mtu, all]) => ({ mtu, count: all.length }));
  return counts.toSorted((a, b) => b.count - a.count || b.mtu - a.mtu)[0]?.mtu ?? null;
}

/** The host end of a pod's veth as Calico (`cali`) and the AWS VPC CNI (`eni`) name it: a SHA-1 of `namespace.name`. */
export function vethName(prefix: 'cali' | 'eni', pod: Pick<PodAddress, 'namespace' | 'name'>): string {
  return prefix + createHash('sha1').update(`${pod.namespace}.${pod.name}`).digest('hex').slice(0, 11);
}

export interface StrayRoute {
  readonly pod: PodAddress;
  readonly address: string;
  readonly device: string;
  readonly expectedDevice: string;
}

/** Host routes for the addresses of this node's pods that lead into another pod's veth. */
export function strayHostRoutes(routes: readonly Route[], pods: readonly PodAddress[]): StrayRoute[] {
  return pods.flatMap((pod) =>
    pod.addresses.flatMap((text) => {
      const address = parseAddress(text);
      const route = address === undefined ? undefined : lookupRoute(routes, address);
      const device = route?.hops[0]?.device ?? '';
      const prefix = /^(cali|eni)[0-9a-f]{11}$/.exec(device)?.[1] as 'cali' | 'eni' | undefined;
      if (route === undefined || prefix === undefined || route.destination.first !== route.destination.last) return [];
      const expectedDevice = vethName(prefix, pod);
      return device === expectedDevice ? [] : [{ pod, address: text, device, expectedDevice }];
    }),
  );
}

/** Bytes that each kind of tunnel adds to a packet over IPv4. */
const overheads: readonly (readonly [device: RegExp, bytes: number])[] = [
  [/^(tunl0|flannel\.ipip)$/, 20],
  [/^(flannel\.\d+|vxlan\.calico|cilium_vxlan|cilium_geneve|antrea-gw0)$/, 50],
  [/^(wireguard\.cali|wg-v6\.cali)$/, 60],
  [/^flannel-wg(-v6)?$/, 80],
];

export interface TunnelState {
  readonly device: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
  readonly mtu: number | null;
  /** The MTU of the interface it runs over less its overhead; null where that interface is not known. */
  readonly mtuCeiling: number | null;
}

/** The tunnel devices of the known plugins. The interface below is `parent`, else the one of the default route. */
export function tunnels(links: readonly Link[], routes: readonly Route[]): TunnelState[] {
  const uplink = routes.find((route) => isDefault(route) && route.table === 'main')?.hops[0]?.device ?? null;
  return links.flatMap((link) => {
    const overhead = overheads.find(([pattern]) => pattern.test(link.name))?.[1];
    if (overhead === undefined) return [];
    const below = links.find(({ name }) => name === (link.parent ?? uplink)) ?? links.find(({ name }) => name === uplink);
    const mtuCeiling = below === undefined || below.mtu === null ? null : below.mtu - overhead;
    const addresses = link.addresses.map(({ address }) => formatAddress(address));
    return [{ device: link.name, up: link.up, addresses, mtu: link.mtu, mtuCeiling }];
  });
}

export interface ForeignSubnet {
  readonly device: string;
  readonly subnet: string;
  readonly range: string;
}

const pluginDevice =
  /^(lo|cni\d+|cbr\d+|cali.*|lxc.*|eni[0-9a-f]{11}|azv.*|gke.*|veth.*|weave|tun0|tunl0|flannel.*|vxlan(-v6)?\.calico|cilium.*|wireguard\.cali|wg-v6\.cali|antrea-gw0|ovn-k8s-mp\d+|kube-bridge|kube-ipvs0|nodelocaldns|dummy0)$/;

/** Subnets of this node's own NICs that overlap a pod or Service range: the node answers for addresses that are not its. */
export function foreignSubnets(links: readonly Link[], ranges: readonly string[]): ForeignSubnet[] {
  const parsed = ranges.flatMap((text) => parseCidr(text) ?? []);
  return links
    .filter(({ name }) => !pluginDevice.test(name))
    .flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address, prefix }) => {
        const subnet = cidrOf(address, prefix);
        return parsed
          .filter((range) => cidrsOverlap(subnet, range))
          .map((range) => ({ device: name, subnet: formatCidr(subnet), range: formatCidr(range) }));
      }),
    );
}
