import { describe, expect, it } from 'vitest';
import { parseAddress, type Address } from '../../src/network/cidr.ts';
import { parseLinks } from '../../src/network/links.ts';
import {
  bridgeAddress,
  foreignSubnets,
  peerRoutes,
  pluginsWithPods,
  strayHostRoutes,
  tunnels,
  vethName,
} from '../../src/network/route-checks.ts';
import { lookupRoute, parseRoutes, type Route } from '../../src/network/routes.ts';

// The shapes that iproute2 6.1 prints.
const output = JSON.stringify([
  { dst: 'default', gateway: '10.0.0.1', dev: 'eth0', flags: [] },
  { dst: 'default', gateway: 'fd00::1', dev: 'eth0', metric: 1024, flags: [], pref: 'medium' },
  { dst: '10.0.0.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link', prefsrc: '10.0.0.5', flags: [] },
  { dst: '10.244.2.0/24', gateway: '10.244.2.0', dev: 'flannel.1', flags: ['onlink'] },
  { dst: '10.244.3.0/24', dev: 'cni0', scope: 'link', flags: [] },
  { dst: '10.244.4.0/24', gateway: '10.0.0.9', dev: 'eth0', flags: ['linkdown'] },
  { dst: '192.168.12.66', dev: 'cali123', scope: 'link', flags: [] },
  { type: 'blackhole', dst: '192.168.12.64/26', protocol: 80, flags: [] },
  { dst: '10.1.0.0/24', gateway: '10.0.0.7', dev: 'eth0', flags: [], metrics: [{ mtu: 1400 }] },
  { dst: '10.2.0.0/24', flags: [], nexthops: [{ gateway: '10.0.0.8', dev: 'eth0', weight: 1, flags: [] }] },
  { type: 'local', dst: '10.0.0.5', dev: 'eth0', table: 'local', protocol: 'kernel', scope: 'host', flags: [] },
  { dst: '10.244.9.0/24', dev: 'wireguard.cali', table: '1', flags: [] },
]);

const routes: readonly Route[] = parseRoutes(output) ?? [];

function at(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  return address;
}

describe('parseRoutes', () => {
  it.each(['', '[]', '[ ]', '[{}]', ' \n'])('takes %j for no routes', (text) => {
    expect(parseRoutes(text)).toEqual([]);
  });

  it.each(['default via 10.0.0.1 dev eth0', '{"dst":"default"}', '[', 'null'])('takes %j for no output of ip -j', (text) => {
    expect(parseRoutes(text)).toBeUndefined();
  });

  it('reads every shape', () => {
    expect(routes).toHaveLength(12);
    expect(routes.find(({ type }) => type === 'blackhole')).toMatchObject({ protocol: '80', hops: [], table: 'main' });
    expect(routes.find(({ mtu }) => mtu !== null)).toMatchObject({ mtu: 1400 });
    expect(lookupRoute(routes, at('10.2.0.1'))).toMatchObject({ hops: [{ device: 'eth0', gateway: at('10.0.0.8') }] });
  });

  it('passes over what is no route', () => {
    expect(parseRoutes('[1, null, {"dst": "nonsense"}, {"dst": 5}]')).toEqual([]);
  });

  it('tells the family of a default route without gateway', () => {
    const [v4, v6] = parseRoutes('[{"dst":"default","dev":"a","flags":[]},{"dst":"default","dev":"a","flags":[],"pref":"medium"}]') ?? [];
    expect([v4?.destination.family, v6?.destination.family]).toEqual([4, 6]);
  });

  it('reads an IPv4 default route through an IPv6 next hop', () => {
    const [route] = parseRoutes('[{"dst":"default","via":{"family":"inet6","host":"fe80::1"},"dev":"a","flags":[]}]') ?? [];
    expect(route).toMatchObject({ destination: { family: 4 }, hops: [{ gateway: at('fe80::1') }] });
  });
});

describe('lookupRoute', () => {
  it.each([
    ['8.8.8.8', 'eth0', 0],
    ['10.0.0.77', 'eth0', 24],
    ['10.244.2.9', 'flannel.1', 24],
    ['192.168.12.66', 'cali123', 32],
    ['192.168.12.67', undefined, 26],
    ['10.0.0.5', 'eth0', 32],
    ['fd01::1', 'eth0', 0],
    ['10.244.9.1', 'eth0', 0],
  ])('sends %s to %s', (address, device, prefix) => {
    const route = lookupRoute(routes, at(address));
    expect([route?.hops[0]?.device, route?.destination.prefix]).toEqual([device, prefix]);
  });

  it('prefers the lower metric among equal prefixes', () => {
    const two =
      parseRoutes('[{"dst":"10.0.0.0/8","dev":"a","metric":200,"flags":[]},{"dst":"10.0.0.0/8","dev":"b","metric":100,"flags":[]}]') ?? [];
    expect(lookupRoute(two, at('10.1.1.1'))?.hops[0]?.device).toBe('b');
  });

  it('goes on to the next table past a throw route', () => {
    const two = parseRoutes('[{"type":"throw","dst":"10.0.0.0/8","table":"5","flags":[]},{"dst":"10.0.0.0/8","dev":"b","flags":[]}]') ?? [];
    expect(lookupRoute(two, at('10.1.1.1'), ['5', 'main'])?.hops[0]?.device).toBe('b');
  });

  it('finds nothing where no route matches', () => {
    expect(lookupRoute([], at('10.0.0.1'))).toBeUndefined();
  });
});

