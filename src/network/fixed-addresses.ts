import type { Pod } from '../cluster/wire.ts';
import { canonicalAddress } from './cidr.ts';

/** An address that a pod asks for, and the annotation that asks. */
export interface FixedAddress {
  readonly annotation: string;
  /** In canonical form. */
  readonly address: string;
}

/** Annotations that ask for a fixed address: Calico's two, Antrea's, and OVN-Kubernetes' and kube-ovn's forms of the same. */
const annotations = [
  'cni.projectcalico.org/ipAddrs',
  'cni.projectcalico.org/ipAddrsNoIpam',
  'ipam.antrea.io/pod-ips',
  'ovn.kubernetes.io/ip_address',
] as const;

/** The addresses that the pod's annotations ask for: one address, a comma list or a JSON list of them each. */
export function fixedAddresses({ metadata }: Pod): readonly FixedAddress[] {
  return annotations.flatMap((annotation) =>
    (metadata?.annotations?.[annotation] ?? '')
      .split(/[\s,[\]"']+/)
      .flatMap((text) => canonicalAddress(text) ?? [])
      .map((address) => ({ annotation, address })),
  );
}
