import type { CustomObject } from '../../cluster/wire.ts';
import { cidrSize, formatAddress, parseCidr, type Cidr } from '../cidr.ts';
import { listIndex } from '../../core/list-index.ts';
import { oncePer } from '../../core/once-per.ts';
import type { PodAddress } from '../duplicates.ts';
import { affineTo, ownerOf, type BlockOwner } from './calico-owners.ts';
import { podsByName, staleBecause, type PodIndex } from './pod-index.ts';
import type { LeakedAddress } from './pool-usage.ts';
import { isTrue, list, record, text } from './untyped.ts';

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

/** What a block's own record says of it. */
interface BlockRecord extends Omit<CalicoBlock, 'holders'> {
  readonly allocations: readonly unknown[];
  readonly attributes: readonly unknown[];
}

/** The blocks of a list that are in use (projectcalico/calico:libcalico-go/lib/backend/model/block.go). */
export const blockRecords = listIndex(
  (): BlockRecord[] => [],
  (blocks, object: CustomObject) => {
    const spec = record(object.spec);
    const cidr = parseCidr(text(spec['cidr']) ?? '');
    if (cidr === undefined || isTrue(spec['deleted'])) return;
    const [allocations, attributes] = [list(spec['allocations']), list(spec['attributes'])];
    const taken = allocations.reduce((sum: number, attribute) => (typeof attribute === 'number' ? sum + 1 : sum), 0);
    blocks.push({ cidr, node: affineTo(spec['affinity']), size: Number(cidrSize(cidr)), taken, allocations, attributes });
  },
);

/** The blocks with their holders; of the same objects and pods the same ones. */
export const calicoBlocks = oncePer((objects: readonly CustomObject[], pods: readonly PodAddress[]): readonly CalicoBlock[] => {
  const scan = new HolderScan(podsByName.of(pods));
  return blockRecords.of(objects).map((block) => {
    let holders: BlockHolders | undefined;
    return { ...block, holders: () => (holders ??= scan.holders(block)) };
  });
});

/** Remembers over all blocks which pods were met: a StatefulSet's pod comes back under its name with another address. */
class HolderScan {
  readonly #index: PodIndex;
  readonly #met = new Set<string>();

  constructor(index: PodIndex) {
    this.#index = index;
  }

  holders({ cidr, node: affine, allocations, attributes }: BlockRecord): BlockHolders {
    const owners = attributes.map((attribute) => ownerOf(attribute, affine));
    const leaked: LeakedAddress[] = [];
    let [livePods, reserved] = [0, 0];
    for (const [ordinal, attribute] of allocations.entries()) {
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
  #leak({ owner, node }: BlockOwner & { readonly owner: string }, address: () => string): string | null {
    const why = staleBecause(this.#index, owner, node);
    const pod = this.#index.get(owner);
    const again = this.#met.has(owner);
    this.#met.add(owner);
    if (pod === undefined || (why === null && !again)) return why;
    if (pod.addresses.includes(address())) return null;
    return why ?? (pod.addresses.length === 0 ? null : `the pod has ${pod.addresses.join(', ')}`);
  }
}
