import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { AnyObject } from '../../../src/cluster/kinds.ts';
import { connectCluster } from '../../../src/cluster/live/connect-cluster.ts';
import { ReadError } from '../../../src/cluster/reader.ts';
import type { ClusterReader } from '../../../src/cluster/reader.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../support/kubernetes-api/kubernetes-api.ts';
import type { KubernetesApi, KubernetesApiOptions, RecordedCluster } from '../../support/kubernetes-api/kubernetes-api.ts';
import { shopCluster, shopPod } from '../../support/kubernetes-api/shop-cluster.ts';

let api: KubernetesApi;
let reader: ClusterReader;
let kubeconfig: string;
const environment = process.env['KUBECONFIG'];

async function open(cluster: readonly AnyObject[] | RecordedCluster = shopCluster, options: KubernetesApiOptions = {}): Promise<void> {
  api = await startKubernetesApi(cluster, options);
  kubeconfig = await writeKubeconfig(api.url);
  process.env['KUBECONFIG'] = kubeconfig;
  reader = await connectCluster({ client: { timeoutMs: 700, retry: { retries: 2, firstDelayMs: 5, longestDelayMs: 1500 } } });
}

const manyPods = (count: number): readonly AnyObject[] =>
  Array.from({ length: count }, (_, index) =>
    shopPod(`web-${String(index).padStart(5, '0')}`, 'worker-1', `10.1.${index >> 8}.${index & 255}`),
  );

async function failureOf(read: Promise<unknown>): Promise<ReadError> {
  const error: unknown = await read.then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ReadError);
  return error as ReadError;
}

beforeEach(() => {
  delete process.env['KUBECONFIG'];
});

