import type { KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import type { TestCluster } from './test-cluster.ts';

export type Runtime = 'containerd' | 'cri-o' | 'dockershim';

/** A failed CNI ADD as it was told to the kubelet. */
export interface FailedAdd {
  /** The `type` of the configuration, e.g. `calico`, `ptp`; null where the runtime names none. */
  readonly type: string | null;
  readonly text: string;
  /** Name of the network; only newer libraries and CRI-O say it. */
  readonly network?: string;
  readonly runtime?: Runtime;
  readonly quote?: '"' | "'";
}

/** A 64 digit id, another one for each number. */
export function sandboxId(number: number): string {
  return Array.from({ length: 8 }, (_, index) => ((number * 2_654_435_761 + index * 40_503 + 0x1234567) >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The kubelet's words for it, wrapped as the runtime does. */
export function sandboxError(pod: Pod, add: FailedAdd, number: number): string {
  const { type, text, network, runtime = 'containerd', quote = '"' } = add;
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const id = sandboxId(number);
  const named = network === undefined ? '' : ` name=${quote}${network}${quote}`;
  const cause = type === null ? text : `plugin type=${quote}${type}${quote}${named} failed (add): ${text}`;
  switch (runtime) {
    case 'containerd':
      return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox ${quote}${id}${quote}: ${cause}`;
    case 'cri-o':
      return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_${name}_${namespace}_${uid}_0(${id}): error adding pod ${namespace}_${name} to CNI network "${network ?? 'default'}": ${cause}`;
    case 'dockershim':
      return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "${id}" network for pod "${name}": networkPlugin cni failed to set up pod "${name}_${namespace}" network: ${text}`;
  }
}

/** How often and since when it fails. */
export interface Failing {
  readonly minutes?: number;
  readonly lastMinutesAgo?: number;
  readonly count?: number;
}

/**
 * A sandbox that cannot be made, as the kubelet tells it: a few single events, each with another sandbox id, then one
 * "combined from similar events" that counts on (client-go: tools/record/events_cache.go).
 */
export function sandboxFails(cluster: TestCluster, pod: Pod, add: FailedAdd, { minutes = 17, lastMinutesAgo = 0.3, count = 74 }: Failing = {}): void {
  scheduled(cluster, pod, minutes + 1);
  const single = Math.min(3, count);
  for (let index = 0; index < single; index += 1) {
    const at = Math.max(lastMinutesAgo, minutes - index * 0.25);
    cluster.event(pod, { reason: 'FailedCreatePodSandBox', message: sandboxError(pod, add, cluster.serial()), count: 1, minutesAgo: at, firstMinutesAgo: at });
  }
  if (count > single) cluster.event(pod, { reason: 'FailedCreatePodSandBox', message: `(combined from similar events): ${sandboxError(pod, add, cluster.serial())}`, count: count - single, minutesAgo: lastMinutesAgo, firstMinutesAgo: Math.max(lastMinutesAgo, minutes - 2) });
}

/** The scheduler's word that a node was chosen. */
export function scheduled(cluster: TestCluster, pod: Pod, minutes: number): void {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  cluster.event(pod, { reason: 'Scheduled', message: `Successfully assigned ${namespace}/${name} to ${pod.spec?.nodeName ?? ''}`, type: 'Normal', count: 1, minutesAgo: minutes, firstMinutesAgo: minutes, from: 'scheduler' });
}

/** A pod that waits for its sandbox on that node, and the events that say why. */
export function stuckPod(cluster: TestCluster, add: FailedAdd, { node = 'worker-2', app = 'checkout', ...failing }: Failing & { node?: string; app?: string } = {}): Pod {
  const pod = cluster.waitingPod('shop', app, node, (failing.minutes ?? 17) + 1);
  sandboxFails(cluster, pod, add, failing);
  return pod;
}

/** Other pods of the node that wait for the same. */
export function alsoStuck(cluster: TestCluster, add: FailedAdd, node = 'worker-2'): readonly KubernetesObject[] {
  return ['orders', 'search'].map((app) => stuckPod(cluster, add, { node, app }));
}
