import type { PodRow } from '../../../collectors/pod-row.ts';
import { holdsAddress } from '../../../network/duplicates.ts';
import { formatAddress, parseAddress, parseCidr } from '../../../network/cidr.ts';
import type { Address } from '../../../network/cidr.ts';
import type { PoolUsage } from '../../../network/ipam/pool-usage.ts';

/** "range set: 10.244.0.1-10.244.0.254" of host-local, "range: ip: A / - B" of whereabouts. */
const hyphenated = /range set:? ?([0-9a-f.:]+)-([0-9a-f.:]+)/i;
const whereabouts = /in range: ip: ([0-9a-f.:]+) \/ - ([0-9a-f.:]+)/i;
const cidrInText = /(?:pool|range|subnet|CIDR)\D{0,12}((?:\d{1,3}\.){3}\d{1,3}\/\d{1,2})/i;

/**
 * The range that an exhaustion message names, counted against the live pods that hold an address of it; undefined where
 * it names none. The range's own records are on the node, where no API shows them, so what is held beyond live pods is
 * leaked: the message says that nothing is free.
 */
export function usageOfMessage(text: string, pods: readonly PodRow[]): PoolUsage | undefined {
  const range = rangeIn(text);
  if (range === undefined) return undefined;
  const [first, last] = range;
  const capacity = Number(last.value - first.value) + 1;
  const holders = pods.filter(
    (pod) => holdsAddress(pod) && [...pod.addresses, ...pod.secondaryAddresses].some((one) => isWithin(one, range)),
  );
  const name = first.value === last.value ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`;
  const usable = isWholeSubnet(range) && !whereabouts.test(text) ? capacity - 1 : capacity;
  return {
    plugin: 'host-local',
    scope: 'node',
    name,
    node: null,
    cidr: null,
    family: first.family,
    capacity: usable,
    used: null,
    livePods: holders.length,
    reserved: 0,
    free: 0,
    leaked: [],
    blockedBy: null,
    exhaustedAs: 'node-range-full',
    declaredFull: null,
    facts: `${holders.length} of ${usable} addresses of ${name} are held by live pods`,
  };
}

/** host-local's range of a whole subnet leaves out network and broadcast address, but not the gateway, which no pod gets; whereabouts gives it away. */
function isWholeSubnet([first, last]: readonly [Address, Address]): boolean {
  const size = last.value - first.value + 3n;
  const isPowerOfTwo = (size & (size - 1n)) === 0n;
  return first.family === 4 && size >= 8n && isPowerOfTwo && (first.value - 1n) % size === 0n;
}

function rangeIn(text: string): readonly [Address, Address] | undefined {
  const [, from, to] = hyphenated.exec(text) ?? whereabouts.exec(text) ?? [];
  const first = parseAddress(from ?? '');
  const last = parseAddress(to ?? '');
  if (first !== undefined && last !== undefined && first.family === last.family && first.value <= last.value) return [first, last];
  const cidr = parseCidr(cidrInText.exec(text)?.[1] ?? '');
  return cidr === undefined
    ? undefined
    : [
        { family: cidr.family, value: cidr.first },
        { family: cidr.family, value: cidr.last },
      ];
}

function isWithin(text: string, [first, last]: readonly [Address, Address]): boolean {
  const address = parseAddress(text);
  return address !== undefined && address.family === first.family && address.value >= first.value && address.value <= last.value;
}
