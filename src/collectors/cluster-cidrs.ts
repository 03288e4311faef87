import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { addressPools } from './address-pools.ts';
import {
  flagRanges,
  flannelRanges,
  kubeadmRanges,
  kubeProxyRanges,
  openshiftRanges,
  poolRanges,
  serviceCidrRanges,
  uniqueRanges,
} from './configured-ranges.ts';
import type { ConfiguredRange, Flags } from './configured-ranges.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ConfigMap, Pod } from '../cluster/wire.ts';

/** The ranges that the cluster is configured with; a list is empty where nothing that is readable tells it. */
export interface ClusterCidrs {
  /** Ranges that node pod CIDRs are cut from. */
  readonly pods: readonly ConfiguredRange[];
  readonly services: readonly ConfiguredRange[];
  /** Pools of the plugin. */
  readonly pools: readonly ConfiguredRange[];
  /** Whether the controller manager hands out node CIDRs; null where its flags can't be read. */
  readonly allocatesNodeCidrs: boolean | null;
  /** What could not be read, for the rule that wanted it. */
  readonly unread: readonly string[];
}

/** Pod and Service ranges from the places that the distributions write them to. */
export const clusterCidrs = collector({
  name: 'clusterCidrs',
  what: "the cluster's CIDR configuration",
  shows: ['ConfigMap', 'ServiceCIDR', 'IPPool'],
  scope: 'cluster',
  permissions: ['get configmaps', 'list pods', 'list servicecidrs.networking.k8s.io', 'get networks.config.openshift.io'],
  command: () => 'kubectl get cm -n kube-system kubeadm-config kube-proxy -o yaml; kubectl get servicecidrs',
  async collect(collecting): Promise<ClusterCidrs> {
    const unread: ReadError[] = [];
    const { kubeadm, kubeProxy, flannel, flags, serviceCidrs, openshift } = await readSources(collecting, unread);
    const { pods, services: kubeadmServices } = kubeadmRanges(kubeadm);
    const services = uniqueRanges([
      ...serviceCidrRanges(serviceCidrs ?? []),
      ...kubeadmServices,
      ...flagRanges(flags, 'service-cluster-ip-range'),
      ...openshiftRanges(openshift, 'serviceNetwork'),
    ]);
    noteUnread(collecting, unread, services);
    return {
      pods: uniqueRanges([
        ...pods,
        ...flagRanges(flags, 'cluster-cidr'),
        ...kubeProxyRanges(kubeProxy),
        ...flannelRanges(flannel),
        ...openshiftRanges(openshift, 'clusterNetwork'),
      ]),
      services,
      // None where the pools can't be read, which the pools' own evidence says.
      pools: poolRanges(await collecting.read(addressPools)),
      allocatesNodeCidrs: flags === undefined || flags.size === 0 ? null : flags.get('allocate-node-cidrs')?.value === 'true',
      unread: unread.map(({ message }) => message),
    };
  },
});

/** Every place that may tell a range, at once; undefined where it does not exist or could not be read. */
async function readSources(collecting: Collecting, unread: ReadError[]) {
  const { cluster, signal } = collecting;
  const [kubeadm, kubeProxy, flannel, flags, serviceCidrs, openshift] = await Promise.all([
    optional(unread, () => configMap(collecting, 'kube-system', 'kubeadm-config')),
    optional(unread, () => configMap(collecting, 'kube-system', 'kube-proxy')),
    optional(unread, () => flannelConfig(collecting)),
    optional(unread, () => controlPlaneFlags(collecting)),
    optional(unread, async () => (await cluster.list('ServiceCIDR', { signal })).items),
    optional(unread, () => cluster.get('OpenShiftNetwork', { name: 'cluster' }, signal)),
  ]);
  return { kubeadm, kubeProxy, flannel, flags, serviceCidrs, openshift };
}

async function optional<T>(unread: ReadError[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    if (error.reason !== 'not-installed') unread.push(error);
    return undefined;
  }
}

async function flannelConfig(collecting: Collecting): Promise<ConfigMap | undefined> {
  return (await configMap(collecting, 'kube-flannel', 'kube-flannel-cfg')) ?? configMap(collecting, 'kube-system', 'kube-flannel-cfg');
}

/** One of the places that tell the Service range is enough, and few snapshots have them all. */
function noteUnread({ lacks }: Collecting, unread: readonly ReadError[], services: readonly ConfiguredRange[]): void {
  const isKnown = services.length > 0;
  for (const error of unread) {
    if (!isKnown) lacks(error, 'decisive');
    else if (error.reason !== 'not-captured') lacks(error, 'minor');
  }
}

function configMap({ cluster, signal }: Collecting, namespace: string, name: string): Promise<ConfigMap | undefined> {
  return cluster.get('ConfigMap', { namespace, name }, signal);
}

/** Flags of the static pods; a control plane that is no pod of the cluster (a managed one) has none. */
async function controlPlaneFlags({ cluster, signal }: Collecting): Promise<Flags> {
  const query = { namespace: 'kube-system', labelSelector: 'component in (kube-controller-manager,kube-apiserver)', signal };
  const { items } = await cluster.list('Pod', query);
  return new Map(items.flatMap((pod) => argumentsOf(pod).flatMap((flag) => flagOf(flag, `pod kube-system/${pod.metadata?.name ?? ''}`))));
}

function argumentsOf(pod: Pod): readonly string[] {
  return (pod.spec?.containers ?? []).flatMap(({ command = [], args = [] }) => [...command, ...args]);
}

function flagOf(flag: string, source: string): readonly (readonly [string, { value: string; source: string }])[] {
  const [, name, value] = /^--([a-z-]+)=(.*)$/.exec(flag) ?? [];
  return name === undefined || value === undefined ? [] : [[name, { value, source }]];
}
