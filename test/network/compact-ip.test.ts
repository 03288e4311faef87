import { describe, expect, it } from 'vitest';
import { compactLinks, compactRoutes } from '../../src/network/compact-ip.ts';
import { parseLinks } from '../../src/network/links.ts';
import { parseRoutes } from '../../src/network/routes.ts';

/** What iproute2 6.1 printed on a node. */
const routes = JSON.stringify([
  { dst: 'default', gateway: '10.0.0.1', dev: 'eth0', flags: [] },
  { dst: '10.244.2.0/24', gateway: '10.244.2.0', dev: 'flannel.1', flags: ['onlink'] },
  { type: 'blackhole', dst: '192.168.12.64/26', protocol: '80', flags: [] },
  { dst: '10.1.0.0/24', gateway: '10.0.0.7', dev: 'eth0', flags: [], metrics: [{ mtu: 1400 }] },
  { dst: '10.2.0.0/24', flags: [], nexthops: [{ gateway: '10.0.0.8', dev: 'eth0', weight: 1, flags: [] }] },
  { type: 'local', dst: '10.0.0.5', dev: 'eth0', table: 'local', protocol: 'kernel', scope: 'host', prefsrc: '10.0.0.5', flags: [] },
  { dst: 'default', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth1', metric: 20, flags: [] },
  { dst: 'fd00::/64', dev: 'eth0', protocol: 'kernel', metric: 256, flags: [], pref: 'medium' },
]);
const links = JSON.stringify([
  {
    ifindex: 5,
    link: 'eth0',
    ifname: 'flannel.1',
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu: 1450,
    qdisc: 'noqueue',
    operstate: 'UNKNOWN',
    ifalias: 'whatever people write there',
    address: '86:47:32:4d:c4:ef',
    linkinfo: { info_kind: 'vxlan', info_data: { id: 1, port: 8472 } },
    addr_info: [{ family: 'inet', local: '10.244.1.0', prefixlen: 32, scope: 'global', label: 'flannel.1', valid_life_time: 4294967295 }],
  },
  { ifindex: 9, ifname: 'eth0', flags: [], mtu: 1500 },
]);

describe('what ip printed, made short', () => {
  it('reads as it did before', () => {
    expect(parseRoutes(compactRoutes(routes))).toEqual(parseRoutes(routes));
    expect(parseLinks(compactLinks(links))).toEqual(parseLinks(links));
  });

  it('is without what nothing reads, and without free text', () => {
    expect(compactLinks(links).length).toBeLessThan(links.length * 0.6);
    expect(compactLinks(links)).not.toContain('whatever people write');
  });

  it('is without routes that lead to no pod and no node', () => {
    const idle = ['broadcast', 'multicast', 'anycast'].map((type) => ({ type, dst: '10.0.0.255', dev: 'eth0', table: 'local', flags: [] }));

    expect(compactRoutes(JSON.stringify(idle))).toBe('[]');
  });

  it.each(['', '[ ]', '[{}]'])('is an empty list where ip printed %j', (output) => {
    expect([compactRoutes(output), compactLinks(output)]).toEqual(['[]', '[]']);
  });

  it('stays as it is where it is no such output', () => {
    expect([compactRoutes('1: lo'), compactLinks('{"a":1}')]).toEqual(['1: lo', '{"a":1}']);
  });
});
