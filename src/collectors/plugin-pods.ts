import { collector } from './collector.ts';
import { plugins } from './plugins.ts';
import type { Collecting } from './collector.ts';
import type { Pod } from '../cluster/wire.ts';
import type { PluginId } from '../network/cni/plugin.ts';
import { condition, containerStatuses, isReady, lastTermination } from '../facts/pods.ts';
import type { PodContainer } from '../facts/pods.ts';
import type { PluginContainer, PluginPodHealth } from '../facts/plugin-health.ts';

/** A pod of a network plugin: an agent of one node, or a controller of the cluster. */
export interface PluginPod extends PluginPodHealth {
  readonly plugin: PluginId;
  readonly part: 'agent' | 'controller';
  readonly uid: string;
  /** The DaemonSet or Deployment that it belongs to. */
  readonly workload: string;
  readonly node: string | null;
}

/** The row of one plugin pod. */
function pluginPod(pod: Pod, belongs: Pick<PluginPod, 'plugin' | 'part' | 'workload'>): PluginPod {
  const ready = condition(pod, 'Ready');
  return {
    ...belongs,
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    node: pod.spec?.nodeName ?? nodeMeantFor(pod),
    phase: pod.status?.phase ?? 'Unknown',
    ready: isReady(pod),
    readyChangedAt: ready?.lastTransitionTime ?? null,
    readyMessage: ready?.message ?? null,
    createdAt: pod.metadata?.creationTimestamp ?? null,
    terminating: pod.metadata?.deletionTimestamp !== undefined,
    containers: containerStatuses(pod).map(pluginContainer),
  };
}

/** The node that a DaemonSet made the pod for, while no scheduler has bound it (kubernetes: daemon/util ReplaceDaemonSetPodNodeNameNodeAffinity). */
function nodeMeantFor({ spec }: Pod): string | null {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields }) => matchFields ?? []);
  return fields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values?.[0] ?? null;
}

function pluginContainer(container: PodContainer): PluginContainer {
  const { name, role, status, spec } = container;
  const end = lastTermination(container);
  return {
    name,
    role,
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    waiting: status?.state?.waiting?.reason ?? null,
    waitingMessage: status?.state?.waiting?.message ?? null,
    runningSince: status?.state?.running?.startedAt ?? null,
    ended:
      end === undefined
        ? null
        : {
            reason: end.terminated.reason ?? '',
            exitCode: end.terminated.exitCode,
            at: end.terminated.finishedAt ?? null,
            present: end.present,
            message: end.terminated.message ?? null,
          },
    image: spec?.image ?? status?.image ?? null,
  };
}

/** Every pod of every recognised plugin, on all nodes. */
export const pluginPods = collector({
  name: 'pluginPods',
  what: "the network plugin's pods",
  shows: ['Pod'],
  scope: 'cluster',
  permissions: ['list pods'],
  command: () =>
    'kubectl get pods -A -o wide | grep -Ei "calico|flannel|cilium|aws-node|azure|netd|weave|antrea|kube-router|ovnkube|multus|kindnet|whereabouts"',
  async collect(collecting): Promise<readonly PluginPod[]> {
    const { workloads } = await collecting.read(plugins);
    const found = await Promise.all(workloads.map((workload) => podsOf(collecting, workload)));
    return [...new Map(found.flat().map((one) => [`${one.namespace}/${one.name}/${one.uid}`, one])).values()];
  },
});

interface Workload {
  readonly plugin: PluginId;
  readonly part: 'agent' | 'controller';
  readonly namespace: string;
  readonly name: string;
  readonly selector: string;
}

async function podsOf({ cluster, signal }: Collecting, { namespace, selector, ...workload }: Workload): Promise<readonly PluginPod[]> {
  const query = { namespace, labelSelector: selector, signal };
  const { items } = await cluster.collect('Pod', query, (pod) =>
    isOfAnother(pod, workload) ? undefined : pluginPod(pod, { plugin: workload.plugin, part: workload.part, workload: workload.name }),
  );
  return items;
}

/** DaemonSets of two operating systems often select the same labels; whose a pod is says its owner. */
function isOfAnother({ metadata }: Pod, { name }: Pick<Workload, 'name'>): boolean {
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === 'DaemonSet');
  return owner !== undefined && owner.name !== name;
}
