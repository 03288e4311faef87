import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../src/cluster/wire.ts';
import type { TestCluster } from '../incidents/support/test-cluster.ts';

type Files = ReadonlyMap<string, string>;

/** Ways in which tools other than kubectl's own dump lay out a cluster, and what people make of its files by hand. */
export const captures = {
  'one JSON object a file, wherever it lies': ({ objects, logs }) =>
    new Map([
      ...objects.map((one, index) => [`a/${index % 3}/${index}.json`, JSON.stringify(one)] as const),
      ...[...logs].map(([path, text]) => [`b/${path}.log`, text] as const),
    ]),
  'one YAML file of many documents': ({ objects, logs }) =>
    new Map([
      ['everything.yml', objects.map((one) => yaml(one)).join('---\n')],
      ...[...logs].map(([path, text]) => [`${path}.log`, text] as const),
    ]),
  'a List of Lists in one file': ({ objects, logs }) =>
    new Map([
      ['all.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...groups(objects)].map(([, items]) => list('List', items)) })],
      ...[...logs].map(([path, text]) => [`${path}.log`, text] as const),
    ]),
  'a support bundle': supportBundle,
  'a must-gather': mustGather,
} satisfies Readonly<Record<string, (cluster: TestCluster) => Files>>;

/** Writes the files of a capture below a directory. */
export async function writeCapture(directory: string, files: Files): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(join(directory, dirname(path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

const yaml = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false });

const list = (kind: string, items: readonly unknown[], apiVersion = 'v1') => ({
  apiVersion,
  kind,
  metadata: { resourceVersion: '1' },
  items,
});

/** By kind, group and namespace. */
function groups(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly KubernetesObject[]> {
  return Map.groupBy(objects, ({ kind, apiVersion, metadata }) => [kind, apiVersion, metadata?.namespace ?? ''].join(' '));
}

/** troubleshoot.sh writes a typed list for each kind and namespace, whose items have no kind. */
function supportBundle({ objects, logs }: TestCluster): Files {
  const files = new Map<string, string>([
    ['bundle/version.yaml', 'apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\nspec:\n  versionNumber: 0.80.0\n'],
    ['bundle/analysis.json', '[{"name":"node.status","severity":"debug"}]'],
  ]);
  for (const [key, items] of groups(objects)) {
    const [kind = '', apiVersion = '', namespace = ''] = key.split(' ');
    const folder = apiVersion.includes('.')
      ? `custom-resources/${kind.toLowerCase()}s.${apiVersion.split('/')[0] ?? ''}`
      : `${kind.toLowerCase()}s`;
    const bare = items.map(({ kind: _kind, apiVersion: _version, ...item }) => item);
    const path = namespace === '' ? folder : `${folder}/${namespace}`;
    files.set(`bundle/cluster-resources/${path}.json`, JSON.stringify(list(`${kind}List`, bare, apiVersion)));
  }
  for (const [path, text] of logs) files.set(`bundle/cluster-resources/pods/logs/${path}.log`, text);
  return files;
}

/** OpenShift's must-gather: each pod in a file of its own beside the lists, and logs by container and run. */
function mustGather({ objects, logs }: TestCluster): Files {
  const root = 'must-gather.local.1/registry-sha256-0a1b';
  const files = new Map<string, string>();
  for (const [key, items] of groups(objects)) {
    const [kind = '', apiVersion = '', namespace = ''] = key.split(' ');
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : 'core';
    if (namespace === '') {
      for (const one of items)
        files.set(`${root}/cluster-scoped-resources/${group}/${kind.toLowerCase()}s/${one.metadata?.name ?? ''}.yaml`, yaml(one));
    } else {
      files.set(`${root}/namespaces/${namespace}/${group}/${kind.toLowerCase()}s.yaml`, yaml(list(`${kind}List`, items, apiVersion)));
    }
    if (kind === 'Pod')
      for (const one of items)
        files.set(`${root}/namespaces/${namespace}/pods/${one.metadata?.name ?? ''}/${one.metadata?.name ?? ''}.yaml`, yaml(one));
  }
  for (const [path, text] of logs) {
    const [namespace = '', pod = '', log = ''] = path.split('/');
    const container = log.replace(/-previous$/, '');
    const run = log === container ? 'current' : 'previous';
    files.set(`${root}/namespaces/${namespace}/pods/${pod}/${container}/${container}/logs/${run}.log`, text);
  }
  return files;
}
