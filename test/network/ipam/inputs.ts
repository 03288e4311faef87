import type { CustomObject, Node } from '../../../src/cluster/wire.ts';
import type { PodAddress } from '../../../src/network/duplicates.ts';
import type { UsageInputs } from '../../../src/network/ipam/pool-usages.ts';

/** A live pod of node `a` with one address; what matters is overridden. */
export function pod(name: string, address: string, more: Partial<PodAddress> = {}): PodAddress {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    node: 'a',
    addresses: [address],
    hostNetwork: false,
    phase: 'Running',
    terminating: false,
    virtualMachine: null,
    createdAt: '2026-01-01T00:00:00Z',
    ...more,
  };
}

/** So many live pods with the addresses from `first` on, e.g. `10.244.1.` and 2. */
export function pods(count: number, prefix: string, first = 2): PodAddress[] {
  return Array.from({ length: count }, (_, index) => pod(`p${index}`, `${prefix}${first + index}`));
}

export function node(name: string, more: Partial<Node> = {}): Node {
  return { ...more, metadata: { name, ...more.metadata } };
}

export function object(name: string, parts: Pick<CustomObject, 'spec' | 'status'>): CustomObject {
  return { metadata: { name }, ...parts };
}

/** Inputs about node `a`, with nothing in them but what is given. */
export function inputs(parts: Partial<UsageInputs>): UsageInputs {
  return { plugin: null, settings: {}, node: 'a', nodes: [node('a')], pods: [], objects: {}, ...parts };
}
