import type { ClusterEvent, Container, DaemonSet, KubernetesObject, Node, Pod } from '../../../src/cluster/wire.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { before, days } from './clock.ts';
import { pluginNamed } from './installed-plugins.ts';
import type { TestCluster } from './test-cluster.ts';

/** What differs from cluster to cluster and changes no cause. */
export interface Twist {
  readonly name: string;
  /** Changes the cluster; gives the alert as it reads there. */
  readonly turn: (cluster: TestCluster, alert: Alert) => Alert;
}

export const twists: readonly Twist[] = [
  { name: 'the plugin installed under names, labels and images of its own', turn: renameAgents },
  { name: 'two addresses for each pod and node', turn: addSecondFamily },
];

const namespace = 'net-system';

/** As a Helm chart does with a release name of its own, its images from a mirror. */
function renameAgents(cluster: TestCluster, alert: Alert): Alert {
  cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: cluster.uid(), creationTimestamp: before(days(22)) } });
  const owners = new Map(cluster.plugins.map((plugin) => [pluginNamed(plugin).daemonSet, { 'app.kubernetes.io/name': `prod-${pluginNamed(plugin).daemonSet}`, 'app.kubernetes.io/instance': 'prod' }]));
  let renamed = alert;
  for (const object of cluster.objects) {
    const owner = object.metadata?.ownerReferences?.find(({ kind }) => kind === 'DaemonSet')?.name ?? (object.kind === 'DaemonSet' ? object.metadata?.name : undefined);
    const labels = owner === undefined ? undefined : owners.get(owner);
    if (labels === undefined) continue;
    if (object.kind === 'DaemonSet') {
      const { spec } = object as DaemonSet;
      Object.assign(spec?.selector ?? {}, { matchLabels: labels });
      Object.assign(spec?.template?.metadata ?? {}, { labels });
      mirror(spec?.template?.spec?.containers);
    } else if (object.kind === 'Pod') {
      mirror((object as Pod).spec?.containers);
      for (const reference of object.metadata?.ownerReferences ?? []) Object.assign(reference, { name: labels['app.kubernetes.io/name'] });
      renamed = followPod(cluster, object, renamed);
    } else continue;
    Object.assign(object.metadata ?? {}, { name: `prod-${object.metadata?.name ?? ''}`, namespace, labels });
  }
  return renamed;
}

function mirror(containers: readonly Container[] = []): void {
  for (const container of containers) Object.assign(container, { image: `registry.corp.example/mirror/${container.image ?? ''}` });
}

/** Its logs, its events and the alert about it go by the new name too. */
function followPod({ logs, objects }: TestCluster, { metadata }: KubernetesObject, alert: Alert): Alert {
  const [old, name] = [`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, `prod-${metadata?.name ?? ''}`];
  for (const [key, text] of [...logs].filter(([key]) => key.startsWith(`${old}/`))) {
    logs.delete(key);
    logs.set(`${namespace}/${name}${key.slice(old.length)}`, text);
  }
  for (const { involvedObject, metadata: own } of objects.filter(({ kind }) => kind === 'Event') as ClusterEvent[]) {
    if (involvedObject?.uid !== metadata?.uid) continue;
    Object.assign(involvedObject ?? {}, { namespace, name });
    Object.assign(own ?? {}, { namespace });
  }
  const isAbout = alert.labels['pod'] === metadata?.name && alert.labels['namespace'] === metadata?.namespace;
  return isAbout ? { ...alert, labels: { ...alert.labels, namespace, pod: name } } : alert;
}

/** IPv4 first, as most clusters with both have it. */
function addSecondFamily({ nodes, objects }: TestCluster, alert: Alert): Alert {
  nodes.forEach((node, index) => {
    addToNode(node, index);
  });
  for (const { spec, status } of objects.filter(({ kind }) => kind === 'Pod') as Pod[]) {
    if (spec?.hostNetwork === true || status?.podIP === undefined || status.podIPs === undefined) continue;
    const [, , third = '0', fourth = '0'] = status.podIP.split('.');
    Object.assign(status, { podIPs: [{ ip: status.podIP }, { ip: `fd00:10:244:${third}::${Number(fourth).toString(16)}` }] });
  }
  return alert;
}

function addToNode({ spec, status }: Node, index: number): void {
  const [range] = spec?.podCIDRs ?? [];
  const third = range?.split('.')[2] ?? '0';
  if (range !== undefined) Object.assign(spec ?? {}, { podCIDRs: [range, `fd00:10:244:${third}::/64`] });
  if (status?.addresses !== undefined) Object.assign(status, { addresses: [...status.addresses, { type: 'InternalIP', address: `2001:db8::${10 + index}` }] });
}
