import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { snapshotCommand } from '../../src/cli/snapshot.ts';
import { world } from '../../src/cli/world.ts';
import { writeSnapshot } from '../../src/cli/write-snapshot.ts';
import type { SnapshotOptions, WrittenSnapshot } from '../../src/cli/write-snapshot.ts';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import type { Snapshot } from '../../src/cluster/snapshot/snapshot.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../support/kubernetes-api/kubernetes-api.ts';
import type { KubernetesApi, KubernetesApiOptions, RecordedCluster } from '../support/kubernetes-api/kubernetes-api.ts';
import { shopCluster } from '../support/kubernetes-api/shop-cluster.ts';

let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'podnet-triage-write-')), 'out');
});

afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true });
});

async function connectTo(server: string): Promise<ClusterReader> {
  const kubeconfig = await writeKubeconfig(server);
  try {
    return await connectCluster({ kubeconfig });
  } finally {
    await removeKubeconfig(kubeconfig);
  }
}

interface Taken {
  readonly written: WrittenSnapshot;
  readonly snapshot: Snapshot;
  readonly api: KubernetesApi;
}

async function take(cluster: RecordedCluster, options: KubernetesApiOptions & Partial<SnapshotOptions> = {}): Promise<Taken> {
  const api = await startKubernetesApi(cluster, options);
  const reader = await connectTo(api.url);
  try {
    const written = await writeSnapshot(reader, { ...options, output: directory });
    return { written, snapshot: await openSnapshot(directory), api };
  } finally {
    await reader.close();
    await api.close();
  }
}

async function everythingWritten(): Promise<string> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  return texts.join('\n');
}

const secretive: AnyObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-9',
    namespace: 'shop',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"password":"hunter2"}' },
  },
  spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'web', ready: false, restartCount: 1, image: '', imageID: '', state: { running: {} } }],
  },
};

const calico: readonly AnyObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'calico-system' },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'calico-node' } },
      template: { spec: { containers: [{ name: 'calico-node', image: 'quay.io/calico/node:v3.29.1' }] } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'calico-node-x', namespace: 'calico-system', labels: { 'k8s-app': 'calico-node' } },
    spec: { nodeName: 'worker-1', containers: [{ name: 'calico-node', image: 'quay.io/calico/node:v3.29.1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'calico-node', ready: true, restartCount: 0, image: '', imageID: '', state: { running: {} } }],
    },
  },
];

describe('a written snapshot', () => {
  it('answers as the cluster did', async () => {
    const { snapshot } = await take(shopCluster);

    expect((await snapshot.list('Pod')).items).toHaveLength(4);
    expect((await snapshot.list('CalicoIPPool')).items).toHaveLength(1);
    expect(await snapshot.list('PersistentVolumeClaim')).toEqual({ items: [], truncated: false });
    expect(await snapshot.list('CiliumNetworkPolicy').catch((error: unknown) => (error as { reason: string }).reason)).toBe(
      'not-installed',
    );
    expect(snapshot.problems).toEqual([]);
  });

  it('says what could not be read, and why', async () => {
    const { written, snapshot } = await take(shopCluster, { forbid: ({ group }) => group === 'networking.k8s.io' });

    expect(written.missing).toHaveLength(3);
    expect(written.missing.join()).toContain('cannot list resource "networkpolicies" in API group "networking.k8s.io"');
    await expect(snapshot.list('NetworkPolicy')).rejects.toMatchObject({ reason: 'forbidden' });
  });

  it('holds the logs of pods that are not ready and of the network plugin, and of no others', async () => {
    const { snapshot } = await take({
      objects: [...shopCluster.objects, ...calico, secretive],
      logs: {
        'shop/web-9/web': 'not ready\n',
        'shop/web-9/web/previous': 'crashed\n',
        'calico-system/calico-node-x/calico-node': 'felix\n',
      },
    });
    const web = { namespace: 'shop', pod: 'web-9', container: 'web' };

    expect(await snapshot.logs(web)).toBe('not ready\n');
    expect(await snapshot.logs({ ...web, previous: true })).toBe('crashed\n');
    expect(await snapshot.logs({ namespace: 'calico-system', pod: 'calico-node-x', container: 'calico-node' })).toBe('felix\n');
    expect(await snapshot.logs({ namespace: 'shop', pod: 'cart-1', container: 'cart' })).toBeUndefined();
  });

  it('holds no credential, and no Secret was asked for', async () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'app', namespace: 'shop' },
      data: { 'app.ini': 'password = hunter2\nmode = fast' },
    };
    const { api } = await take({ objects: [secretive, config], logs: { 'shop/web-9/web': 'login with password=hunter2\n' } });

    const text = await everythingWritten();

    expect(text).not.toContain('hunter2');
    expect(text).toContain('mode = fast');
    expect(api.requests.count(/secrets/)).toBe(0);
  });

  it('keeps to a namespace what belongs to applications, and says that the rest is unknown', async () => {
    const configMap = (namespace: string): AnyObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace } });
    const { snapshot } = await take(
      { objects: [...shopCluster.objects, ...calico, configMap('bank'), configMap('calico-system')] },
      { namespace: 'shop' },
    );

    expect((await snapshot.list('ConfigMap')).items.map(({ metadata }) => metadata?.namespace)).toEqual(['calico-system', 'kube-system']);
    expect((await snapshot.list('ConfigMap')).truncated).toBe(true);
    await expect(snapshot.list('ConfigMap', { namespace: 'bank' })).rejects.toMatchObject({ reason: 'not-captured' });
    expect((await snapshot.list('Pod')).truncated).toBe(false);
  });

  it('is refused a directory with something in it', async () => {
    await writeFile(join(directory, '..', 'x'), 'x');
    const api = await startKubernetesApi([]);
    const reader = await connectTo(api.url);

    await expect(writeSnapshot(reader, { output: join(directory, '..') })).rejects.toThrow(/is not empty \(there is x\)/);
    await reader.close();
    await api.close();
  });

  it('is none when the cluster cannot be reached', async () => {
    const api = await startKubernetesApi([]);
    const reader = await connectTo(api.url);
    await api.close();

    await expect(writeSnapshot(reader, { output: directory })).rejects.toThrow(/cannot be reached: the connection was refused/);
    await reader.close();
  });
});

describe('the command', () => {
  it.each([
    ['--namespace', 'shopp', /has no namespace shopp: nothing was written$/],
    ['--node', 'worker-77', /has no node worker-77: nothing was written$/],
  ])('tells a misspelt %s %s instead of leaving out what was meant', async (option, name, told) => {
    const api = await startKubernetesApi(shopCluster);
    const outside = { ...world, connectCluster: async () => connectTo(api.url), write: () => undefined };
    const command = snapshotCommand(outside);

    await expect(command.parseAsync(['--output', directory, option, name], { from: 'user' })).rejects.toThrow(told);
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
    await api.close();
  });
});