describe('peerRoutes', () => {
  it.each([
    ['10.244.2.0/24', null],
    ['10.244.3.0/24', 'linked-here'],
    ['10.244.4.0/24', 'link-down'],
    ['10.244.7.0/24', 'default-route'],
    ['192.168.12.64/26', 'discarded'],
  ])('judges the route to %s as %s', (cidr, fault) => {
    const [peer] = peerRoutes(
      routes.filter(({ destination }) => destination.prefix < 32),
      [{ node: 'other', cidr }],
    );
    expect(peer?.fault).toBe(fault);
  });

  it('says so when there is no route at all', () => {
    expect(peerRoutes([], [{ node: 'other', cidr: '10.244.2.0/24' }])).toMatchObject([{ fault: 'no-route' }]);
  });
});

const linkOutput = JSON.stringify([
  { ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], mtu: 65536, addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'eth0', flags: ['UP', 'LOWER_UP'], mtu: 1500, operstate: 'UP', addr_info: [{ local: '10.0.0.5', prefixlen: 24 }] },
  {
    ifname: 'flannel.1',
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    mtu: 1450,
    operstate: 'UNKNOWN',
    linkinfo: { info_kind: 'vxlan' },
    addr_info: [{ local: '10.244.1.0', prefixlen: 32 }],
  },
  {
    ifname: 'cni0',
    flags: ['UP', 'LOWER_UP'],
    mtu: 1450,
    addr_info: [
      { local: '10.244.1.1', prefixlen: 24 },
      { local: 'fe80::1', prefixlen: 64 },
    ],
  },
  { ifname: 'cali123', flags: ['UP', 'LOWER_UP'], mtu: 1450 },
  { flags: [] },
]);
const links = parseLinks(linkOutput) ?? [];

describe('checks of interfaces', () => {
  it('reads interfaces and takes operstate UNKNOWN for up', () => {
    expect(links.map(({ name, up }) => [name, up])).toEqual([
      ['lo', true],
      ['eth0', true],
      ['flannel.1', true],
      ['cni0', true],
      ['cali123', true],
    ]);
    expect(links[2]?.kind).toBe('vxlan');
  });

  it('compares the bridge with the node CIDR', () => {
    expect(bridgeAddress(links, ['10.244.1.0/24'])).toMatchObject({ matches: true });
    expect(bridgeAddress(links, ['10.244.6.0/24'])).toEqual({
      bridge: 'cni0',
      actual: ['10.244.1.1'],
      expected: ['10.244.6.1'],
      matches: false,
    });
    expect(bridgeAddress(links, [])).toBeUndefined();
    expect(bridgeAddress([], ['10.244.1.0/24'])).toBeUndefined();
  });

  it('names the plugins that made pods here', () => {
    expect(pluginsWithPods(links, routes)).toEqual(['bridge', 'calico']);
  });

  it('knows how far a tunnel may go', () => {
    expect(tunnels(links, routes)).toEqual([{ device: 'flannel.1', up: true, addresses: ['10.244.1.0'], mtu: 1450, mtuCeiling: 1450 }]);
  });

  it('finds a NIC whose subnet lies in a pod range', () => {
    expect(foreignSubnets(links, ['10.0.0.0/16', '10.244.0.0/16'])).toEqual([
      { device: 'eth0', subnet: '10.0.0.0/24', range: '10.0.0.0/16' },
    ]);
  });

  it('finds a host route that leads into another pod', () => {
    const pod = {
      namespace: 'shop',
      name: 'a',
      uid: 'u',
      node: 'n',
      addresses: ['192.168.12.66'],
      hostNetwork: false,
      phase: 'Running',
      terminating: false,
      virtualMachine: null,
      createdAt: null,
    };
    const own = vethName('cali', pod);
    const route = (device: string): readonly Route[] =>
      parseRoutes(`[{"dst":"192.168.12.66","dev":"${device}","scope":"link","flags":[]}]`) ?? [];
    expect(strayHostRoutes(route(own), [pod])).toEqual([]);
    expect(strayHostRoutes(route('cali0123456789a'), [pod])).toMatchObject([{ device: 'cali0123456789a', expectedDevice: own }]);
  });
});
