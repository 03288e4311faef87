import type { Node } from '../../cluster/wire.ts';
import type { PluginId } from './plugin.ts';
import { pluginOfConditionReason } from './registry.ts';

/** The node condition NetworkUnavailable. Its writer sets it once at its start, so that `available` proves no health. */
export interface NodeNetworkCondition {
  /** `absent` is normal with plugins that write none (Antrea, kube-router, AWS, kindnet). */
  readonly state: 'available' | 'unavailable' | 'unknown' | 'absent';
  readonly reason: string | null;
  readonly message: string | null;
  /** The plugin that wrote it; null where it was a route controller, or nobody that is known. */
  readonly plugin: PluginId | null;
  readonly writer: 'plugin' | 'route-controller' | null;
  /** RFC 3339 of the last change; null where it is not told. */
  readonly since: string | null;
}

const routeReasons = new Set(['RouteCreated', 'NoRouteCreated']);

/** Reads NetworkUnavailable with who wrote it (sources: the `conditionReasons` of the plugins, kubernetes/cloud-provider). */
export function nodeNetworkCondition(node: Node): NodeNetworkCondition {
  const condition = (node.status?.conditions ?? []).find(({ type }) => type === 'NetworkUnavailable');
  if (condition === undefined) return { state: 'absent', reason: null, message: null, plugin: null, writer: null, since: null };
  const { status, reason = null, message = null } = condition;
  const byOvn = message?.startsWith('ovn-kube cleared') === true;
  const plugin = byOvn ? 'ovn-kubernetes' : (pluginOfConditionReason(reason ?? '')?.id ?? null);
  const byRoutes = plugin === null && routeReasons.has(reason ?? '');
  return {
    state: status === 'True' ? 'unavailable' : status === 'False' ? 'available' : 'unknown',
    reason,
    message,
    plugin,
    writer: plugin !== null ? 'plugin' : byRoutes ? 'route-controller' : null,
    since: condition.lastTransitionTime ?? null,
  };
}
