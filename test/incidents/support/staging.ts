import type { ClusterEvent, KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import type { AlertName } from './alert-for.ts';
import type { Layout } from './snapshot-layouts.ts';
import type { TestCluster } from './test-cluster.ts';

/** How a case is staged where the post leaves it open. The answer must not depend on it. */
export interface Staging {
  readonly name: string;
  readonly layout: Layout;
  /** Whether the plugin's pod crashes where its log speaks of a fault, or goes on. */
  readonly agent: 'crashing' | 'ready';
  /** What the alert is about where only the plugin's log was posted. */
  readonly about: 'pod' | 'agent' | 'node';
  /** Clusters before 1.29 do not have PodReadyToStartContainers. */
  readonly conditions: 'modern' | 'old';
  /** `event-time`: null timestamps, as events.k8s.io leaves them. */
  readonly events: 'counted' | 'event-time' | 'single';
  /** `bare`: only the pod, its node, the plugin's pod there, and events were brought along. */
  readonly brought: 'whole' | 'bare';
  readonly alert?: AlertName;
}

export const plainStaging: Staging = { name: 'as it is usual', layout: 'gets', agent: 'crashing', about: 'pod', conditions: 'modern', events: 'counted', brought: 'whole' };

const variant = (name: string, change: Partial<Staging>): Staging => ({ ...plainStaging, name, ...change });

export const stagings: readonly Staging[] = [
  plainStaging,
  variant('a dump of an old cluster, the alert about the plugin', { layout: 'cluster-info-dump', conditions: 'old', about: 'agent', alert: 'KubePodNotReady' }),
  variant('YAML, the agent goes on in spite of its log', { layout: 'yaml', agent: 'ready', alert: 'KubeNetworkPluginError' }),
  variant('events without timestamps', { layout: 'gets', events: 'event-time', conditions: 'old' }),
  variant('the other API of events, each event once', { layout: 'events-v1', events: 'single' }),
  variant('only the pod, its node and the events', { brought: 'bare', about: 'agent' }),
];

/** Does to the whole cluster what the staging asks for. */
export function restage(cluster: TestCluster, target: Pod, { conditions, events, brought }: Staging): void {
  for (const object of cluster.objects) {
    if (object.kind === 'Pod' && conditions === 'old') withoutCondition(object);
    if (object.kind === 'Event' && events !== 'counted') retime(object, events);
  }
  if (brought === 'bare') keepOnly(cluster, target);
}

function withoutCondition(pod: Pod): void {
  if (pod.status?.conditions) pod.status.conditions = pod.status.conditions.filter(({ type }) => type !== 'PodReadyToStartContainers');
}

/** client-node types times as strings; on the wire they are null where nobody set them. */
function retime(event: ClusterEvent, as: 'event-time' | 'single'): void {
  if (as === 'single') {
    Object.assign(event, { count: 1, firstTimestamp: event.lastTimestamp });
    return;
  }
  const last = typeof event.lastTimestamp === 'string' ? event.lastTimestamp : undefined;
  if (last === undefined) return;
  const micro = (time: string): string => time.replace('Z', '.000000Z');
  Object.assign(event, { eventTime: micro(typeof event.firstTimestamp === 'string' ? event.firstTimestamp : last), series: { count: event.count ?? 1, lastObservedTime: micro(last) }, firstTimestamp: null, lastTimestamp: null, count: null });
}

function keepOnly(cluster: TestCluster, target: Pod): void {
  const node = target.spec?.nodeName ?? 'worker-2';
  const kept = cluster.objects.filter((one) => ['Node', 'Namespace'].includes(one.kind ?? '') || isNeeded(one, target, node));
  cluster.objects.splice(0, cluster.objects.length, ...kept);
}

/** The pod itself, the plugin's pods on its node, controllers, and pods that fill the node's range; events of what is kept. */
function isNeeded(object: KubernetesObject, target: Pod, node: string): boolean {
  if (object.kind === 'Event') return true;
  const pod = object as Pod;
  if (object.kind !== 'Pod') return false;
  const isAgent = pod.metadata?.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') === true;
  return pod === target || (isAgent && pod.spec?.nodeName === node) || pod.spec?.hostNetwork === true || pod.metadata?.name?.startsWith('load-') === true;
}
