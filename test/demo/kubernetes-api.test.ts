import { afterEach, expect, test } from 'vitest';
import { startKubernetesApi } from '../support/kubernetes-api/kubernetes-api.ts';
import type { KubernetesApi, KubernetesApiOptions } from '../support/kubernetes-api/kubernetes-api.ts';
import { shopCluster } from '../support/kubernetes-api/shop-cluster.ts';

let api: KubernetesApi;

afterEach(() => api.close());

interface Body {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items?: readonly { readonly kind?: string; readonly metadata?: { readonly name?: string }; readonly spec?: unknown }[];
  readonly versions?: readonly { readonly version: string }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object: unknown }[];
}

async function start(options: KubernetesApiOptions = {}): Promise<void> {
  api = await startKubernetesApi(shopCluster, options);
}

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; body: Body; retryAfter: string | null }> {
  const response = await fetch(api.url + path, init);
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Body) : {};
  return { status: response.status, text, body, retryAfter: response.headers.get('retry-after') };
}

const names = ({ items = [] }: Body): readonly unknown[] => items.map(({ metadata }) => metadata?.name);

test('lists items of built-in kinds without their kind, and those of custom resources with it', async () => {
  await start();

  expect((await ask('/api/v1/nodes')).body).toMatchObject({ kind: 'NodeList', apiVersion: 'v1', items: [{}, {}] });
  expect((await ask('/api/v1/nodes')).body.items?.[0]?.kind).toBeUndefined();
  expect((await ask('/apis/crd.projectcalico.org/v1/ippools')).body).toMatchObject({ kind: 'IPPoolList', items: [{ kind: 'IPPool' }] });
});

test('pages with a token, and says how many are left where it knows', async () => {
  await start();

  const first = (await ask('/api/v1/pods?limit=3')).body;
  const second = (await ask(`/api/v1/pods?limit=3&continue=${first.metadata?.continue}`)).body;

  expect(names(first)).toEqual(['cart-1', 'web-1', 'web-2']);
  expect(first.metadata?.remainingItemCount).toBe(1);
  expect(names(second)).toEqual(['web-3']);
  expect(second.metadata?.continue).toBeUndefined();
  expect((await ask('/api/v1/pods?limit=1&labelSelector=app%3Dweb')).body.metadata?.remainingItemCount).toBeUndefined();
});

test('ignores the limit at resourceVersion 0, as the watch cache does', async () => {
  await start();

  expect(names((await ask('/api/v1/pods?limit=1&resourceVersion=0')).body)).toHaveLength(4);
});

test('answers 410 with a token of its own when a token has expired', async () => {
  await start();
  const first = (await ask('/api/v1/pods?limit=3')).body;
  api.tokens.expire();

  const { status, body } = await ask(`/api/v1/pods?limit=3&continue=${first.metadata?.continue}`);

  expect([status, body.reason]).toEqual([410, 'Expired']);
  expect(names((await ask(`/api/v1/pods?continue=${body.metadata?.continue}`)).body)).toEqual(['web-3']);
});

test('gives tables and metadata by the Accept header, and refuses what is not JSON', async () => {
  await start();
  const as = (accept: string): RequestInit => ({ headers: { accept } });

  const table = (await ask('/api/v1/pods?includeObject=None', as('application/json;as=Table;v=v1;g=meta.k8s.io,application/json'))).body;
  const metadata = (await ask('/api/v1/pods', as('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'))).body;

  expect(table.kind).toBe('Table');
  expect(table.rows?.[1]).toMatchObject({
    cells: ['web-1', '1/1', 'Running', '1', '2026-03-01T10:00:00Z', '10.1.1.5', 'worker-1', '<none>', '<none>'],
    object: null,
  });
  expect(metadata.kind).toBe('PartialObjectMetadataList');
  expect(metadata.items?.[0]?.spec).toBeUndefined();
  expect((await ask('/api/v1/pods', as('application/vnd.kubernetes.protobuf'))).status).toBe(406);
});

