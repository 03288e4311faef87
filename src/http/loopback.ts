import ipaddr from 'ipaddr.js';

/** Whether a socket's peer is this machine; IPv4 addresses in IPv6 form count as IPv4. Undefined (no such peer) is not. */
export function isLoopback(address: string | undefined): boolean {
  // A zone such as %lo is a name of this machine's own and says nothing of the address.
  const plain = address?.replace(/%.*$/, '') ?? '';
  return ipaddr.isValid(plain) && ipaddr.process(plain).range() === 'loopback';
}
