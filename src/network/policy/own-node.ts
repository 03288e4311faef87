import { sameAddress } from '../cidr.ts';
import type { Endpoint, PolicyPod } from './endpoint.ts';

/** Whether it is the node that runs the pod, by name or by address. No where neither is known. */
export function isOwnNode({ node, nodeAddresses }: PolicyPod, endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'node') return false;
  if (endpoint.node !== null && endpoint.node === node) return true;
  return nodeAddresses.some((address) => endpoint.address !== null && sameAddress(address, endpoint.address));
}
