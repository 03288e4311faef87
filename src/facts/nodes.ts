import type { Node, NodeCondition, NodeSelectorTerm, Pod, PodSpec, Taint, Toleration } from '../cluster/wire.ts';
import type { Moment } from '../core/moment.ts';
import { isFresh, type ObservedEvent, withReason } from './events.ts';

/** What is wrong with a node as a whole, in the details of `node-network-unavailable`. */
export interface NodeOutage {
  readonly detail: 'kubelet-silent' | 'kubelet-not-ready' | 'network-unavailable' | 'runtime-down';
  readonly condition: NodeCondition;
}

const runtimeDown =
  /container runtime is down|PLEG is not healthy|pleg was last seen|container runtime status check may not have completed|dial unix \S*(?:containerd|crio|docker)\S*|(?:cri-)?dockerd? daemon is not running|runtime service is not running/i;
const networkNotReady =
  /NetworkReady=false|NetworkPluginNotReady|network plugin is not ready|cni plugin not initialized|cni config uninitialized/i;

/** The condition of that type; undefined when the node has none. */
export function condition(node: Node, type: string): NodeCondition | undefined {
  return node.status?.conditions?.find((one) => one.type === type);
}

/** Whether the node's Ready condition is True now; False, Unknown and absent are all not ready. */
export function isReady(node: Node): boolean {
  return condition(node, 'Ready')?.status === 'True';
}

/**
 * Why the node as a whole cannot run pods; undefined when its conditions name no reason.
 *
 * Ready Unknown is what the node lifecycle controller writes when the kubelet has fallen silent; NetworkUnavailable
 * True is written by the cloud's route controller or the plugin and can outlive them, so Ready is asked first.
 */
export function nodeOutage(node: Node): NodeOutage | undefined {
  const ready = condition(node, 'Ready');
  if (ready?.status === 'Unknown') return { detail: 'kubelet-silent', condition: ready };
  if (ready?.status === 'False') {
    const message = ready.message ?? '';
    if (runtimeDown.test(message)) return { detail: 'runtime-down', condition: ready };
    return { detail: networkNotReady.test(message) ? 'network-unavailable' : 'kubelet-not-ready', condition: ready };
  }
  const network = condition(node, 'NetworkUnavailable');
  return network?.status === 'True' ? { detail: 'network-unavailable', condition: network } : undefined;
}

/** Whether its events say that it was rebooted within the window before the present. `events` are the node's own. */
export function recentlyRebooted(events: readonly ObservedEvent[], moment: Moment, windowMs: number): boolean {
  return withReason(events, 'Rebooted').some((event) => isFresh(event, moment, windowMs));
}

/** The ranges that the node's pods get addresses from, one for each family; empty where node IPAM has given it none. */
export function podCidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]);
}

/** Whether somebody cordoned it. */
export function isCordoned(node: Node): boolean {
  return node.spec?.unschedulable === true;
}

/** The node's taints; none when it has none. */
export function taints(node: Node): readonly Taint[] {
  return node.spec?.taints ?? [];
}

/** Taints that keep the pod off the node: NoSchedule and NoExecute ones that it does not tolerate. */
export function untoleratedTaints(pod: Pod, node: Node): Taint[] {
  const tolerations = pod.spec?.tolerations ?? [];
  return taints(node)
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .filter((taint) => !tolerations.some((one) => tolerates(one, taint)));
}

/** Whether a toleration covers a taint (kubernetes: pkg/apis/core/v1 Toleration.ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** Whether the node carries every label of `spec.nodeSelector`; an absent selector takes any node. */
export function matchesNodeSelector(node: Node, selector: Readonly<Record<string, string>> | undefined): boolean {
  const labels = node.metadata?.labels ?? {};
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** Whether the node satisfies the pod's required node affinity; preferred ones keep nobody out. */
export function matchesNodeAffinity(node: Node, pod: Pod): boolean {
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required === null || required.nodeSelectorTerms.some((term) => matchesTerm(node, term));
}

/** Whether pods with this node selector and affinity are meant for the node; its taints are not asked. */
export function isMeantFor(node: Node, { nodeSelector, affinity }: Pick<PodSpec, 'nodeSelector' | 'affinity'>): boolean {
  const spec: PodSpec = { containers: [], ...(affinity === undefined ? {} : { affinity }) };
  return matchesNodeSelector(node, nodeSelector) && matchesNodeAffinity(node, { spec });
}

/** The node's operating system, `linux` or `windows`, as the kubelet labels it; `linux` where nothing tells. */
export function osOf({ metadata, status }: Node): string {
  const labels = metadata?.labels ?? {};
  return (labels['kubernetes.io/os'] ?? labels['beta.kubernetes.io/os'] ?? status?.nodeInfo?.operatingSystem ?? 'linux').toLowerCase();
}

/** Whether the node satisfies one term: all its expressions and fields. A term without any matches no node. */
export function matchesTerm(node: Node, term: NodeSelectorTerm): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = node.metadata?.labels ?? {};
  const name = node.metadata?.name;
  return (
    expressions.every(({ key, operator, values }) => holds(labels[key], operator, values ?? [])) &&
    fields.every(({ key, operator, values }) => holds(key === 'metadata.name' ? name : undefined, operator, values ?? []))
  );
}

function holds(actual: string | undefined, operator: string, values: readonly string[]): boolean {
  const bound = Number(values[0]);
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return actual !== undefined && Number(actual) > bound;
    case 'Lt':
      return actual !== undefined && Number(actual) < bound;
    default:
      return false;
  }
}
