import type { Pod } from '../cluster/wire.ts';
import { oncePer } from '../core/once-per.ts';
import { canonicalAddress } from './cidr.ts';

/** What is kept of each pod to tell who holds which address; small, since a cluster has 150,000 of them. */
export interface PodAddress {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Null while it is not scheduled. */
  readonly node: string | null;
  /** Every address of `status.podIPs`, in canonical form. */
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  readonly phase: string;
  /** It is being deleted: its address may be free again before the object is gone. */
  readonly terminating: boolean;
  /** The KubeVirt virtual machine that it runs; null for other pods. */
  readonly virtualMachine: string | null;
  /** RFC 3339; null in hand-written files. */
  readonly createdAt: string | null;
}

/** An address that something other than a pod holds: a node's own, its tunnel's, a Service's. */
export interface ReservedAddress {
  readonly address: string;
  readonly kind: 'Node' | 'NodeTunnel' | 'Service';
  /** The node, or `namespace/name` of the Service. */
  readonly owner: string;
}

/** An address that more than one live holder claims. */
export interface SharedAddress {
  readonly address: string;
  /** Live pods with it, by namespace and name. */
  readonly pods: readonly PodAddress[];
  /** What else has it. */
  readonly reserved: readonly ReservedAddress[];
  /** `weak` where it takes a pod on a node that reports no more: its status is frozen, its address may be long free. */
  readonly strength: 'firm' | 'weak';
}

export interface AddressSurroundings {
  readonly reserved?: readonly ReservedAddress[];
  /** Nodes whose Ready condition is Unknown. */
  readonly silentNodes?: ReadonlySet<string>;
}

/** The record of one pod. Its addresses come from `status.podIPs`, or `status.podIP` where that is all there is. */
export function podAddress(pod: Pod): PodAddress {
  const { metadata, spec, status } = pod;
  // The one address is the first of the list as well.
  const texts = new Set([...(status?.podIPs ?? []).map(({ ip }) => ip), ...(status?.podIP === undefined ? [] : [status.podIP])]);
  return {
    namespace: metadata?.namespace ?? 'default',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    node: spec?.nodeName ?? null,
    addresses: [...new Set([...texts].flatMap((text) => canonicalAddress(text ?? '') ?? []))],
    hostNetwork: spec?.hostNetwork === true,
    phase: status?.phase ?? 'Unknown',
    terminating: metadata?.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    virtualMachine: virtualMachineOf(pod),
    createdAt: metadata?.creationTimestamp ?? null,
  };
}

/** KubeVirt labels a virt-launcher pod with the uid of its VirtualMachineInstance, which migration keeps. */
function virtualMachineOf({ metadata }: Pod): string | null {
  const labels = metadata?.labels ?? {};
  if (labels['kubevirt.io'] !== 'virt-launcher') return null;
  return labels['kubevirt.io/created-by'] ?? metadata?.annotations?.['kubevirt.io/domain'] ?? labels['vm.kubevirt.io/name'] ?? null;
}

/** Whether its addresses are its own and in use now: not the node's, not finished, not going (knowledge of `status.podIPs`). */
export function holdsAddress(pod: PodAddress): boolean {
  return !pod.hostNetwork && !pod.terminating && pod.phase !== 'Succeeded' && pod.phase !== 'Failed';
}

/**
 * The addresses that live pods share with each other or with something else, ordered by address. The two pods of a
 * KubeVirt live migration share theirs on purpose and count as one holder.
 */
export function sharedAddresses(pods: Iterable<PodAddress>, surroundings: AddressSurroundings = {}): SharedAddress[] {
  const reserved = reservedByAddress(surroundings.reserved ?? []);
  const shared: SharedAddress[] = [];
  for (const [address, holders] of holdersByAddress(pods)) {
    const others = reserved.get(address) ?? [];
    if (countHolders(holders) + others.length < 2) continue;
    shared.push({ address, pods: holders.sort(byName), reserved: others, strength: strengthOf(holders, others, surroundings) });
  }
  return shared.sort((a, b) => (a.address < b.address ? -1 : 1));
}

const reservedByAddress = oncePer((reserved: readonly ReservedAddress[]) => Map.groupBy(reserved, ({ address }) => address));

function holdersByAddress(pods: Iterable<PodAddress>): Map<string, PodAddress[]> {
  const byAddress = new Map<string, PodAddress[]>();
  for (const pod of pods) {
    if (!holdsAddress(pod)) continue;
    for (const address of pod.addresses) {
      const holders = byAddress.get(address);
      if (holders === undefined) byAddress.set(address, [pod]);
      // A list that is read page by page may bring one pod twice.
      else if (!holders.some((holder) => identity(holder) === identity(pod))) holders.push(pod);
    }
  }
  return byAddress;
}

/** Pods that hold it, each virtual machine counted once. */
function countHolders(pods: readonly PodAddress[]): number {
  return new Set(pods.map((pod) => (pod.virtualMachine === null ? pod : `${pod.namespace}/${pod.virtualMachine}`))).size;
}

function strengthOf(
  pods: readonly PodAddress[],
  reserved: readonly ReservedAddress[],
  { silentNodes = new Set() }: AddressSurroundings,
): SharedAddress['strength'] {
  const reporting = pods.filter((pod) => pod.phase !== 'Unknown' && !(pod.node !== null && silentNodes.has(pod.node)));
  return reporting.length > 0 && countHolders(reporting) + reserved.length >= 2 ? 'firm' : 'weak';
}

const identity = ({ namespace, name, uid }: PodAddress): string => `${namespace}/${name}/${uid}`;

function byName(a: PodAddress, b: PodAddress): number {
  return identity(a) < identity(b) ? -1 : 1;
}
