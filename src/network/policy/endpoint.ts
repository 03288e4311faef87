import type { Container, ObjectMeta, Pod } from '../../cluster/wire.ts';
import { type Address, parseAddress, sameAddress } from '../cidr.ts';
import type { Labels } from './selector.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A port that a container declares. Named ports of policies are looked up here. */
export interface ContainerPort {
  readonly name: string | null;
  readonly port: number;
  readonly protocol: string;
  readonly container: string;
}

/** What policies need to know of a pod. */
export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly Address[];
  /** Null while it is not scheduled. */
  readonly node: string | null;
  /** The addresses of its node, from `status.hostIPs`. */
  readonly nodeAddresses: readonly Address[];
  readonly hostNetwork: boolean;
  /** The name of its service account. */
  readonly serviceAccount: string;
  /** Succeeded or Failed: no policy selects it any more, and its address may be another pod's. */
  readonly finished: boolean;
  readonly ports: readonly ContainerPort[];
  /** Who made it, as `Kind/name`; null for a bare pod. A Deployment stands for its ReplicaSet. */
  readonly workload: string | null;
}

/** One end of a connection over one address family. */
export type Endpoint = PodEndpoint | NodeEndpoint | OutsideEndpoint;

export interface PodEndpoint {
  readonly kind: 'pod';
  /** `namespace/name`. */
  readonly name: string;
  readonly pod: PolicyPod;
  readonly namespaceLabels: Labels;
  /** Null where it has none yet. */
  readonly address: Address | null;
}

/** A node, or a pod on its network: for policies their traffic is the same. */
export interface NodeEndpoint {
  readonly kind: 'node';
  readonly name: string;
  readonly node: string | null;
  readonly labels: Labels;
  readonly address: Address | null;
  /** The pod, where the end is a pod with hostNetwork. */
  readonly hostNetworkPod: PolicyPod | null;
}

export interface OutsideEndpoint {
  readonly kind: 'outside';
  readonly name: string;
  readonly address: Address | null;
  /** The nodes were not read, so that it may be one of them. */
  readonly maybeNode: boolean;
}

function addressesOf(texts: readonly (string | undefined)[]): Address[] {
  const parsed = texts.flatMap((text) => parseAddress(text ?? '') ?? []);
  return parsed.filter((address, index) => parsed.findIndex((other) => sameAddress(address, other)) === index);
}

/** The record of one pod; small, so that a whole cluster's pods fit in memory. */
export function policyPod({ metadata = {}, spec, status = {} }: Pod): PolicyPod {
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
    addresses: addressesOf([status.podIP, ...(status.podIPs ?? []).map(({ ip }) => ip)]),
    node: spec?.nodeName ?? null,
    nodeAddresses: addressesOf([status.hostIP, ...(status.hostIPs ?? []).map(({ ip }) => ip)]),
    hostNetwork: spec?.hostNetwork === true,
    serviceAccount: spec?.serviceAccountName ?? 'default',
    finished: status.phase === 'Succeeded' || status.phase === 'Failed',
    ports: portsOf([...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]),
    workload: workloadOf(metadata),
  };
}

function portsOf(containers: readonly Container[]): ContainerPort[] {
  return containers.flatMap((container) =>
    (container.ports ?? []).map(({ name, containerPort, protocol }) => ({
      name: name ?? null,
      port: containerPort,
      protocol: protocol ?? 'TCP',
      container: container.name,
    })),
  );
}

function workloadOf(metadata: ObjectMeta): string | null {
  const owner = (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
  if (owner === undefined) return null;
  const suffix = `-${metadata.labels?.['pod-template-hash'] ?? ''}`;
  const madeByDeployment = owner.kind === 'ReplicaSet' && suffix.length > 1 && owner.name.endsWith(suffix);
  return madeByDeployment ? `Deployment/${owner.name.slice(0, -suffix.length)}` : `${owner.kind}/${owner.name}`;
}

/** How people name a connection's port: `8080/TCP`. */
export function describePort({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}
