import type { DaemonSet, Deployment, Pod } from '../cluster/wire.ts';
import { condition, containerStatuses } from '../facts/pods.ts';
import { pluginOfDaemonSet } from '../network/cni/match-daemon-set.ts';
import { plugins } from '../network/cni/registry.ts';

type Labels = Readonly<Record<string, string>>;

/** The pods of a network plugin's workload. */
export interface PluginWorkload {
  readonly namespace: string;
  readonly part: 'agent' | 'controller';
  readonly labels: Labels;
}

/** The DaemonSet as a plugin's, when it is one. */
export function agentWorkload(daemonSet: DaemonSet): PluginWorkload | undefined {
  return pluginOfDaemonSet(daemonSet) === undefined ? undefined : workload('agent', daemonSet);
}

/** The Deployment as a plugin's controller, when it is one. */
export function controllerWorkload(deployment: Deployment): PluginWorkload | undefined {
  const isController = plugins.some(({ controllers }) => controllers.some(({ name }) => name === deployment.metadata?.name));
  return isController ? workload('controller', deployment) : undefined;
}

function workload(part: PluginWorkload['part'], { metadata, spec }: DaemonSet | Deployment): PluginWorkload | undefined {
  const labels = spec?.selector.matchLabels;
  return labels === undefined || metadata?.namespace === undefined ? undefined : { part, namespace: metadata.namespace, labels };
}

/** A pod whose logs may be worth keeping. */
export interface LogCandidate {
  readonly namespace: string;
  readonly pod: string;
  readonly node: string | undefined;
  readonly ready: boolean;
  readonly part: PluginWorkload['part'] | undefined;
  readonly containers: readonly { readonly name: string; readonly restarts: number }[];
}

/** The pod, when it is not ready or one of a network plugin's; undefined for the others, whose logs stay where they are. */
export function logCandidate(pod: Pod, workloads: readonly PluginWorkload[]): LogCandidate | undefined {
  const { namespace = '', name = '', labels = {} } = pod.metadata ?? {};
  const ready = condition(pod, 'Ready')?.status === 'True';
  const owner = workloads.find(
    (one) => one.namespace === namespace && Object.entries(one.labels).every(([key, value]) => labels[key] === value),
  );
  if ((ready || pod.status?.phase === 'Succeeded') && owner === undefined) return undefined;
  return {
    namespace,
    pod: name,
    node: pod.spec?.nodeName,
    ready,
    part: owner?.part,
    containers: containerStatuses(pod).flatMap((container) =>
      container.status === undefined ? [] : [{ name: container.name, restarts: container.status.restartCount }],
    ),
  };
}

const mostPods = { other: 200, agent: 60, controller: 20 };

interface Narrowing {
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
}

/** Of the candidates those that are kept: of the namespace and the node asked for, unhealthy ones first, a bounded number. */
export function chooseForLogs(candidates: readonly LogCandidate[], { namespace, node }: Narrowing): readonly LogCandidate[] {
  const troubledNodes = new Set(candidates.filter(({ ready, part }) => !ready && part === undefined).map((one) => one.node));
  const rank = (one: LogCandidate): number => (one.ready ? 2 : 0) - (troubledNodes.has(one.node) ? 1 : 0);
  const groups = Map.groupBy(
    candidates.filter(
      (one) =>
        (node === undefined || one.node === node || one.part === 'controller') &&
        (namespace === undefined || one.part !== undefined || one.namespace === namespace),
    ),
    ({ part }) => part ?? 'other',
  );
  return [...groups].flatMap(([part, group]) => group.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostPods[part]));
}
