import { parse as parseYaml } from 'yaml';
import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { addressPools } from './address-pools.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ConfigMap, Pod } from '../cluster/wire.ts';
import type { Kind } from '../cluster/kinds.ts';

/** A range and where it is written. */
export interface ConfiguredRange {
  readonly cidr: string;
  /** For people: "ConfigMap kube-system/kubeadm-config", "IPPool default-ipv4-ippool". */
  readonly source: string;
}

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
    const optional = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        if (error.reason !== 'not-installed') unread.push(error);
        return undefined;
      }
    };
    const [kubeadm, kubeProxy, flannel, flags, serviceCidrs, openshift] = await Promise.all([
      optional(() => configMap(collecting, 'kube-system', 'kubeadm-config')),
      optional(() => configMap(collecting, 'kube-system', 'kube-proxy')),
      optional(
        async () =>
          (await configMap(collecting, 'kube-flannel', 'kube-flannel-cfg')) ?? configMap(collecting, 'kube-system', 'kube-flannel-cfg'),
      ),
      optional(() => controlPlaneFlags(collecting)),
      optional(async () => (await collecting.cluster.list('ServiceCIDR', { signal: collecting.signal })).items),
      optional(() => collecting.cluster.get('OpenShiftNetwork', { name: 'cluster' }, collecting.signal)),
    ]);
    const kubeadmNetworking = kubeadmRanges(kubeadm);
    const services = unique([
      ...(serviceCidrs ?? []).flatMap(({ spec, metadata }) =>
        (spec?.cidrs ?? []).map((cidr) => ({ cidr, source: `ServiceCIDR ${metadata?.name ?? ''}` })),
      ),
      ...kubeadmNetworking.services,
      ...flagRanges(flags, 'service-cluster-ip-range'),
      ...openshiftRanges(openshift, 'serviceNetwork'),
    ]);
    noteUnread(collecting, unread, services);
    return {
      pods: unique([
        ...kubeadmNetworking.pods,
        ...flagRanges(flags, 'cluster-cidr'),
        ...kubeProxyRanges(kubeProxy),
        ...flannelRanges(flannel),
        ...openshiftRanges(openshift, 'clusterNetwork'),
      ]),
      services,
      pools: await poolRanges(collecting),
      allocatesNodeCidrs: flags === undefined || flags.size === 0 ? null : flags.get('allocate-node-cidrs')?.value === 'true',
      unread: unread.map(({ message }) => message),
    };
  },
});

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

type Flags = ReadonlyMap<string, { readonly value: string; readonly source: string }>;

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

function flagRanges(flags: Flags | undefined, name: string): readonly ConfiguredRange[] {
  const flag = flags?.get(name);
  return flag === undefined ? [] : split(flag.value, `${flag.source} --${name}`);
}

function split(list: unknown, source: string): readonly ConfiguredRange[] {
  return typeof list === 'string' ? list.split(',').flatMap((cidr) => (cidr.trim() === '' ? [] : [{ cidr: cidr.trim(), source }])) : [];
}

function yamlObject(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const parsed: unknown = parseYaml(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // A ConfigMap that is no YAML tells no range; the other places may.
    return {};
  }
}

function kubeadmRanges(map: ConfigMap | undefined): { pods: readonly ConfiguredRange[]; services: readonly ConfiguredRange[] } {
  const networking = yamlObject(map?.data?.['ClusterConfiguration'])['networking'] as Record<string, unknown> | undefined;
  const source = 'ConfigMap kube-system/kubeadm-config';
  return { pods: split(networking?.['podSubnet'], source), services: split(networking?.['serviceSubnet'], source) };
}

function kubeProxyRanges(map: ConfigMap | undefined): readonly ConfiguredRange[] {
  return split(yamlObject(map?.data?.['config.conf'])['clusterCIDR'], 'ConfigMap kube-system/kube-proxy');
}

function flannelRanges(map: ConfigMap | undefined): readonly ConfiguredRange[] {
  const config = yamlObject(map?.data?.['net-conf.json']);
  const source = `ConfigMap ${map?.metadata?.namespace ?? ''}/kube-flannel-cfg`;
  return [...split(config['Network'], source), ...split(config['IPv6Network'], source)];
}

function openshiftRanges(
  network: { status?: Record<string, unknown> } | undefined,
  field: 'clusterNetwork' | 'serviceNetwork',
): readonly ConfiguredRange[] {
  const entries = network?.status?.[field];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) =>
    split(typeof entry === 'string' ? entry : (entry as { cidr?: unknown } | null)?.cidr, 'Network cluster'),
  );
}

const poolSpecs: Partial<Record<Kind, string>> = {
  CalicoIPPool: 'IPPool',
  CiliumPodIPPool: 'CiliumPodIPPool',
  WhereaboutsIPPool: 'whereabouts IPPool',
};

/** Ranges of the plugin's pools; none where the pools can't be read, which the pools' own evidence says. */
async function poolRanges(collecting: Collecting): Promise<readonly ConfiguredRange[]> {
  const { objects } = await collecting.read(addressPools);
  return Object.entries(poolSpecs).flatMap(([kind, title]) =>
    (objects[kind as Kind] ?? []).flatMap(({ spec, metadata }) => {
      const disabled = spec?.['disabled'] === true;
      const ipv4 = spec?.['ipv4'] as { cidrs?: unknown[] } | undefined;
      const texts = [spec?.['cidr'], spec?.['range'], ...(ipv4?.cidrs ?? [])].filter((one): one is string => typeof one === 'string');
      return disabled ? [] : texts.map((cidr) => ({ cidr, source: `${title} ${metadata?.name ?? ''}` }));
    }),
  );
}

function unique(ranges: readonly ConfiguredRange[]): readonly ConfiguredRange[] {
  return [...new Map(ranges.map((one) => [one.cidr, one])).values()];
}
