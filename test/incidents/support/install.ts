import type { KubernetesObject, Node, Pod, PodSpec } from '../../../src/cluster/wire.ts';
import { before, days } from './clock.ts';
import type { Controller, InstalledPlugin } from './installed-plugins.ts';
import { conditions } from './pods.ts';
import type { TestCluster } from './test-cluster.ts';

const installed = before(days(20));

/** Puts a plugin on every node of the cluster, with its controllers and settings, all healthy. */
export function install(cluster: TestCluster, plugin: InstalledPlugin): void {
  if (!cluster.objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata?.name === plugin.namespace)) cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: plugin.namespace, uid: cluster.uid(), creationTimestamp: installed } });
  for (const object of plugin.objects ?? []) if (!cluster.objects.some((one) => one.kind === object.kind && one.metadata?.name === object.metadata?.name && one.metadata?.namespace === object.metadata?.namespace)) cluster.add(structuredClone(object));
  if (plugin.daemonSet === '') return;
  const spec = podSpecOf(plugin);
  const count = cluster.nodes.length;
  cluster.add({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: plugin.daemonSet, namespace: plugin.namespace, uid: cluster.uid(), creationTimestamp: installed, labels: { ...plugin.labels } },
    spec: { selector: { matchLabels: { ...plugin.labels } }, template: { metadata: { labels: { ...plugin.labels } }, spec } },
    status: { desiredNumberScheduled: count, currentNumberScheduled: count, numberReady: count, numberAvailable: count, updatedNumberScheduled: count, numberMisscheduled: 0 },
  } as KubernetesObject);
  for (const node of cluster.nodes) addAgent(cluster, plugin, node);
  for (const controller of plugin.controllers ?? []) addController(cluster, plugin, controller);
}

function podSpecOf(plugin: InstalledPlugin): PodSpec {
  return {
    hostNetwork: true,
    tolerations: [{ operator: 'Exists' }],
    containers: plugin.containers.map(({ name, image, env = {} }) => ({ name, image, env: Object.entries(env).map(([key, value]) => ({ name: key, value })) })),
    initContainers: (plugin.initContainers ?? []).map((name) => ({ name, image: plugin.containers[0]?.image ?? '' })),
  };
}

/** The plugin's pod on a node, Running and Ready since the cluster was made. */
export function addAgent(cluster: TestCluster, plugin: InstalledPlugin, node: Node): Pod {
  const { namespace, daemonSet, labels, containers, initContainers = [] } = plugin;
  const address = node.status?.addresses?.[0]?.address ?? '';
  const name = `${daemonSet}-${cluster.suffix()}`;
  const pod = cluster.addPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: cluster.uid(), creationTimestamp: installed, labels: { ...labels, 'controller-revision-hash': '7d8c5b6f9d', 'pod-template-generation': '1' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: daemonSet, uid: `ds-${daemonSet}`, controller: true }] },
    spec: { ...podSpecOf(plugin), nodeName: node.metadata?.name ?? '' },
    status: {
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      hostIP: address,
      startTime: installed,
      conditions: conditions('True', installed),
      containerStatuses: containers.map(({ name: container, image }) => ({ name: container, image, imageID: '', ready: true, started: true, restartCount: 1, state: { running: { startedAt: before(days(9)) } }, lastState: { terminated: { exitCode: 255, reason: 'Unknown', finishedAt: before(days(9)), startedAt: installed } } })),
      initContainerStatuses: initContainers.map((container) => ({ name: container, image: containers[0]?.image ?? '', imageID: '', ready: true, started: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: before(days(9)), finishedAt: before(days(9)) } } })),
    },
  });
  const main = containers[0]?.name;
  if (main !== undefined && plugin.benignLog.length > 0) cluster.log(pod, main, withTimes(plugin.benignLog));
  return pod;
}

/** Lines of the last half hour, each with the time prefix that the API server writes. */
export function withTimes(lines: readonly string[], everyMinutes = 5): string {
  return lines.map((line, index) => `${before((lines.length - index) * everyMinutes).replace('Z', '.104417113Z')} ${line}\n`).join('');
}

function addController(cluster: TestCluster, { namespace }: InstalledPlugin, { name, labels, container, image }: Controller): void {
  cluster.add({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, uid: cluster.uid(), creationTimestamp: installed, labels: { ...labels } },
    spec: { replicas: 1, selector: { matchLabels: { ...labels } }, template: { metadata: { labels: { ...labels } }, spec: { containers: [{ name: container, image }] } } },
    status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
  } as KubernetesObject);
  const node = cluster.nodes.at(-1)?.metadata?.name ?? '';
  cluster.runningPod(namespace, name, node, (pod) => {
    if (pod.metadata) pod.metadata.labels = { ...labels, 'pod-template-hash': '6c9f7d5b4c' };
    if (pod.spec) Object.assign(pod.spec, { hostNetwork: true, containers: [{ name: container, image }] });
    const address = cluster.node(node).status?.addresses?.[0]?.address ?? '';
    if (pod.status) Object.assign(pod.status, { podIP: address, podIPs: [{ ip: address }] });
    const status = pod.status?.containerStatuses?.[0];
    if (status) Object.assign(status, { name: container, image });
  });
}
