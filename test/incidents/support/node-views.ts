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
  readonly prefsrc?: string;
  readonly flags?: readonly string[];
}

/** The one node of the test clusters that has an agent. */
const agentNode = 'worker-2';

/** A node agent that sees these interfaces and routes, as iproute2 prints them. */
export function nodeView({ links, routes }: { links: readonly TestLink[]; routes: readonly TestRoute[] }): NodeView {
  const shown = links.map(({ ifname, mtu, up, address, parent }, index) => {
    const [local = '', prefix = '32'] = address.split('/');
    const tunnel = /^(tunl|flannel|vxlan)/.test(ifname);
    const kind = ifname.startsWith('tunl') ? 'ipip' : 'vxlan';
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
  const seen = { routes: JSON.stringify(routes.map((route) => ({ flags: [], ...route }))), addresses: JSON.stringify(shown), links: JSON.stringify(shown) };
  return {
    nodes: async () => [agentNode],
    network: async (node) => (node === agentNode ? { node, ...seen } : undefined),
    probe: async () => undefined,
  };
}

/** The routes that every node has: its network and the way out. */
export function routesOf(address: string): TestRoute[] {
  return [
    { dst: 'default', gateway: '192.0.2.1', dev: 'eth0' },
    { dst: '192.0.2.0/24', dev: 'eth0', scope: 'link', prefsrc: address },
  ];
}
