import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterEvent, KubernetesObject } from '../../../src/cluster/wire.ts';
import { asEventsV1 } from './events.ts';
import type { TestCluster } from './test-cluster.ts';

/** The ways in which people bring a cluster along. */
export const layouts = ['gets', 'cluster-info-dump', 'yaml', 'events-v1', 'one-file'] as const;
export type Layout = (typeof layouts)[number];

type Files = ReadonlyMap<string, string>;

/** Writes the cluster as files of that layout. */
export async function writeSnapshot(cluster: TestCluster, directory: string, layout: Layout = 'gets'): Promise<void> {
  for (const [path, text] of filesOf(cluster, layout)) {
    await mkdir(join(directory, dirname(path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

function filesOf(cluster: TestCluster, layout: Layout): Files {
  switch (layout) {
    case 'gets':
      return new Map([...listsByKind(cluster.objects, 'json'), ...perContainer(cluster, 'logs')]);
    case 'one-file':
      return new Map([['cluster.json', JSON.stringify({ apiVersion: 'v1', items: cluster.objects, kind: 'List' })], ...perContainer(cluster, 'logs')]);
    case 'yaml':
      return new Map([...listsByKind(cluster.objects, 'yaml'), ...perContainer(cluster, 'cluster-resources/pods/logs')]);
    case 'events-v1':
      return new Map([...listsByKind(cluster.objects.map((one) => (one.kind === 'Event' ? asEventsV1(one as ClusterEvent) : one)), 'json'), ...perContainer(cluster, 'logs')]);
    case 'cluster-info-dump':
      return clusterInfoDump(cluster);
  }
}

/** `kubectl get KIND -A -o json > kind.json` */
function listsByKind(objects: readonly KubernetesObject[], format: 'json' | 'yaml'): Files {
  const byKind = Map.groupBy(objects, ({ kind, apiVersion = '' }) => `${(kind ?? 'unknown').toLowerCase()}s${apiVersion.includes('.') ? `.${apiVersion.split('/')[0] ?? ''}` : ''}`);
  const list = (items: readonly KubernetesObject[]): string => {
    const value = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
    return format === 'json' ? JSON.stringify(value, null, 4) : stringify(value, { aliasDuplicateObjects: false });
  };
  return new Map([...byKind].map(([kind, items]) => [`${kind}.${format}`, list(items)]));
}

function perContainer({ logs }: TestCluster, root: string): Files {
  return new Map([...logs].map(([path, text]) => [`${root}/${path}.log`, text]));
}

/** What `kubectl cluster-info dump -A` leaves out: everything cluster-scoped but nodes, ConfigMaps, custom objects, previous logs. */
const dumped: Readonly<Record<string, string>> = { Pod: 'pods', Event: 'events', DaemonSet: 'daemonsets', Deployment: 'deployments', ReplicaSet: 'replicasets', Service: 'services' };

function clusterInfoDump({ objects, logs }: TestCluster): Files {
  const files = new Map<string, string>([['nodes.json', JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: objects.filter(({ kind }) => kind === 'Node') }, null, 4)]]);
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []));
  for (const namespace of namespaces) {
    for (const [kind, plural] of Object.entries(dumped)) {
      const items = objects.filter((one) => one.kind === kind && one.metadata?.namespace === namespace).map(({ kind: _kind, apiVersion: _version, ...item }) => item);
      const apiVersion = ['DaemonSet', 'Deployment', 'ReplicaSet'].includes(kind) ? 'apps/v1' : 'v1';
      files.set(`${namespace}/${plural}.json`, JSON.stringify({ kind: `${kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items }, null, 4));
    }
  }
  for (const { kind, metadata } of objects) {
    if (kind !== 'Pod') continue;
    const path = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
    const sections = [...logs].filter(([key]) => key.startsWith(`${path}/`) && !key.endsWith('-previous')).map(([key, text]) => section(path, key.slice(path.length + 1), text));
    files.set(`${path}/logs.txt`, sections.join('') || section(path, 'web', ''));
  }
  return files;
}

function section(pod: string, container: string, text: string): string {
  return `==== START logs for container ${container} of pod ${pod} ====\n${text}==== END logs for container ${container} of pod ${pod} ====\n`;
}
