import { collector } from './collector.ts';
import { pod } from './pod.ts';
import { sh } from '../core/shell.ts';
import { canonicalAddress } from '../network/cidr.ts';
import type { EndpointSlice } from '../cluster/wire.ts';

/** A Service that sends, or would send, traffic to the pod. */
export interface ServiceOfPod {
  readonly namespace: string;
  readonly name: string;
  /** Whether the pod's address takes traffic now. */
  readonly ready: boolean;
}

/** The Services whose EndpointSlices carry the pod's address. */
export const podServices = collector({
  name: 'podServices',
  what: "the pod's Services",
  shows: ['EndpointSlice'],
  scope: 'target',
  structured: true,
  permissions: ['list endpointslices.discovery.k8s.io'],
  command: (target) =>
    target.kind === 'pod' ? sh`kubectl get endpointslices -n ${target.namespace} -o wide` : 'kubectl get endpointslices -A -o wide',
  async collect({ cluster, read, signal }): Promise<readonly ServiceOfPod[]> {
    const { pod: found } = await read(pod);
    const namespace = found?.metadata?.namespace;
    if (found === undefined || namespace === undefined) return [];
    const addresses = new Set((found.status?.podIPs ?? []).flatMap(({ ip }) => canonicalAddress(ip ?? '') ?? []));
    const { items } = await cluster.list('EndpointSlice', { namespace, signal });
    const carried = items.flatMap((slice) => endpointOf(slice, { addresses, pod: found.metadata?.name }));
    return [...new Map(carried.map((one) => [`${one.name} ${one.ready}`, one])).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  },
});

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
