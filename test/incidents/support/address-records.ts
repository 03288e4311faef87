import type { KubernetesObject } from '../../../src/cluster/wire.ts';
import { before, days } from './clock.ts';
import type { TestCluster } from './test-cluster.ts';

/** Brings a node to so many live pods with addresses of its own; those it has already count. */
export function fillNode(cluster: TestCluster, node: string, count: number): void {
  const living = cluster.objects.filter((one) => {
    const { spec, status } = one as { spec?: { nodeName?: string; hostNetwork?: boolean }; status?: { phase?: string } };
    return one.kind === 'Pod' && spec?.nodeName === node && spec.hostNetwork !== true && status?.phase === 'Running';
  }).length;
  for (let number = living; number < count; number += 1) cluster.runningPod('shop', `load-${number}`, node);
}

/** A block of Calico's and who holds its addresses. */
export interface Block {
  readonly cidr: string;
  readonly node: string;
  /** Live pods that are made for it, from its first address on. */
  readonly live: number;
  /** Further addresses that belong to pods which are gone. */
  readonly leaked?: number;
}

/** IPAMBlocks and BlockAffinities, with the live pods that hold their addresses (projectcalico/calico: ipamblocks.go). */
export function addCalicoBlocks(cluster: TestCluster, blocks: readonly Block[]): void {
  for (const block of blocks) addBlock(cluster, block);
}

function addBlock(cluster: TestCluster, { cidr, node, live, leaked = 0 }: Block): void {
  const [network = '', prefix = '26'] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const start = network.split('.').map(Number);
  const address = (ordinal: number): string => [...start.slice(0, 3), (start[3] ?? 0) + ordinal].join('.');
  const attributes: object[] = [];
  const allocations: (number | null)[] = Array.from({ length: size }, () => null);
  const give = (ordinal: number, pod: string): void => {
    allocations[ordinal] = attributes.length;
    attributes.push({ handle_id: `k8s-pod-network.${ordinal}${node}`, secondary: { namespace: 'shop', node, pod, timestamp: before(days(4)) } });
  };
  for (let ordinal = 0; ordinal < live; ordinal += 1) {
    const pod = cluster.runningPod('shop', `load-${ordinal}`, node, (one) => {
      if (one.status) Object.assign(one.status, { podIP: address(ordinal), podIPs: [{ ip: address(ordinal) }] });
    });
    give(ordinal, pod.metadata?.name ?? '');
  }
  for (let ordinal = live; ordinal < live + leaked; ordinal += 1) give(ordinal, `batch-29201${ordinal}-gone${ordinal}`);
  const name = cidr.replaceAll(/[./]/g, '-');
  const unallocated = allocations.flatMap((one, ordinal) => (one === null ? [ordinal] : []));
  cluster.add({ apiVersion: 'crd.projectcalico.org/v1', kind: 'IPAMBlock', metadata: { name, uid: cluster.uid(), creationTimestamp: before(days(19)) }, spec: { affinity: `host:${node}`, allocations, attributes, cidr, deleted: false, strictAffinity: false, unallocated } } as KubernetesObject);
  cluster.add({ apiVersion: 'crd.projectcalico.org/v1', kind: 'BlockAffinity', metadata: { name: `${node}-${name}`, uid: cluster.uid(), creationTimestamp: before(days(19)) }, spec: { cidr, deleted: 'false', node, state: 'confirmed' } } as KubernetesObject);
}
