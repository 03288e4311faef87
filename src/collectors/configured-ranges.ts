import { parse as parseYaml } from 'yaml';
import type { PoolObjects } from './address-pools.ts';
import type { Kind } from '../cluster/kinds.ts';
import type { ConfigMap, ServiceCIDR } from '../cluster/wire.ts';

/** A range and where it is written. */
export interface ConfiguredRange {
  readonly cidr: string;
  /** For people: "ConfigMap kube-system/kubeadm-config", "IPPool default-ipv4-ippool". */
  readonly source: string;
}

/** Flags of the control plane by name, each with the pod that has it. */
export type Flags = ReadonlyMap<string, { readonly value: string; readonly source: string }>;

/** Ranges of a flag of the control plane. */
export function flagRanges(flags: Flags | undefined, name: string): readonly ConfiguredRange[] {
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

/** The ranges of ServiceCIDR objects (stable since Kubernetes 1.33). */
export function serviceCidrRanges(objects: readonly ServiceCIDR[]): readonly ConfiguredRange[] {
  return objects.flatMap(({ spec, metadata }) =>
    (spec?.cidrs ?? []).map((cidr) => ({ cidr, source: `ServiceCIDR ${metadata?.name ?? ''}` })),
  );
}

/** Pod and Service ranges of kubeadm's configuration. */
export function kubeadmRanges(map: ConfigMap | undefined): { pods: readonly ConfiguredRange[]; services: readonly ConfiguredRange[] } {
  const networking = yamlObject(map?.data?.['ClusterConfiguration'])['networking'] as Record<string, unknown> | undefined;
  const source = 'ConfigMap kube-system/kubeadm-config';
  return { pods: split(networking?.['podSubnet'], source), services: split(networking?.['serviceSubnet'], source) };
}

/** The pod range in kube-proxy's configuration. */
export function kubeProxyRanges(map: ConfigMap | undefined): readonly ConfiguredRange[] {
  return split(yamlObject(map?.data?.['config.conf'])['clusterCIDR'], 'ConfigMap kube-system/kube-proxy');
}

/** The ranges of Flannel's network. */
export function flannelRanges(map: ConfigMap | undefined): readonly ConfiguredRange[] {
  const config = yamlObject(map?.data?.['net-conf.json']);
  const source = `ConfigMap ${map?.metadata?.namespace ?? ''}/kube-flannel-cfg`;
  return [...split(config['Network'], source), ...split(config['IPv6Network'], source)];
}

/** The ranges in the status of OpenShift's Network. */
export function openshiftRanges(
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

/** The ranges of the plugin's pools, but for those that are disabled. */
export function poolRanges({ objects }: PoolObjects): readonly ConfiguredRange[] {
  return Object.entries(poolSpecs).flatMap(([kind, title]) =>
    (objects[kind as Kind] ?? []).flatMap(({ spec, metadata }) => {
      const disabled = spec?.['disabled'] === true;
      const ipv4 = spec?.['ipv4'] as { cidrs?: unknown[] } | undefined;
      const texts = [spec?.['cidr'], spec?.['range'], ...(ipv4?.cidrs ?? [])].filter((one): one is string => typeof one === 'string');
      return disabled ? [] : texts.map((cidr) => ({ cidr, source: `${title} ${metadata?.name ?? ''}` }));
    }),
  );
}

/** Each range once, from the first place that tells it. */
export function uniqueRanges(ranges: readonly ConfiguredRange[]): readonly ConfiguredRange[] {
  return [...new Map(ranges.map((one) => [one.cidr, one])).values()];
}
