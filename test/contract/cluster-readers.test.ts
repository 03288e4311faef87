import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import { ReadError } from '../../src/cluster/reader.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import type { KubernetesObject } from '../../src/cluster/wire.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../support/kubernetes-api/kubernetes-api.ts';
import { shopCluster } from '../support/kubernetes-api/shop-cluster.ts';

interface Opened extends AsyncDisposable {
  readonly reader: ClusterReader;
}

async function openLive(): Promise<Opened> {
  const api = await startKubernetesApi(shopCluster, { token: 'let-me-in' });
  const kubeconfig = await writeKubeconfig(api.url, 'let-me-in');
  const reader = await connectCluster({ kubeconfig });
  return {
    reader,
    async [Symbol.asyncDispose]() {
      await reader.close();
      await api.close();
      await removeKubeconfig(kubeconfig);
    },
  };
}

async function openFiles(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'podnet-triage-contract-'));
  await writeFile(join(directory, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: shopCluster.objects }));
  for (const [place, text] of Object.entries(shopCluster.logs)) {
    const file = join(directory, place.endsWith('/previous') ? `${place.slice(0, -'/previous'.length)}-previous.log` : `${place}.log`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return { reader: await openSnapshot(directory), [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

const names = (objects: readonly KubernetesObject[]): readonly (string | undefined)[] => objects.map(({ metadata }) => metadata?.name);

async function reasonOf(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return error instanceof ReadError ? error.reason : String(error);
}

describe.each([
  ['live', openLive],
  ['snapshot', openFiles],
] as const)('the %s reader', (source, open) => {
  let opened: Opened;
  let reader: ClusterReader;

  beforeAll(async () => {
    opened = await open();
    reader = opened.reader;
  });

  afterAll(() => opened[Symbol.asyncDispose]());

  it('says what it is', () => {
    expect(reader.source).toBe(source);
    expect(reader.name).not.toBe('');
  });

  it('gets an object as it stands on the wire', async () => {
    const found = await reader.get('Pod', { namespace: 'shop', name: 'web-1' });

    expect(found).toEqual(shopCluster.objects.find(({ kind, metadata }) => kind === 'Pod' && metadata?.name === 'web-1'));
  });

  it('gives undefined for an object that does not exist', async () => {
    expect(await reader.get('Pod', { namespace: 'shop', name: 'nobody' })).toBeUndefined();
    expect(await reader.get('Pod', { namespace: 'elsewhere', name: 'web-1' })).toBeUndefined();
    expect(await reader.get('CalicoIPPool', { name: 'nobody' })).toBeUndefined();
  });

  it('never takes a name for a path', async () => {
    for (const name of ['../configmaps/kubeadm-config', '..', '.', 'web-1/log', 'web-1?x=1', '%2e%2e', 'a b']) {
      expect(await reader.get('Pod', { namespace: 'shop', name })).toBeUndefined();
    }
  });

  it('lists all namespaces in the order of the server', async () => {
    const { items, truncated } = await reader.list('Pod');

    expect(names(items)).toEqual(['cart-1', 'web-1', 'web-2', 'web-3']);
    expect(truncated).toBe(false);
  });

  it('lists items with their kind and apiVersion', async () => {
    const { items } = await reader.list('Node');

    expect(items.map(({ kind, apiVersion }) => [kind, apiVersion])).toEqual([
      ['Node', 'v1'],
      ['Node', 'v1'],
    ]);
  });

  it('lists one namespace only', async () => {
    expect(names((await reader.list('Pod', { namespace: 'kube-system' })).items)).toEqual([]);
  });

  it('selects by labels', async () => {
    const { items } = await reader.list('Pod', { labelSelector: 'app in (web),pod-template-hash!=x' });

    expect(names(items)).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('selects by fields', async () => {
    expect(names((await reader.list('Pod', { fieldSelector: 'spec.nodeName=worker-1' })).items)).toEqual(['web-1', 'web-3']);
    expect(names((await reader.list('Pod', { fieldSelector: 'status.podIP=10.1.2.5' })).items)).toEqual(['web-2']);
    expect(names((await reader.list('Pod', { fieldSelector: 'status.podIPs=10.1.2.5' })).items)).toEqual([]);
    expect(names((await reader.list('Event', { fieldSelector: 'involvedObject.name=cart-1,type=Warning' })).items)).toEqual(['cart-1.17a']);
  });

  it.each([{ fieldSelector: 'status.hostIP=10.0.0.1' }, { labelSelector: 'app in web' }])('refuses the selector %o', async (query) => {
    expect(await reasonOf(reader.list('Pod', query))).toBe('failed');
  });

  it('says when the limit cut the list', async () => {
    expect(await reader.list('Pod', { limit: 2 })).toMatchObject({ truncated: true, items: [{}, {}] });
    expect(await reader.list('Pod', { limit: 4 })).toMatchObject({ truncated: false });
    expect(await reader.list('Pod', { limit: 9 })).toMatchObject({ truncated: false });
  });

  it('collects what is picked and nothing else', async () => {
    const { items } = await reader.collect('Pod', {}, (pod) => pod.status?.podIP);

    expect(items).toEqual(['10.1.1.5', '10.1.2.5', '10.1.1.6']);
  });

  it('keeps a picked list whole', async () => {
    const { items } = await reader.collect('Node', {}, (node) => node.spec?.podCIDRs);

    expect(items).toEqual([['10.1.1.0/24'], ['10.1.2.0/24']]);
  });

  it('reads custom resources by group, and versions other than the first', async () => {
    expect(names((await reader.list('CalicoIPPool')).items)).toEqual(['default-pool']);
    expect(names((await reader.list('ServiceCIDR')).items)).toEqual(['kubernetes']);
  });

  it('tells a plugin that is not there from one without objects', async () => {
    expect(await reasonOf(reader.list('CiliumNode'))).toBe(source === 'live' ? 'not-installed' : 'not-captured');
    expect(await reasonOf(reader.get('CiliumNode', { name: 'worker-1' }))).toBe(source === 'live' ? 'not-installed' : 'not-captured');
  });

  it('reads the log of a container and of its run before', async () => {
    const web = { namespace: 'shop', pod: 'web-1', container: 'web' };

    expect(await reader.logs(web)).toBe(shopCluster.logs['shop/web-1/web']);
    expect(await reader.logs({ ...web, previous: true })).toBe(shopCluster.logs['shop/web-1/web/previous']);
  });

  it('keeps the newest lines and bytes of a log', async () => {
    const web = { namespace: 'shop', pod: 'web-1', container: 'web' };

    expect(await reader.logs({ ...web, tailLines: 1 })).toBe('2026-03-01T10:30:00Z three\n');
    expect(await reader.logs({ ...web, limitBytes: 40 })).toBe('2026-03-01T10:30:00Z three\n');
  });

  it('gives undefined for logs that do not exist', async () => {
    expect(await reader.logs({ namespace: 'shop', pod: 'cart-1', container: 'cart' })).toBeUndefined();
    expect(await reader.logs({ namespace: 'shop', pod: 'web-2', container: 'web', previous: true })).toBeUndefined();
  });

  it('stops when it is told to', async () => {
    await expect(reader.list('Pod', { signal: AbortSignal.abort() })).rejects.toThrow(ReadError);
    await expect(reader.get('Pod', { name: 'x' }, AbortSignal.abort())).rejects.toThrow(ReadError);
    await expect(reader.logs({ namespace: 'a', pod: 'b', container: 'c', signal: AbortSignal.abort() })).rejects.toThrow(ReadError);
  });
});