test('refuses unsupported selectors with 400, and ignores unknown parameters', async () => {
  await start();

  expect((await ask('/api/v1/pods?fieldSelector=status.hostIP%3Dx')).body).toMatchObject({
    reason: 'BadRequest',
    message: expect.stringContaining('field label not supported: status.hostIP') as string,
  });
  expect((await ask('/api/v1/pods?colour=red')).status).toBe(200);
});

test('tells a missing object by a Status, and a path that nothing serves by plain text', async () => {
  await start();

  expect((await ask('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/x')).body).toMatchObject({
    reason: 'NotFound',
    message: 'networkpolicies.networking.k8s.io "x" not found',
    details: { name: 'x', group: 'networking.k8s.io', kind: 'networkpolicies' },
  });
  for (const path of [
    '/apis/cilium.io/v2/ciliumnodes',
    '/api/v1/nothing',
    '/api/v1/namespaces/shop/nodes',
    '/api/v1/secrets',
    '/apis/apps/v1beta1/deployments',
  ]) {
    expect(await ask(path)).toMatchObject({ status: 404, text: '404 page not found\n' });
  }
});

test('serves discovery of what it has', async () => {
  await start({ installed: ['CiliumNode'] });

  expect((await ask('/apis/networking.k8s.io')).body.versions).toMatchObject([{ version: 'v1' }, { version: 'v1beta1' }]);
  expect((await ask('/apis/cilium.io')).body.kind).toBe('APIGroup');
  expect((await ask('/apis/cilium.io/v2')).text).toContain('"name":"ciliumnodes"');
  expect((await ask('/apis/crd.antrea.io')).status).toBe(404);
  expect((await ask('/version')).text).toContain('gitVersion');
});

test('gives logs with the parameters of the original', async () => {
  await start();
  const log = '/api/v1/namespaces/shop/pods/web-1/log';

  expect((await ask(`${log}?tailLines=1`)).text).toBe('three\n');
  expect((await ask(`${log}?tailLines=1&timestamps=true`)).text).toBe('2026-03-01T10:30:00Z three\n');
  expect((await ask(`${log}?limitBytes=5`)).text).toBe('one\nt');
  expect((await ask(`${log}?previous=true`)).text).toBe('fatal: no route to host\n');
  expect((await ask(`${log}?tailLines=-1`)).status).toBe(422);
  expect((await ask(`${log}?container=x`)).body.message).toBe('container x is not valid for pod web-1');
  expect((await ask('/api/v1/namespaces/shop/pods/cart-1/log')).body.message).toBe(
    'container "cart" in pod "cart-1" is waiting to start: ContainerCreating',
  );
  expect((await ask('/api/v1/namespaces/shop/pods/nobody/log')).status).toBe(404);
});

test('asks for the token, forbids by rule, and lets nobody write', async () => {
  await start({ token: 't', forbid: ({ verb, subresource }) => verb === 'get' && subresource === 'log' });
  const headers = { authorization: 'Bearer t' };

  expect((await ask('/api/v1/pods')).body).toMatchObject({ reason: 'Unauthorized' });
  expect((await ask('/api/v1/pods', { headers })).status).toBe(200);
  expect((await ask('/api/v1/namespaces/shop/pods/web-1/log', { headers })).body.message).toContain(
    'cannot get resource "pods/log" in API group "" in the namespace "shop"',
  );
  expect((await ask('/api/v1/namespaces/shop/pods/web-1', { headers, method: 'DELETE' })).status).toBe(405);
});

test('fails as it is told, as often as it is told, and counts what it was asked', async () => {
  await start();
  api.faults.add({ times: 1, when: ({ path }) => path.endsWith('/pods'), what: { kind: 'status', status: 429, retryAfter: 7 } });

  expect(await ask('/api/v1/pods')).toMatchObject({ status: 429, retryAfter: '7' });
  expect((await ask('/api/v1/pods')).status).toBe(200);
  expect(api.requests.perPath()).toEqual({ '/api/v1/pods': 2 });
  expect(api.requests.of(/pods/).map(({ status }) => status)).toEqual([429, 200]);
});

test('serves other objects once they are replaced', async () => {
  await start();

  api.replace([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' } }]);

  expect(names((await ask('/api/v1/nodes')).body)).toEqual(['other']);
  expect(names((await ask('/api/v1/pods')).body)).toEqual([]);
});
