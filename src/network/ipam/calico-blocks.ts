import type { CustomObject } from '../../cluster/wire.ts';
import { cidrSize, formatAddress, parseCidr, type Cidr } from '../cidr.ts';
import type { PodAddress } from '../duplicates.ts';
import { podsByName, staleBecause, type PodIndex } from './pod-index.ts';
import type { LeakedAddress } from './pool-usage.ts';
import { isTrue, list, record, text, type Json } from './untyped.ts';

/** One IPAMBlock of Calico. */
export interface CalicoBlock {
  readonly cidr: Cidr;
  /** The node that it is affine to; null where any node may take from it, or it serves load balancers. */
  readonly node: string | null;
  readonly size: number;
  /** Addresses that are given out, to whomever. */
  readonly taken: number;
  /** Who holds them; asked for only where it matters, since a cluster has 150,000 of them. */
  readonly holders: () => BlockHolders;
}

/** Who holds the addresses of a block. */
export interface BlockHolders {
  /** Addresses of pods by its records, live or not. */
  readonly used: number;
  readonly livePods: number;
  /** Tunnels, load balancers, and what Windows keeps for itself. */
  readonly reserved: number;
  readonly leaked: readonly LeakedAddress[];
}

const scans = new WeakMap<readonly CustomObject[], { readonly pods: readonly PodAddress[]; readonly blocks: readonly CalicoBlock[] }>();

/** The blocks with their holders; the same objects and pods are not scanned twice (projectcalico/calico:libcalico-go/lib/backend/model/block.go). */
export function calicoBlocks(objects: readonly CustomObject[], pods: readonly PodAddress[]): readonly CalicoBlock[] {
  const known = scans.get(objects);
  if (known?.pods === pods) return known.blocks;
  const scan = new HolderScan(podsByName.of(pods));
  const blocks = objects.flatMap((object) => blockOf(object, scan) ?? []);
  scans.set(objects, { pods, blocks });
  return blocks;
}

function blockOf({ spec }: CustomObject, scan: HolderScan): CalicoBlock | undefined {
  const cidr = parseCidr(text(spec?.['cidr']) ?? '');
  if (cidr === undefined || isTrue(spec?.['deleted'])) return undefined;
  const taken = list(spec?.['allocations']).reduce((sum: number, attribute) => (typeof attribute === 'number' ? sum + 1 : sum), 0);
  let holders: BlockHolders | undefined;
  return {
    cidr,
    node: affineTo(spec?.['affinity']),
    size: Number(cidrSize(cidr)),
    taken,
    holders: () => (holders ??= scan.holders(cidr, record(spec))),
  };
}

interface Allocation {
  readonly owner: string | null;
  readonly node: string | undefined;
}

/** Remembers over all blocks which pods were met: a StatefulSet's pod comes back under its name with another address. */
class HolderScan {
  readonly #index: PodIndex;
  readonly #met = new Set<string>();

  constructor(index: PodIndex) {
    this.#index = index;
  }

  holders(cidr: Cidr, spec: Json): BlockHolders {
    const owners = list(spec['attributes']).map(allocationOf);
    const leaked: LeakedAddress[] = [];
    let [livePods, reserved] = [0, 0];
    for (const [ordinal, attribute] of list(spec['allocations']).entries()) {
      if (typeof attribute !== 'number') continue;
      const { owner = null, node } = owners[attribute] ?? {};
      if (owner === null) {
        reserved += 1;
        continue;
      }
      const address = (): string => formatAddress({ family: cidr.family, value: cidr.first + BigInt(ordinal) });
      const why = this.#leak({ owner, node }, address);
      if (why === null) livePods += 1;
      else leaked.push({ address: address(), owner, why });
    }
    return { used: livePods + leaked.length, livePods, reserved, leaked };
  }

  /** Addresses are compared only where something is odd: to spell out each of 150,000 takes too long. */
  #leak({ owner, node }: { owner: string; node: string | undefined }, address: () => string): string | null {
    const why = staleBecause(this.#index, owner, node);
    const pod = this.#index.get(owner);
    const again = this.#met.has(owner);
    this.#met.add(owner);
    if (pod === undefined || (why === null && !again)) return why;
    if (pod.addresses.includes(address())) return null;
    return why ?? (pod.addresses.length === 0 ? null : `the pod has ${pod.addresses.join(', ')}`);
  }
}

function allocationOf(attribute: unknown): Allocation {
  const secondary = record(record(attribute)['secondary']);
  const [pod, namespace] = [text(secondary['pod']), text(secondary['namespace'])];
  return { owner: pod === undefined || namespace === undefined ? null : `${namespace}/${pod}`, node: text(secondary['node']) };
}

function affineTo(affinity: unknown): string | null {
  return /^host:(.+)$/.exec(text(affinity) ?? '')?.[1] ?? null;
}
