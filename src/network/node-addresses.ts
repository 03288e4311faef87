import type { Node } from '../cluster/wire.ts';
import { listIndex } from '../core/list-index.ts';
import { canonicalAddress } from './cidr.ts';
import type { AddressSurroundings, ReservedAddress } from './duplicates.ts';
import { isVirtualNode } from './virtual-node.ts';

const tunnelAnnotations = [
  'projectcalico.org/IPv4IPIPTunnelAddr',
  'projectcalico.org/IPv4VXLANTunnelAddr',
  'projectcalico.org/IPv6VXLANTunnelAddr',
  'projectcalico.org/IPv4WireguardInterfaceAddr',
  'projectcalico.org/IPv6WireguardInterfaceAddr',
];

/**
 * The addresses that a node itself holds: its InternalIPs, and its Calico tunnel addresses from the annotations. None of
 * a virtual node: there is no machine, and the pod on a Fargate node has the node's address.
 */
export function nodeAddresses(node: Node): ReservedAddress[] {
  if (isVirtualNode(node)) return [];
  const owner = node.metadata?.name ?? '';
  const internal = (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  const tunnels = tunnelAnnotations.map((name) => node.metadata?.annotations?.[name] ?? '');
  return [
    ...internal.flatMap((text) => canonicalAddress(text) ?? []).map((address) => ({ address, kind: 'Node' as const, owner })),
    ...tunnels.flatMap((text) => canonicalAddress(text) ?? []).map((address) => ({ address, kind: 'NodeTunnel' as const, owner })),
  ];
}

/** Whether the node has stopped reporting: its Ready condition is Unknown. */
export function isSilent(node: Node): boolean {
  return (node.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'Unknown');
}

/** What the nodes of a list hold, and which of them are silent. */
export const surroundingsOf = listIndex(
  () => ({ reserved: [] as ReservedAddress[], silentNodes: new Set<string>() }) satisfies AddressSurroundings,
  ({ reserved, silentNodes }, node: Node) => {
    reserved.push(...nodeAddresses(node));
    if (isSilent(node)) silentNodes.add(node.metadata?.name ?? '');
  },
);
