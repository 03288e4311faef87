import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** One address as a number; an IPv4-mapped IPv6 address is the IPv4 address it stands for, as in Go's `net.IP`. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A range of addresses with a common prefix, host bits cleared. */
export interface Cidr {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
}

const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);

/** How many bits an IPv4-mapped address (`::ffff:0:0/96`) has in front of the IPv4 part. */
const mappedPrefix = 96;

function toBigInt(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  if ('octets' in address) {
    const [a = 0, b = 0, c = 0, d = 0] = address.octets;
    return BigInt(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
  }
  return address.parts.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
}

/** Four decimal parts without leading zeros; ipaddr.js alone would also take octal, hexadecimal and shorter forms. */
const dottedQuad = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** The IPv4 part of an address in `::ffff:0:0/96`; undefined for other addresses. */
function mappedV4({ parts }: ipaddr.IPv6): bigint | undefined {
  const isMapped = parts[5] === 0xffff && parts.slice(0, 5).every((part) => part === 0);
  return isMapped ? (BigInt(parts[6] ?? 0) << 16n) | BigInt(parts[7] ?? 0) : undefined;
}

/** The address; undefined where the text is none. IPv4 needs four decimal parts without leading zeros (Go's `net.ParseIP`). */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const v4 = dottedQuad.test(text) ? attempt(() => ipaddr.IPv4.parse(text)) : undefined;
    return v4 === undefined ? undefined : { family: 4, value: toBigInt(v4) };
  }
  // A zone (`fe80::1%eth0`) says nothing outside its host, and Kubernetes accepts none.
  if (text.includes('%') || (text.includes('.') && !dottedQuad.test(text.slice(text.lastIndexOf(':') + 1)))) return undefined;
  const v6 = attempt(() => ipaddr.IPv6.parse(text));
  if (v6 === undefined) return undefined;
  const mapped = mappedV4(v6);
  return mapped === undefined ? { family: 6, value: toBigInt(v6) } : { family: 4, value: mapped };
}

/** The range; undefined where the text is none. Host bits are cleared: `10.0.0.7/24` is `10.0.0.0/24`. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const mapped = address.family === 4 && text.slice(0, slash).includes(':');
  const prefix = Number(length) - (mapped ? mappedPrefix : 0);
  return prefix < 0 || prefix > bitsOf(address.family) ? undefined : cidrOf(address, prefix);
}

/** The range of that prefix length around an address. */
export function cidrOf(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(bitsOf(address.family) - prefix);
  const first = (address.value >> hostBits) << hostBits;
  return { family: address.family, first, last: first + (1n << hostBits) - 1n, prefix };
}

/** The range of one address: /32 or /128. */
export function hostCidr(address: Address): Cidr {
  return { family: address.family, first: address.value, last: address.value, prefix: bitsOf(address.family) };
}

/** A CIDR, or a bare address as the range of that one address. */
export function parseRange(text: string): Cidr | undefined {
  if (text.includes('/')) return parseCidr(text);
  const address = parseAddress(text);
  return address === undefined ? undefined : hostCidr(address);
}

/** Whether the address lies in the range; never of another family. */
export function cidrContains(cidr: Cidr, address: Address): boolean {
  return cidr.family === address.family && cidr.first <= address.value && address.value <= cidr.last;
}

/** Whether all of `inner` lies in `outer`; a range covers itself. */
export function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether they have an address in common; never of two families. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** How many addresses it has, network and broadcast address included. */
export function cidrSize(cidr: Cidr): bigint {
  return cidr.last - cidr.first + 1n;
}

/** Whether they are one address, however each was spelled. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}

const v6Shifts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n];

/** The one spelling of an address: dotted quad, or RFC 5952 for IPv6. */
export function formatAddress(address: Address): string {
  if (address.family === 6) return new ipaddr.IPv6(v6Shifts.map((shift) => Number((address.value >> shift) & 0xffffn))).toRFC5952String();
  const value = Number(address.value);
  return new ipaddr.IPv4([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]).toString();
}

/** The one spelling of a range, host bits cleared: `10.0.0.0/24`, `fd00::/64`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.first })}/${cidr.prefix}`;
}

/** Parts of 0 to 255 without leading zeros: an IPv4 address in its one spelling. */
const plainQuad = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * IPv6 groups without leading zeros and none of them 0, either all eight or at most six around a `::`: RFC 5952 spells them so. Where the `::`
 * comes first, an IPv4 address may be meant.
 */
const plainGroups =
  /^(?:(?=(?:[^:]*:){2,6}[^:]*$)[1-9a-f][\da-f]{0,3}(?::[1-9a-f][\da-f]{0,3})*::[1-9a-f][\da-f]{0,3}(?::[1-9a-f][\da-f]{0,3})*|(?:[1-9a-f][\da-f]{0,3}:){7}[1-9a-f][\da-f]{0,3})$/;

/** The address in its one spelling, so that equal addresses are equal strings; undefined where the text is no address. */
export function canonicalAddress(text: string): string | undefined {
  // Most of the hundreds of thousands of addresses of a large cluster are spelled so already.
  if (plainQuad.test(text) || plainGroups.test(text)) return text;
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
}
