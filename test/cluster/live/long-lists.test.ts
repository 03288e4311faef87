import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectCluster } from '../../../src/cluster/live/connect-cluster.ts';
import type { ClusterReader } from '../../../src/cluster/reader.ts';
import type { Pod } from '../../../src/cluster/wire.ts';
import { podRow } from '../../../src/collectors/pod-row.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import type { KubernetesApi } from '../../../src/demo/kubernetes-api/kubernetes-api.ts';

/** Lists so long that they are read in threads of their own. */
const many = 5_000;
const aPod = (index: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    namespace: `team-${index % 7}`,
    name: `pod-${String(index).padStart(5, '0')}`,
    uid: `uid-${index}`,
    annotations: { note: 'é'.repeat((index * 37) % 200) },
  },
  spec: { containers: [], nodeName: `worker-${index % 9}` },
  status: { phase: 'Running', podIPs: [{ ip: `10.0.${index >> 8}.${index & 255}` }] },
});
const pods = Array.from({ length: many }, (_, index) => aPod(index));

let api: KubernetesApi;
let cluster: ClusterReader;
beforeAll(async () => {
  api = await startKubernetesApi(pods);
  const kubeconfig = await writeKubeconfig(api.url);
  cluster = await connectCluster({ kubeconfig, client: { retry: { retries: 0, firstDelayMs: 1, longestDelayMs: 1 } } });
  await removeKubeconfig(kubeconfig);
});
beforeEach(() => {
  api.requests.clear();
  api.faults.mend();
});
afterAll(async () => {
  await cluster.close();
  await api.close();
});

const inListOrder = pods.map(podRow).toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));

test('a long list gives the same rows in the same order as a short one would', async () => {
  expect((await cluster.collect('Pod', {}, podRow)).items).toEqual(inListOrder);
});

test('pages are twice as large once threads of their own read them, also in a list that is begun again', async () => {
  let pages = 0;
  api.faults.add({ times: 1, when: ({ query }) => query.has('continue') && (pages += 1) === 10, what: { kind: 'status', status: 410 } });
  await cluster.collect('Pod', {}, podRow);

  const limits = api.requests.of('/api/v1/pods').map(({ query }) => Number(query.get('limit')));
  const again = limits.lastIndexOf(125) - 7;
  expect(limits.slice(0, again)).toEqual([125, 125, 125, 125, 125, 125, 125, 125, 250, 250, 250]);
  expect(limits.slice(again, again + 9)).toEqual([125, 125, 125, 125, 125, 125, 125, 125, 250]);
});

test('a long list that expires on the way is read from its beginning again, and nothing twice', async () => {
  let pages = 0;
  api.faults.add({ times: 1, when: ({ query }) => query.has('continue') && (pages += 1) === 10, what: { kind: 'status', status: 410 } });

  expect((await cluster.collect('Pod', {}, podRow)).items).toEqual(inListOrder);
});

test('a page in the middle of a long list that is no JSON fails the read', async () => {
  let pages = 0;
  const head = '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"broken"';
  api.faults.add({ times: 1, when: ({ query }) => query.has('continue') && (pages += 1) === 10, what: { kind: 'page', text: head } });

  await expect(cluster.collect('Pod', {}, podRow)).rejects.toMatchObject({ name: 'ReadError', reason: 'failed' });
});

test('a selected list is read here, whatever its length', async () => {
  const { items } = await cluster.collect('Pod', { namespace: 'team-3' }, podRow);

  expect(items).toEqual(inListOrder.filter(({ namespace }) => namespace === 'team-3'));
});
