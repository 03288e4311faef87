import type { Finding } from '../../../core/verdict.ts';
import { bridgeAddress, foreignSubnets, pluginsWithPods, tunnels } from '../../../network/route-checks.ts';
import type { TunnelState } from '../../../network/route-checks.ts';
import { nodeFault } from './node-fault.ts';
import type { RouteContext, SeenNetwork } from './node-fault.ts';

/** What is wrong with a node's interfaces: tunnels, the bridge, two plugins' pods, a NIC inside a pod range. */
export function interfaceFaults(seen: SeenNetwork, context: RouteContext): readonly Finding[] {
  return [...tunnelFaults(seen, context), ...bridgeFaults(seen, context), ...twoPlugins(seen), ...foreignNics(seen, context)];
}

/** The tunnels that packets to other nodes go through. `tunl0` exists wherever the kernel module is loaded, and is in use only with an address. */
export function tunnelsInUse({ links, routes }: SeenNetwork): readonly TunnelState[] {
  return tunnels(links, routes).filter(({ device, addresses }) => device !== 'tunl0' || addresses.length > 0);
}

/** The way a tunnel device wraps packets, as the root cause's detail; null where its name does not tell. */
export function tunnelDetail(device: string): string | null {
  if (/wireguard|flannel-wg|^wg-/.test(device)) return 'wireguard';
  if (device === 'tunl0' || device.endsWith('ipip')) return 'ipip';
  if (/geneve|antrea-gw0/.test(device)) return 'geneve';
  return /vxlan|flannel\.\d/.test(device) ? 'vxlan' : null;
}

function tunnelFaults(seen: SeenNetwork, { situation }: RouteContext): readonly Finding[] {
  return tunnelsInUse(seen).flatMap(({ device, up, mtu, mtuCeiling }) => {
    if (!up)
      return [
        {
          ...nodeFault(seen.node, {
            title: `The tunnel device ${device} on node ${seen.node} is down`,
            says: `${device} is not UP`,
            cause: 'overlay-tunnel-down',
            detail: tunnelDetail(device),
          }),
          // A device that goes down takes its routes along.
          explains: ['route-misconfigured'] as const,
        },
      ];
    // Cilium sets the MTU on the routes, and leaves that of its device as it is.
    if (mtu === null || mtuCeiling === null || mtu <= mtuCeiling || situation.main?.id === 'cilium') return [];
    return [
      nodeFault(seen.node, {
        title: `The MTU of ${device} on node ${seen.node} is too large`,
        says: `${device} mtu ${mtu}, but the interface below it allows only ${mtuCeiling}`,
        cause: 'mtu-mismatch',
        detail: 'tunnel-larger-than-path',
      }),
    ];
  });
}

function bridgeFaults({ node, links }: SeenNetwork, { situation }: RouteContext): readonly Finding[] {
  const cidrs = situation.node?.spec?.podCIDRs ?? [];
  const bridge = situation.main?.needsPodCidr === true && situation.here === node ? bridgeAddress(links, cidrs) : undefined;
  if (bridge === undefined || bridge.matches) return [];
  return [
    nodeFault(node, {
      title: `The bridge ${bridge.bridge} on node ${node} keeps an address of a former pod CIDR`,
      says: `${bridge.bridge} has ${bridge.actual.join(', ') || 'no address'}, the pod CIDR ${cidrs.join(', ')} wants ${bridge.expected.join(', ')}`,
      cause: 'ipam-state-corrupt',
      detail: 'bridge-address-mismatch',
    }),
  ];
}

function twoPlugins({ node, links, routes }: SeenNetwork): readonly Finding[] {
  const plugins = pluginsWithPods(links, routes);
  if (plugins.length < 2) return [];
  return [
    nodeFault(node, {
      title: `Two network plugins have made pods on node ${node}: ${plugins.join(' and ')}`,
      says: `interfaces of ${plugins.join(' and of ')} are up and have routes`,
      cause: 'multiple-cni-plugins',
      detail: 'two-active',
    }),
  ];
}

/** Where pods get addresses from their nodes' pod CIDRs, no NIC may lie in one of them. */
function foreignNics({ node, links }: SeenNetwork, { nodes, situation }: RouteContext): readonly Finding[] {
  if (situation.main?.needsPodCidr !== true) return [];
  const owners = new Map(nodes.flatMap(({ metadata, spec }) => (spec?.podCIDRs ?? []).map((cidr) => [cidr, metadata?.name ?? ''])));
  const [first, ...more] = foreignSubnets(links, [...owners.keys()]);
  if (first === undefined) return [];
  const owner = owners.get(first.range) ?? '';
  return [
    nodeFault(node, {
      title: `The subnet ${first.subnet} of ${first.device} on node ${node} overlaps the pod CIDR ${first.range} of node ${owner}`,
      says: [first, ...more]
        .slice(0, 4)
        .map(({ device, subnet, range }) => `${device} is in ${subnet}, the pod CIDR of node ${owners.get(range) ?? ''} is ${range}`)
        .join('; '),
      cause: 'pod-cidr-overlap',
      detail: 'pod-node-network',
    }),
  ];
}
