import type { DaemonSet, Deployment, PodSpec } from '../cluster/wire.ts';
import type { PluginId } from '../network/cni/plugin.ts';
import type { Recognised } from '../network/cni/recognised.ts';

/** A DaemonSet or Deployment of a plugin, with its rollout. */
export interface PluginWorkload {
  readonly plugin: PluginId;
  readonly part: 'agent' | 'controller';
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly namespace: string;
  readonly name: string;
  /** Label selector of its pods. */
  readonly selector: string;
  readonly desired: number | null;
  readonly ready: number | null;
  /** Pods that run the newest template; null where that is not told. */
  readonly updated: number | null;
  /** RFC 3339. */
  readonly createdAt: string | null;
  /** Which nodes its pods are meant for. */
  readonly placement: Pick<PodSpec, 'nodeSelector' | 'affinity'>;
}

/** The workloads of a plugin that was recognised; one that selects no pods is none. */
export function workloadsOf({ plugin, daemonSets, controllers }: Recognised): readonly PluginWorkload[] {
  return [
    ...daemonSets.map((one) => agentWorkload(plugin.id, one)),
    ...controllers.map((one) => controllerWorkload(plugin.id, one)),
  ].filter(({ selector }) => selector !== '');
}

function agentWorkload(plugin: PluginId, one: DaemonSet): PluginWorkload {
  const { status } = one;
  return {
    ...identityOf(one),
    plugin,
    part: 'agent',
    kind: 'DaemonSet',
    desired: status?.desiredNumberScheduled ?? null,
    ready: status?.numberReady ?? null,
    updated: status?.updatedNumberScheduled ?? null,
  };
}

function controllerWorkload(plugin: PluginId, one: Deployment): PluginWorkload {
  const { spec, status } = one;
  return {
    ...identityOf(one),
    plugin,
    part: 'controller',
    kind: 'Deployment',
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? null,
  };
}

type Identity = Pick<PluginWorkload, 'namespace' | 'name' | 'selector' | 'createdAt' | 'placement'>;

function identityOf({ metadata, spec }: DaemonSet | Deployment): Identity {
  const { namespace = '', name = '', creationTimestamp: createdAt = null } = metadata ?? {};
  const labels = Object.entries(spec?.selector.matchLabels ?? {});
  const { nodeSelector, affinity } = spec?.template?.spec ?? {};
  return {
    namespace,
    name,
    selector: labels.map(([key, value]) => `${key}=${value}`).join(','),
    createdAt,
    placement: { ...(nodeSelector === undefined ? {} : { nodeSelector }), ...(affinity === undefined ? {} : { affinity }) },
  };
}
