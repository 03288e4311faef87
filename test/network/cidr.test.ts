import { isIP, isIPv4 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  formatAddress,
  cidrContains,
  cidrCovers,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  hostCidr,
  parseAddress,
  parseCidr,
  parseRange,
  type Cidr,
} from '../../src/network/cidr.ts';

function cidr(text: string): Cidr {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`no range: ${text}`);
  return parsed;
}

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['FD00:0:0::1', 'fd00::1'],
    ['fd00:0000:0000:0000:0000:0000:0000:0001', 'fd00::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:0a00:1', '10.0.0.1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ])('spells %s as %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.01',
    '0x0a.0.0.1',
    '167772161',
    '10.0.0.1/32',
    'fe80::1%eth0',
    '::ffff:010.0.0.1',
    '::g',
    '1:2',
    'None',
    '1::2::3',
  ])('takes %j for no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('accepts what the platform accepts, for any text made of the characters of addresses', () => {
    const characters = fc.constantFrom(...Array.from('0123456789abcdef.:::%/ '));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 24 }), (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
      { numRuns: 3000 },
    );
  });

  it('spells the addresses that it accepts, and nothing else', () => {
    const characters = fc.constantFrom(...Array.from('0125.....:'));
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 7, maxLength: 15 }), (text) => {
        const address = parseAddress(text);
        expect(canonicalAddress(text)).toBe(address === undefined ? undefined : formatAddress(address));
      }),
      { numRuns: 5000 },
    );
  });

  it('spells IPv6 addresses as parsing and writing them would', () => {
    const group = fc.constantFrom('', '0', '1', 'a', '0a', 'ab', '10', 'abcd', 'ABCD', 'ffff', '10.0.0.1');
    fc.assert(
      fc.property(fc.array(group, { minLength: 2, maxLength: 9 }), (groups) => {
        const text = groups.join(':');
        const address = parseAddress(text);
        expect(canonicalAddress(text)).toBe(address === undefined ? undefined : formatAddress(address));
      }),
      { numRuns: 20_000 },
    );
  });

  it('reads every address that it writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text);
        expect(canonical).toBeDefined();
        expect(parseAddress(canonical ?? '')).toEqual(parseAddress(text));
      }),
    );
  });
});

describe('ranges', () => {
  it.each([
    ['10.0.0.7/24', '10.0.0.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['fd00::5/64', 'fd00::/64'],
    ['::/0', '::/0'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('spells %s as %s', (text, expected) => {
    expect(formatCidr(cidr(text))).toBe(expected);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/24/1',
    'fd00::/129',
    '::ffff:10.0.0.0/64',
    '/24',
    '10.0.0.0/2 4',
  ])('takes %j for no range', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('counts addresses', () => {
    expect(cidrSize(cidr('10.0.0.0/26'))).toBe(64n);
    expect(cidrSize(cidr('fd00::/64'))).toBe(2n ** 64n);
    expect(cidrSize(cidr('10.0.0.1'))).toBe(1n);
  });

  it('never mixes the families', () => {
    expect(cidrsOverlap(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false);
    expect(cidrCovers(cidr('::/0'), cidr('10.0.0.0/8'))).toBe(false);
  });

  it('overlaps exactly when one covers the other', () => {
    const range = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => cidr(`${address}/${prefix}`));
    fc.assert(
      fc.property(range, range, (a, b) => {
        expect(cidrsOverlap(a, b)).toBe(cidrCovers(a, b) || cidrCovers(b, a));
      }),
    );
  });

  it('contains the addresses from first to last and no others', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 128 }), (text, bits) => {
        const range = parseCidr(`${text}/${isIPv4(text) ? bits % 33 : bits}`);
        const address = parseAddress(text);
        if (range === undefined || address === undefined) return;
        expect(cidrContains(range, address)).toBe(true);
        expect(cidrContains(range, { family: range.family, value: range.last + 1n })).toBe(false);
        expect(cidrContains(range, { family: range.family, value: range.first - 1n })).toBe(false);
        expect(parseCidr(formatCidr(range))).toEqual(range);
        expect(cidrCovers(range, hostCidr(address))).toBe(true);
      }),
    );
  });
});
