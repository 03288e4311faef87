import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import { rowsWith } from './address-index.ts';
import { podRow } from './pod-row.ts';
import { podRows } from './pod-rows.ts';
import type { PodRow } from './pod-row.ts';
import { podsWithFirstAddress } from './pods-where.ts';
import type { Pod } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import { isHostNetwork } from '../facts/pods.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { fixedAddresses } from '../network/fixed-addresses.ts';

/** Who has the addresses that the pod has, or asks for. */
export interface AddressHolders {
  /** The pods with one of them, the pod itself among them. */
  readonly pods: readonly PodRow[];
  /** Among how many pods they were looked for; null where the API server looked for them. */
  readonly compared: number | null;
  /** Addresses, in canonical form, that other pods may have without anybody having looked, and why. */
  readonly unchecked: readonly { readonly address: string; readonly why: string }[];
}

/** In a list of so many pods, which may be minutes old, a holder is looked at again before it is believed. */
const manyPods = 5_000;
const mostHolders = 20;

/** Every pod that has an address of the pod's, or one that the pod asks for in an annotation. */
export const addressHolders = collector({
  name: 'addressHolders',
  what: "who holds the pod's addresses",
  shows: ['Pod'],
  scope: 'target',
  structured: true,
  permissions: ['list pods', 'get pods'],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl get pods -A -o wide --field-selector status.podIP="$(kubectl get pod ${target.name} -n ${target.namespace} -o jsonpath='{.status.podIP}')"`
      : 'kubectl get pods -A -o wide',
  async collect(collecting): Promise<AddressHolders> {
    const { pod: found } = await collecting.read(pod);
    const wanted = found === undefined ? [] : addressesOf(found);
    if (wanted.length === 0) return { pods: [], compared: null, unchecked: [] };
    const all = await collecting.evidence(podRows);
    if (all.status === 'collected' && all.value.length < manyPods) {
      return { pods: holdersIn(all.value, wanted), compared: all.value.length, unchecked: [] };
    }
    const first = (
      await Promise.all(wanted.flatMap(({ text, isSecond }) => (isSecond ? [] : podsWithFirstAddress(collecting, text))))
    ).flat();
    if (all.status === 'missing') return { pods: distinct(first), compared: null, unchecked: secondary(wanted, all.why) };
    const listed = await Promise.all(
      holdersIn(all.value, wanted)
        .slice(0, mostHolders)
        .map((row) => asItIsNow(collecting, row)),
    );
    return { pods: distinct([...first, ...holdersIn(listed.flat(), wanted)]), compared: all.value.length, unchecked: [] };
  },
});

interface WantedAddress {
  /** As the pod has it. */
  readonly text: string;
  readonly address: string;
  /** Other pods may have it as their second, which only the list of all pods shows. */
  readonly isSecond: boolean;
}

/** The pod's own addresses, and those that it asks for; none where it shares its node's. */
function addressesOf(found: Pod): readonly WantedAddress[] {
  if (isHostNetwork(found)) return [];
  const own = (found.status?.podIPs ?? []).map(({ ip }) => ip ?? '');
  const texts = own.length > 0 ? own : [found.status?.podIP ?? ''];
  const asked = fixedAddresses(found).map(({ address }) => address);
  return [texts, asked].flatMap((list) =>
    list.flatMap((text, index): WantedAddress[] => {
      const address = canonicalAddress(text);
      return address === undefined ? [] : [{ text, address, isSecond: index > 0 }];
    }),
  );
}

function holdersIn(rows: readonly PodRow[], wanted: readonly WantedAddress[]): readonly PodRow[] {
  return distinct(wanted.flatMap(({ address }) => rowsWith(rows, address)));
}

function secondary(wanted: readonly WantedAddress[], why: string): AddressHolders['unchecked'] {
  return wanted.filter(({ isSecond }) => isSecond).map(({ address }) => ({ address, why }));
}

async function asItIsNow({ cluster, signal }: Collecting, row: PodRow): Promise<readonly PodRow[]> {
  const found = await cluster.get('Pod', { namespace: row.namespace, name: row.name }, signal);
  return found === undefined ? [] : [podRow(found)];
}

function distinct(rows: readonly PodRow[]): readonly PodRow[] {
  return [...new Map(rows.map((row) => [`${row.namespace}/${row.name}`, row])).values()];
}