afterEach(async () => {
  await reader.close();
  await api.close();
  await removeKubeconfig(kubeconfig);
  if (environment === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = environment;
});

describe('a long list', () => {
  it('comes in pages of 125, each asked for once', async () => {
    await open(manyPods(1001));

    const { items, truncated } = await reader.collect('Pod', {}, ({ metadata }) => metadata?.name);

    expect(items).toHaveLength(1001);
    expect(new Set(items).size).toBe(1001);
    expect(truncated).toBe(false);
    expect(api.requests.count('/api/v1/pods')).toBe(9);
  });

  it('asks for no more pages than the limit needs', async () => {
    await open(manyPods(600));

    const { items, truncated } = await reader.list('Pod', { limit: 10 });

    expect(items).toHaveLength(10);
    expect(truncated).toBe(true);
    expect(api.requests.of('/api/v1/pods').map(({ query }) => query.get('limit'))[0]).toBe('10');
  });

  it('begins anew once when its token has expired', async () => {
    await open(manyPods(600));
    api.faults.add({ times: 1, when: ({ query }) => query.has('continue'), what: { kind: 'status', status: 410, message: 'too old' } });

    const { items } = await reader.collect('Pod', {}, ({ metadata }) => metadata?.name);

    expect(items).toHaveLength(600);
    expect(new Set(items).size).toBe(600);
    expect(api.requests.count('/api/v1/pods')).toBe(7);
  });

  it('fails when its tokens expire again and again', async () => {
    await open(manyPods(600), { continueLifetimeMs: 0 });

    const error = await failureOf(reader.list('Pod'));

    expect(error.message).toMatch(/^Reading pods in all namespaces from http:\/\/127\.0\.0\.1:\d+ failed with status 410: .*too old/);
  });

  it('leaves nothing under way when the reader of it stops early', async () => {
    await open(manyPods(600));

    await expect(
      reader.collect('Pod', {}, () => {
        throw new Error('seen enough');
      }),
    ).rejects.toThrow('seen enough');
  });
});

describe('a failing server', () => {
  it('is asked again after 429, when it says so', async () => {
    await open();
    api.faults.add({ times: 1, what: { kind: 'status', status: 429, retryAfter: 1 } });
    const started = performance.now();

    const { items } = await reader.list('Node');

    expect(items).toHaveLength(2);
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(api.requests.count('/api/v1/nodes')).toBe(2);
  });

  it('is not waited for longer than is bearable', async () => {
    await open();
    api.faults.add({ what: { kind: 'status', status: 429, retryAfter: 60 } });

    const error = await failureOf(reader.list('Node'));

    expect(error.reason).toBe('failed');
    expect(error.message).toContain('too many requests');
    expect(api.requests.count('/api/v1/nodes')).toBe(1);
  });

  it.each([
    [500, 'failed'],
    [503, 'unreachable'],
    [504, 'timeout'],
  ])('that answers %i is asked three times in all', async (status, reason) => {
    await open();
    api.faults.add({ what: { kind: 'status', status, message: 'etcdserver: request timed out' } });

    const error = await failureOf(reader.list('Node'));

    expect(error.reason).toBe(reason);
    expect(error.message).toContain(`failed with status ${status}: etcdserver: request timed out`);
    expect(api.requests.count('/api/v1/nodes')).toBe(3);
  });

  it.each(['reset', 'cut'] as const)('that %ss the connection once is asked again', async (kind) => {
    await open();
    api.faults.add({ times: 1, what: { kind } });

    expect((await reader.list('Node')).items).toHaveLength(2);
  });

  it('that never answers is a timeout, and asked once', async () => {
    await open();
    api.faults.add({ what: { kind: 'hang' } });

    const error = await failureOf(reader.list('Node'));

    expect(error.reason).toBe('timeout');
    expect(error.message).toMatch(/^Reading nodes: http:\S+ did not answer within 0\.7 s$/);
    expect(api.requests.count('/api/v1/nodes')).toBe(1);
  });

  it('that is away is unreachable', async () => {
    await open();
    await api.close();

    const error = await failureOf(reader.get('Node', { name: 'worker-1' }));

    expect(error.reason).toBe('unreachable');
    expect(error.message).toMatch(/^Reading Node worker-1: http:\S+ cannot be reached: the connection was refused$/);
    await api.listen();
  });

  it('that refuses is quoted', async () => {
    await open(shopCluster, { forbid: ({ resource }) => resource === 'nodes' });

    const error = await failureOf(reader.list('Node'));

    expect(error.reason).toBe('forbidden');
    expect(error.message).toMatch(
      /^Reading nodes from http:\S+ is forbidden \(403\): nodes is forbidden: User ".*" cannot list resource "nodes"/,
    );
    expect(api.requests.count('/api/v1/nodes')).toBe(1);
  });

  it('cannot make the caller wait once he has given up', async () => {
    await open();
    api.faults.add({ what: { kind: 'status', status: 429, retryAfter: 1 } });

    const error = await failureOf(reader.list('Node', { signal: AbortSignal.timeout(100) }));

    expect(error.reason).toBe('timeout');
    expect(api.requests.count('/api/v1/nodes')).toBe(1);
  });

  it('that answers with a login page has failed', async () => {
    await open();
    const page = '<html>sign in</html>';
    api.faults.add({ what: { kind: 'page', text: page } });

    expect((await failureOf(reader.list('Node'))).message).toMatch(/did not answer with JSON$/);
    expect((await failureOf(reader.get('Node', { name: 'worker-1' }))).reason).toBe('failed');
  });

  it('that does not know pods is no Kubernetes API', async () => {
    await open();
    api.faults.add({ when: ({ path }) => path === '/api/v1/pods', what: { kind: 'status', status: 404 } });

    expect((await failureOf(reader.list('Pod'))).message).toContain('does not answer like a Kubernetes API server');
  });
});

describe('credentials', () => {
  it('that are not accepted are unauthorized', async () => {
    await open(shopCluster, { token: 'right' });

    const error = await failureOf(reader.list('Node'));

    expect(error.reason).toBe('unauthorized');
    expect(error.message).toContain('does not accept our credentials (401)');
  });

  it('are read again when the server refuses them', async () => {
    await open(shopCluster, { token: 'right' });
    const { writeFile, readFile } = await import('node:fs/promises');
    const file = process.env['KUBECONFIG'] ?? '';
    const config = JSON.parse(await readFile(file, 'utf8')) as { users: { user: object }[] };
    if (config.users[0] !== undefined) config.users[0].user = { token: 'right' };
    await writeFile(file, JSON.stringify(config));

    expect((await reader.list('Node')).items).toHaveLength(2);
  });
});

describe('a kind that is not served', () => {
  it('is remembered, so that it costs nothing the next time', async () => {
    await open();

    expect((await failureOf(reader.list('CiliumNode'))).reason).toBe('not-installed');
    expect((await failureOf(reader.list('CiliumNode'))).message).toContain('ciliumnodes.cilium.io is not installed');

    expect(api.requests.count('/apis/cilium.io/v2/ciliumnodes')).toBe(1);
    expect(api.requests.count('/apis/cilium.io')).toBe(1);
  });

  it('in a group that is served is not installed either', async () => {
    await open();
    api.faults.add({
      when: ({ path }) => path.includes('ipamblocks'),
      what: { kind: 'status', status: 404, message: 'the server could not find the requested resource' },
    });

    expect((await failureOf(reader.list('CalicoIPAMBlock'))).message).toContain('serves the group crd.projectcalico.org without it');
  });

  it('but without objects is empty', async () => {
    await open(shopCluster, { installed: ['CiliumNode'] });

    expect(await reader.list('CiliumNode')).toEqual({ items: [], truncated: false });
  });
});

describe('a log', () => {
  const web = { namespace: 'shop', pod: 'web-1', container: 'web' };

  it('keeps its newest bytes, though the server would keep the oldest', async () => {
    const line = (index: number): string => `2026-03-01T10:05:00.${String(index).padStart(9, '0')}Z line ${index}\n`;
    const text = Array.from({ length: 50_000 }, (_, index) => line(index)).join('');
    await open({ ...shopCluster, logs: { 'shop/web-1/web': text } });

    const log = await reader.logs({ ...web, limitBytes: 1000 });

    expect(Buffer.byteLength(log ?? '')).toBeLessThanOrEqual(1000);
    expect(log?.endsWith(line(49_999))).toBe(true);
    expect(log?.startsWith('2026-03-01T10:05:00.')).toBe(true);
  });

  it('that the kubelet has lost does not exist', async () => {
    await open({ ...shopCluster, logs: { 'shop/web-1/web': 'unable to retrieve container logs for containerd://0123abcd' } });

    expect(await reader.logs(web)).toBeUndefined();
  });

  it('of a node that is down is unreachable, and asked for once', async () => {
    await open();
    const message = 'Get "https://10.0.0.5:10250/containerLogs/shop/web-1/web": dial tcp 10.0.0.5:10250: connect: no route to host';
    api.faults.add({ what: { kind: 'status', status: 500, message } });

    const error = await failureOf(reader.logs(web));

    expect(error.reason).toBe('unreachable');
    expect(error.message).toContain('the API server cannot reach the kubelet');
    expect(api.requests.all).toHaveLength(1);
  });

  it('of a container that the pod does not have is a failure', async () => {
    await open();

    expect((await failureOf(reader.logs({ ...web, container: 'nobody' }))).message).toContain('container nobody is not valid');
  });
});

test('Secrets are no kind that could be asked for', async () => {
  await open();

  await expect(reader.list('Secret' as never)).rejects.toThrow(TypeError);
  expect(api.requests.all).toHaveLength(0);
});
