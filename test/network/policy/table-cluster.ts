import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openSnapshot } from '../../../src/cluster/snapshot/open-snapshot.ts';
import { readPolicyInputs } from '../../../src/collectors/reach-inputs.ts';
import { buildPolicyIndex, type PolicyIndex } from '../../../src/network/policy/policy-index.ts';
import type { Labels } from './support.ts';

/** A pod of a table; everything that is left out has a default. */
export interface TablePod {
  /** `{pod: NAME}` unless said otherwise. */
  readonly labels?: Labels;
  /** One or two addresses; one of its own unless said otherwise, and none for an empty list. */
  readonly ips?: readonly string[];
  readonly node?: string;
  readonly hostNetwork?: boolean;
  readonly serviceAccount?: string;
  /** `name: 80/TCP`. */
  readonly ports?: Readonly<Record<string, string>>;
}

/** A cluster as the tables write it. */
export interface TableCluster {
  /** Namespaces with the labels that they have besides their name. */
  readonly namespaces: Readonly<Record<string, Labels | null>>;
  readonly nodes?: Readonly<Record<string, { readonly ip: string; readonly labels?: Labels }>>;
  /** By `namespace/name`. */
  readonly pods: Readonly<Record<string, TablePod | null>>;
}

/** A policy as the tables write it: `{'NetworkPolicy x/name': spec}`, without namespace where it is cluster-scoped. */
export type TablePolicy = Readonly<Record<string, unknown>>;

const apiVersions: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networking.k8s.io/v1',
  AdminNetworkPolicy: 'policy.networking.k8s.io/v1alpha1',
  BaselineAdminNetworkPolicy: 'policy.networking.k8s.io/v1alpha1',
  ClusterNetworkPolicy: 'policy.networking.k8s.io/v1alpha2',
  CalicoNetworkPolicy: 'projectcalico.org/v3',
  CalicoGlobalNetworkPolicy: 'projectcalico.org/v3',
  CalicoTier: 'projectcalico.org/v3',
  CiliumNetworkPolicy: 'cilium.io/v2',
  CiliumClusterwideNetworkPolicy: 'cilium.io/v2',
};

/** The cluster and its policies compiled, after they have been written to a snapshot and read from it as the command does. */
export async function indexOf(cluster: TableCluster, policies: readonly TablePolicy[]): Promise<PolicyIndex> {
  const directory = await mkdtemp(join(tmpdir(), 'truth-table-'));
  try {
    const objects = [...manifests(cluster), ...policies.flatMap(policyManifests)];
    await writeFile(join(directory, 'all.yaml'), objects.map((object) => stringify(object)).join('---\n'));
    return buildPolicyIndex(await readPolicyInputs(await openSnapshot(directory)));
  } finally {
    await rm(directory, { recursive: true });
  }
}

function manifests({ namespaces, nodes = {}, pods }: TableCluster): unknown[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: named(name, labels ?? {}) })),
    ...Object.entries(nodes).map(([name, { ip, labels }]) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels, creationTimestamp: '2026-01-01T00:00:00Z' },
      status: { addresses: [{ type: 'InternalIP', address: ip }] },
    })),
    ...Object.entries(pods).map(([name, pod], position) => podManifest(name, position, { pod: pod ?? {}, nodes })),
  ];
}

function named(name: string, labels: Labels): unknown {
  return { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } };
}

const standardPorts = { 'serve-80-tcp': '80/TCP', 'serve-81-tcp': '81/TCP', 'serve-80-udp': '80/UDP', 'serve-81-udp': '81/UDP' };

function podManifest(
  fullName: string,
  position: number,
  { pod, nodes }: { pod: TablePod; nodes: NonNullable<TableCluster['nodes']> },
): unknown {
  const [namespace = '', name = ''] = fullName.split('/');
  const { labels = { pod: name }, ips = [`10.0.0.${position + 1}`], node, hostNetwork, serviceAccount, ports = standardPorts } = pod;
  const listed = Object.entries(ports).map(([portName, port]) => ({
    name: portName,
    containerPort: Number(port.split('/')[0]),
    protocol: port.split('/')[1],
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { nodeName: node, hostNetwork, serviceAccountName: serviceAccount, containers: [{ name: 'main', image: 'main', ports: listed }] },
    status: { phase: 'Running', podIP: ips[0], podIPs: ips.map((ip) => ({ ip })), hostIP: nodes[node ?? '']?.ip },
  };
}

function policyManifests(policy: TablePolicy): unknown[] {
  return Object.entries(policy).map(([title, spec]) => {
    const [kind = '', fullName = '', apiVersion = apiVersions[kind]] = title.split(' ');
    const [first = '', second] = fullName.split('/');
    const metadata = second === undefined ? { name: first } : { namespace: first, name: second };
    return { apiVersion, kind: kind.replace('Calico', ''), metadata, spec };
  });
}
