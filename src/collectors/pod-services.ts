import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import { ReadError } from '../cluster/reader.ts';
import type { Kinds } from '../cluster/kinds.ts';
import { sh } from '../core/shell.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { isReady } from '../facts/pods.ts';
import type { EndpointSlice, Pod, Service } from '../cluster/wire.ts';

/** A Service that sends, or would send, traffic to the pod. */
export interface ServiceOfPod {
  readonly namespace: string;
  readonly name: string;
  /** Whether the pod's address takes traffic now. */
  readonly ready: boolean;
}

/** The Services whose EndpointSlices carry the pod's address, and those that select it: of a pod without address no slice tells. */
export const podServices = collector({
  name: 'podServices',
  what: "the pod's Services",
  shows: ['EndpointSlice', 'Service'],
  scope: 'target',
  structured: true,
  permissions: ['list endpointslices.discovery.k8s.io', 'list services'],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl get endpointslices,services -n ${target.namespace} -o wide`
      : 'kubectl get endpointslices,services -A -o wide',
  async collect(collecting): Promise<readonly ServiceOfPod[]> {
    const { pod: found } = await collecting.read(pod);
    const namespace = found?.metadata?.namespace;
    if (found === undefined || namespace === undefined) return [];
    const [slices, services] = await Promise.all([
      listed(collecting, 'EndpointSlice', namespace),
      listed(collecting, 'Service', namespace),
    ]);
    if (slices instanceof ReadError && services instanceof ReadError) throw slices;
    for (const one of [slices, services]) {
      // Either tells the Services; that a snapshot has but one of the two is nothing lacking.
      if (one instanceof ReadError && one.reason !== 'not-captured') collecting.lacks(one, 'minor');
    }
    const addresses = new Set((found.status?.podIPs ?? []).flatMap(({ ip }) => canonicalAddress(ip ?? '') ?? []));
    const carried =
      slices instanceof ReadError ? [] : slices.flatMap((slice) => endpointOf(slice, { addresses, pod: found.metadata?.name }));
    const selecting = services instanceof ReadError ? [] : services.filter((service) => selects(service, found));
    const selected = selecting.map(({ metadata }) => ({ namespace, name: metadata?.name ?? '', ready: isReady(found) }));
    const all = [...carried, ...selected.filter(({ name }) => !carried.some((one) => one.name === name))];
    return [...new Map(all.map((one) => [`${one.name} ${one.ready}`, one])).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },
});

async function listed<K extends 'EndpointSlice' | 'Service'>(
  { cluster, signal }: Collecting,
  kind: K,
  namespace: string,
): Promise<readonly Kinds[K][] | ReadError> {
  try {
    return (await cluster.list(kind, { namespace, signal })).items;
  } catch (error) {
    if (error instanceof ReadError) return error;
    throw error;
  }
}

/** A Service without selector has its endpoints from elsewhere; one of type ExternalName has none. */
function selects({ spec }: Service, { metadata }: Pod): boolean {
  const wanted = Object.entries(spec?.selector ?? {});
  return spec?.type !== 'ExternalName' && wanted.length > 0 && wanted.every(([name, value]) => metadata?.labels?.[name] === value);
}

function endpointOf(slice: EndpointSlice, wanted: { addresses: ReadonlySet<string>; pod: string | undefined }): readonly ServiceOfPod[] {
  const name = slice.metadata?.labels?.['kubernetes.io/service-name'];
  const namespace = slice.metadata?.namespace;
  if (name === undefined || namespace === undefined) return [];
  return (slice.endpoints ?? [])
    .filter(({ targetRef, addresses }) =>
      targetRef?.kind === 'Pod'
        ? targetRef.name === wanted.pod
        : addresses.some((one) => wanted.addresses.has(canonicalAddress(one) ?? one)),
    )
    .map(({ conditions }) => ({ namespace, name, ready: conditions?.ready !== false }));
}
