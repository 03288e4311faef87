import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../bench/cluster/objects.ts';
import { podPlan } from '../../bench/cluster/plan.ts';
import { podObject } from '../../bench/cluster/pods.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { readAhead } from '../../src/collectors/read-ahead.ts';
import type { KubernetesApi } from '../../src/demo/kubernetes-api/kubernetes-api.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { spokenCauses } from '../../src/runbooks/spoken-causes.ts';
import { lookAtPods } from '../../src/workers/look-at-pod.ts';

const since = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z/, 'Z');
const size = { nodes: 4, podsPerNode: 50, troubled: 100, since };
const plans = Array.from({ length: 200 }, (_, index) => podPlan(size, index));
const waiting = plans.filter(({ state }) => state !== 'running');
const running = plans.find(({ state }) => state === 'running');
const signal = AbortSignal.timeout(60_000);

let api: KubernetesApi;
let cluster: ClusterReader;
beforeAll(async () => {
  const objects: readonly object[] = [...plans.map(podObject), ...waiting.map((plan) => failureOf(plan))];
  api = await startKubernetesApi(objects as readonly AnyObject[]);
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

const labelsOf = ({ namespace, name }: { namespace: string; name: string }) => ({ alertname: 'KubePodNotReady', namespace, pod: name });
const spokenOf = async (count: number): Promise<readonly unknown[]> => {
  const look = await lookAtPods(count, { cluster, view: new ClusterView({ maxAgeMs: 1 }), signal });
  const now = { now: new Date().toISOString(), alertStartsAt: null };
  return Promise.all(
    waiting.map(async (plan) => {
      const looked = await look(labelsOf(plan), signal);
      return looked === null ? null : spokenCauses(looked, now);
    }),
  );
};

describe('the pods of many alerts', () => {
  it('say the same as when they are looked at one by one', async () => {
    const single = await spokenOf(1);
    expect(single.filter((one) => one !== null)).toHaveLength(waiting.length);
    expect(await spokenOf(waiting.length + 1)).toEqual(single);
  });

  it('are read with a few requests', async () => {
    await spokenOf(waiting.length + 1);
    expect(api.requests.all.length).toBeLessThan(5);
  });

  it('are read one by one where lists of the whole cluster are refused', async () => {
    api.faults.add({ when: ({ path }) => path === '/api/v1/pods', what: { kind: 'status', status: 403 } });
    expect((await spokenOf(waiting.length + 1)).filter((one) => one !== null)).toHaveLength(waiting.length);
  });
});

describe('a reader that has read ahead', () => {
  it('asks for a pod that does not wait on a node, and for its events', async () => {
    const { namespace = '', name = '' } = running ?? {};
    const ahead = await readAhead(cluster, signal);
    api.requests.clear();
    expect(await ahead.get('Pod', { namespace, name })).toMatchObject({ metadata: { name } });
    await ahead.list('Event', { namespace, fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}` });
    expect(api.requests.all).toHaveLength(2);
  });

  it('asks for whatever else it is asked', async () => {
    const { namespace = '', name = '' } = waiting[0] ?? {};
    const ahead = await readAhead(cluster, signal);
    api.requests.clear();
    await ahead.list('Event', { namespace, fieldSelector: `involvedObject.name=${name}` });
    await ahead.list('Pod', { namespace });
    expect(api.requests.all).toHaveLength(2);
  });
});
