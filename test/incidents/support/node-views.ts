import type { NodeView } from '../../../src/collectors/node-view.ts';

interface TestLink {
  readonly ifname: string;
  readonly mtu: number;
  readonly up: boolean;
  /** With its prefix. */
  readonly address: string;
  readonly parent?: string;
}

interface TestRoute {
  readonly dst: string;
  readonly dev: string;
  readonly gateway?: string;
  readonly scope?: string;
  readonly flags?: readonly string[];
}

/** A node agent that sees these interfaces and routes on every node, as iproute2 prints them. */
export function nodeView({ links, routes }: { links: readonly TestLink[]; routes: readonly TestRoute[] }): NodeView {
  const shown = links.map(({ ifname, mtu, up, address, parent }, index) => {
    const [local = '', prefix = '32'] = address.split('/');
    const tunnel = /^(tunl|flannel|vxlan)/.test(ifname);
    const kind = /^tunl/.test(ifname) ? 'ipip' : 'vxlan';
    return {
      ifindex: index + 2,
      ifname,
      ...(parent === undefined ? {} : { link: parent }),
      flags: ['BROADCAST', 'MULTICAST', ...(up ? ['UP', 'LOWER_UP'] : [])],
      mtu,
      qdisc: 'noqueue',
      operstate: up ? (tunnel ? 'UNKNOWN' : 'UP') : 'DOWN',
      ...(tunnel ? { linkinfo: { info_kind: kind, info_data: kind === 'vxlan' ? { id: 1, link: parent, port: 8472 } : {} } } : {}),
      addr_info: [{ family: 'inet', local, prefixlen: Number(prefix), scope: 'global', label: ifname }],
    };
  });
  return { network: async (node) => ({ node, routes: JSON.stringify(routes.map((route) => ({ flags: [], ...route }))), addresses: JSON.stringify(shown), links: JSON.stringify(shown) }) };
}

/** The routes that every node has: its network and the way out. */
export function routesOf(address: string): TestRoute[] {
  return [
    { dst: 'default', gateway: '192.0.2.1', dev: 'eth0' },
    { dst: '192.0.2.0/24', dev: 'eth0', scope: 'link', ...{ prefsrc: address } },
  ];
}
