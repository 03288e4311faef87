import type { CustomObject } from '../../src/cluster/wire.ts';
import { nodeName, nodeRange, nodeRange6, podPlan } from './plan.ts';
import type { ClusterSize } from './plan.ts';
import { uid } from './pods.ts';

const blockSize = 64;
/** The first addresses of a block stay free, as in the plan of the pods. */
const firstOrdinal = 2;

/** The IPAMBlocks of a node, one for each family, as Calico writes them: who holds each address, under which handle, since when. */
export function nodeBlocks(size: ClusterSize, node: number): readonly CustomObject[] {
  const cidrs = [nodeRange(node).replace('/25', '/26'), ...(size.dualStack === true ? [nodeRange6(node).replace('/64', '/122')] : [])];
  const pods = Array.from({ length: Math.min(size.podsPerNode, blockSize - firstOrdinal) }, (_, host) =>
    podPlan(size, host * size.nodes + node),
  );
  const isTaken = (ordinal: number): boolean => ordinal >= firstOrdinal && ordinal < firstOrdinal + pods.length;
  const ordinals = Array.from({ length: blockSize }, (_, ordinal) => ordinal);
  return cidrs.map((cidr) => ({
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'IPAMBlock',
    metadata: {
      name: cidr.replaceAll(/[.:/]+/g, '-'),
      uid: uid(20, node),
      resourceVersion: String(600_000 + node),
      annotations: { 'projectcalico.org/metadata': '{"creationTimestamp":null}' },
    },
    spec: {
      affinity: `host:${nodeName(node)}`,
      allocations: ordinals.map((ordinal) => (isTaken(ordinal) ? ordinal - firstOrdinal : null)),
      attributes: pods.map(({ index, namespace, name, node: host }) => ({
        handle_id: `k8s-pod-network.${uid(21, index).replaceAll('-', '').repeat(2)}`,
        secondary: { namespace, node: host, pod: name, timestamp: '2026-03-01 08:00:00.123456789 +0000 UTC' },
      })),
      cidr,
      deleted: false,
      sequenceNumber: node,
      sequenceNumberForAllocation: {},
      strictAffinity: false,
      unallocated: ordinals.filter((ordinal) => !isTaken(ordinal)),
    },
  }));
}
