import type { Connectivity, ProbedFrom } from '../../../src/collectors/connectivity.ts';
import type { NodeNetwork } from '../../../src/collectors/node-view.ts';
import type { ProbeOutcome } from '../../../src/collectors/prober.ts';
import type { ClusterPlugin } from '../../../src/collectors/plugins.ts';
import type { Evidence } from '../../../src/core/evidence.ts';
import type { Case } from '../../../src/core/runbook.ts';
import { situationOf } from '../../../src/runbooks/rules/situation.ts';
import type { Situation } from '../../../src/runbooks/rules/situation.ts';
import type { Node, Pod } from '../../../src/cluster/wire.ts';
import { aNode, aPod, moment } from '../../support/objects.ts';

/** Three Ready nodes; the pod is on worker-2. */
export const nodes: readonly Node[] = [1, 2, 3].map((index) =>
  aNode({
    name: `worker-${index}`,
    spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] },
    status: { addresses: [{ type: 'InternalIP', address: `192.0.2.${10 + index}` }] },
  }),
);

export const pod: Pod = aPod({
  name: 'web',
  spec: { nodeName: 'worker-2' },
  status: { podIP: '10.244.2.7', podIPs: [{ ip: '10.244.2.7' }] },
});

const at: Case = {
  ...moment,
  target: { kind: 'pod', namespace: 'shop', name: 'web', node: null },
  alert: { alertname: 'KubeNetworkPluginError', labels: {}, status: 'firing' },
};

/** The pod's situation under a plugin; Flannel unless said otherwise. */
export function situation(plugin: Partial<ClusterPlugin> = {}, about: Pod = pod): Situation {
  const main: ClusterPlugin = {
    id: 'flannel',
    title: 'Flannel',
    role: 'main',
    active: true,
    version: null,
    enforcesPolicy: true,
    needsPodCidr: true,
    pool: 'pod CIDR',
    settings: {},
    ...plugin,
  };
  const plugins = { plugins: [main], main: main.id, conflict: null, k3sEmbedded: false, workloads: [], kinds: [], unread: [] };
  return situationOf({ pod: { pod: about, troubled: [] }, node: nodes[1], plugins }, at);
}

export function collected<T>(value: T): Evidence<T> {
  return { status: 'collected', value, command: 'see', collectedAt: moment.now, truncated: null, durationMs: 1 };
}

export const notRead: Evidence<never> = {
  status: 'missing',
  reason: 'manual',
  why: 'no agent runs on worker-2',
  command: '',
  durationMs: 0,
};

/** What came of one TCP connection and one HTTP request from a node. */
export function fromNode(node: string, outcome: ProbeOutcome['outcome'], changes: Partial<ProbedFrom> = {}): ProbedFrom {
  const connected = outcome === 'open';
  const attempt = { address: '10.244.2.7', port: 8080, outcome, connected, text: outcome === 'open' ? '' : 'its words', durationMs: 2000 };
  return {
    from: `node ${node}`,
    kind: 'node',
    node,
    restrictedBy: [],
    attempts: [
      { ...attempt, kind: 'tcp', path: null },
      { ...attempt, kind: 'http', path: '/' },
    ],
    ...changes,
  };
}

/** The same from a pod on that node. */
export function fromPod(node: string, outcome: ProbeOutcome['outcome'], changes: Partial<ProbedFrom> = {}): ProbedFrom {
  return fromNode(node, outcome, { from: `pod podnet-triage/worker-on-${node}`, kind: 'pod', ...changes });
}

/** From a node whose connections stand, but whose requests are not answered. */
export function stalledFrom(node: string): ProbedFrom {
  const { attempts, ...source } = fromNode(node, 'open');
  return {
    ...source,
    attempts: attempts.map((one) => (one.kind === 'tcp' ? one : { ...one, outcome: 'timeout', text: 'connected, but no HTTP answer' })),
  };
}

export function connectivityOf(...places: readonly ProbedFrom[]): Evidence<Connectivity> {
  return collected(places);
}

interface Link {
  readonly ifname: string;
  readonly mtu?: number;
  readonly down?: true;
  /** With its prefix. */
  readonly address?: string;
}

/** The network of a node of Flannel's, as its agent shows it: healthy but for the changes. */
export function flannelNode(
  index: number,
  changes: { links?: readonly Link[]; routes?: readonly object[]; without?: readonly string[] } = {},
): NodeNetwork {
  const { links: more = [], routes: added = [], without = [] } = changes;
  const usual: Link[] = [
    { ifname: 'eth0', mtu: 1500, address: `192.0.2.${10 + index}/24` },
    { ifname: 'flannel.1', mtu: 1450, address: `10.244.${index}.0/32` },
    { ifname: 'cni0', mtu: 1450, address: `10.244.${index}.1/24` },
    { ifname: 'veth1a2b', mtu: 1450 },
  ];
  const links = [...usual.filter(({ ifname }) => !more.some((one) => one.ifname === ifname)), ...more];
  const peers = [1, 2, 3].filter((peer) => peer !== index);
  const routes: { dst: string }[] = [
    { dst: 'default', gateway: '192.0.2.1', dev: 'eth0' },
    { dst: '192.0.2.0/24', dev: 'eth0', scope: 'link' },
    { dst: `10.244.${index}.0/24`, dev: 'cni0', scope: 'link' },
    ...peers.map((peer) => ({ dst: `10.244.${peer}.0/24`, gateway: `10.244.${peer}.0`, dev: 'flannel.1', flags: ['onlink'] })),
  ] as never;
  const shown = links.map(({ ifname, mtu = 1500, down, address }) => {
    const [local, prefix] = address?.split('/') ?? [];
    const flags = down === true ? ['BROADCAST'] : ['BROADCAST', 'UP', 'LOWER_UP'];
    return { ifname, mtu, flags, addr_info: local === undefined ? [] : [{ family: 'inet', local, prefixlen: Number(prefix) }] };
  });
  return {
    node: `worker-${index}`,
    routes: JSON.stringify([...routes.filter(({ dst }) => !without.includes(dst)), ...added]),
    addresses: JSON.stringify(shown),
    links: JSON.stringify(shown),
  };
}
