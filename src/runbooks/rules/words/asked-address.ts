import { canonicalAddress } from '../../../network/cidr.ts';
import type { Surroundings } from './words.ts';

/** host-local's words for a record that it has of an address (containernetworking/plugins:plugins/ipam/host-local/backend/allocator/allocator.go). */
const asked = /requested IP address (\S+) is not available/i;

/** Says of the address that a message calls taken that no pod has it; undefined where one has, or nothing is known. */
export function heldByNobody(text: string, surroundings: Surroundings): string | undefined {
  return isHeldByNobody(text, surroundings) === true ? `no pod of the cluster has ${asked.exec(text)?.[1] ?? ''}.` : undefined;
}

/**
 * Whether no pod of the cluster has the address that a message says to be taken, so that only a record holds it; undefined where the message
 * names none or the pods were not read. A pod that is being deleted still has its address.
 */
export function isHeldByNobody(text: string, { podRows }: Surroundings): boolean | undefined {
  const address = canonicalAddress(asked.exec(text)?.[1] ?? '');
  if (address === undefined || podRows === undefined) return undefined;
  return !podRows.some(({ addresses, secondaryAddresses }) => addresses.includes(address) || secondaryAddresses.includes(address));
}
