import { execFileSync } from 'node:child_process';
import { eventually } from '../support/eventually.ts';
import type { Namespace, Namespaces } from './namespaces.ts';

/** One node with one pod, wired as Flannel wires them. */
export interface LabNode {
  readonly name: string;
  readonly index: number;
  readonly node: Namespace;
  readonly pod: Namespace;
  readonly address: string;
  readonly podAddress: string;
}

/** Two nodes on one wire, their pods behind `cni0`, VXLAN between them, all as Flannel sets it up. */
export interface FlannelCluster {
  readonly first: LabNode;
  readonly second: LabNode;
  /** Puts every route, link, MTU and neighbour back to what is healthy, and waits until the pods' links carry packets. */
  heal(): Promise<void>;
}

export interface PodAddresses {
  readonly first: string;
  readonly second: string;
}

/** Builds `worker-1` and `worker-2` with one pod each. */
export async function flannelCluster(namespaces: Namespaces, pods: PodAddresses): Promise<FlannelCluster> {
  const first = labNode(namespaces, { name: 'worker-1', index: 1, podAddress: pods.first });
  const second = labNode(namespaces, { name: 'worker-2', index: 2, podAddress: pods.second });
  wire(first, second);
  const cluster: FlannelCluster = { first, second, heal: async () => heal(first, second) };
  for (const node of [first, second]) plugIn(node);
  answerOverTheWire(second, first);
  await cluster.heal();
  return cluster;
}

function labNode(namespaces: Namespaces, { name, index, podAddress }: Pick<LabNode, 'name' | 'index' | 'podAddress'>): LabNode {
  const node = namespaces.make(`node${index}`);
  // The kernel forwards between pods and wire only where it is told to.
  execFileSync(node.enter[0] ?? '', [...node.enter.slice(1), 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0']);
  return { name, index, podAddress, node, pod: namespaces.make(`pod${index}`), address: `192.0.2.${10 + index}` };
}

function wire(first: LabNode, second: LabNode): void {
  first.node.ip(`link add eth0 type veth peer name eth0 netns ${second.node.name}`);
  for (const { node, address } of [first, second]) {
    node.ip(`addr add ${address}/24 dev eth0`);
    node.ip('link set eth0 up');
    node.ip('route add default via 192.0.2.1');
  }
}

function macOf({ index }: LabNode): string {
  return `02:00:00:00:00:0${index}`;
}

function plugIn(one: LabNode): void {
  const { node, pod, index, address, podAddress } = one;
  node.ip(`link add flannel.1 address ${macOf(one)} type vxlan id 1 local ${address} dev eth0 dstport 8472 nolearning`);
  node.ip(`addr add 10.244.${index}.0/32 dev flannel.1`);
  node.ip('link add cni0 type bridge');
  node.ip(`addr add 10.244.${index}.1/24 dev cni0`);
  node.ip(`link add veth0 type veth peer name eth0 netns ${pod.name}`);
  node.ip('link set veth0 master cni0');
  pod.ip(`addr add ${podAddress}/24 dev eth0`);
}

/**
 * What a pod sends to another node's own address is masqueraded as its node's, so that the answer needs no overlay. Here a rule for
 * what the node itself sends stands for that.
 */
function answerOverTheWire({ node }: LabNode, { podAddress, address }: LabNode): void {
  node.ip(`route add ${podAddress}/32 via ${address} table 100`);
  node.ip(`rule add iif lo to ${podAddress}/32 lookup 100`);
}

async function heal(first: LabNode, second: LabNode): Promise<void> {
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const { node, pod, index, podAddress } = one;
    node.ip('link set eth0 mtu 1500');
    for (const device of ['flannel.1', 'cni0', 'veth0']) node.ip(`link set ${device} up mtu 1450`);
    pod.ip('link set eth0 up mtu 1450');
    pod.ip(`route replace default via 10.244.${index}.1`);
    node.ip(`route flush exact ${podAddress}/32`);
    for (const peer of [0, other.index]) node.ip(`route replace 10.244.${peer}.0/24 via 10.244.${peer}.0 dev flannel.1 onlink`);
    node.ip(`neigh replace 10.244.${other.index}.0 lladdr ${macOf(other)} dev flannel.1 nud permanent`);
    node.bridge(`fdb replace ${macOf(other)} dev flannel.1 dst ${other.address}`);
  }
  for (const { node, pod } of [first, second]) {
    await eventually(() => node.bridge('link show dev veth0').includes('state forwarding'));
    node.ip('neigh flush dev cni0');
    pod.ip('neigh flush dev eth0');
  }
}
