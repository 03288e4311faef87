import { cidrContains, parseAddress, parseCidr } from '../network/cidr.ts';

/** What no pod has for an address, and what hands out credentials to whoever asks from a node. */
const ranges = [
  { what: 'it means this host', cidrs: ['0.0.0.0/8', '127.0.0.0/8', '::/127'] },
  { what: 'it is link-local', cidrs: ['169.254.0.0/16', 'fe80::/10'] },
  { what: 'it is a multicast or broadcast address', cidrs: ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'] },
  // AWS, Google, Alibaba, Azure and Oracle; NAT64 leads to every IPv4 address, theirs among them.
  {
    what: "it is the cloud's metadata service",
    cidrs: ['fd00:ec2::254/128', 'fd20:ce::254/128', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32', '64:ff9b::/96'],
  },
].map(({ what, cidrs }) => ({ what, cidrs: cidrs.flatMap((cidr) => parseCidr(cidr) ?? []) }));

/** Why no connection to this address is ever opened; null where it may be. Only literal addresses are taken, no names. */
export function whyNeverProbed(text: string): string | null {
  const address = parseAddress(text);
  if (address === undefined) return 'it is no address';
  return ranges.find(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, address)))?.what ?? null;
}
