import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentLogs, clusterObjects } from '../../bench/cluster/objects.ts';
import { podPlans } from '../../bench/cluster/plan.ts';
import type { ClusterSize } from '../../bench/cluster/plan.ts';
import { podLists } from '../../bench/storm/requests.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { KubernetesApi } from '../../src/demo/kubernetes-api/kubernetes-api.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { examine } from '../../src/workers/examine.ts';

/** What storms ask of the API server, counted: ten nodes, two thousand pods, and as many alerts as a test wants. */
const size: ClusterSize = { nodes: 10, podsPerNode: 200, troubled: 1_000, since: new Date(Date.now() - 60_000).toISOString() };

let api: KubernetesApi;
let cluster: ClusterReader;
beforeAll(async () => {
  api = await startKubernetesApi({ objects: clusterObjects(size) as never, logs: agentLogs(size) });
  const kubeconfig = await writeKubeconfig(api.url);
  cluster = await connectCluster({ kubeconfig });
  await removeKubeconfig(kubeconfig);
});
afterAll(async () => {
  await cluster.close();
  await api.close();
});

interface Storm {
  readonly requests: number;
  readonly lists: number;
  readonly bytes: number;
  readonly rootCauses: ReadonlySet<string | undefined>;
}

/** Examines so many alerts over one view, ten at a time, as one worker does. */
async function storm(alerts: number, which: (index: number) => boolean = () => true): Promise<Storm> {
  api.requests.clear();
  // The view keeps what it has for the whole test, however slow the machine is.
  const view = new ClusterView({ maxAgeMs: 600_000 });
  const troubled = [...podPlans(size)].filter(({ index }) => which(index)).slice(0, alerts);
  const waiting = troubled.values();
  const rootCauses = new Set<string | undefined>();
  const worker = async (): Promise<void> => {
    for (const { namespace, name } of waiting) {
      const signal = AbortSignal.timeout(60_000);
      const { diagnosis } = await examine(alertOf(namespace, name), { cluster, clusterName: null, view, signal });
      rootCauses.add(diagnosis.rootCause?.id);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  const own =
    api.requests.count(/\/pods\/app-[^/]+$/) +
    api.requests.count(({ query }) => /involvedObject\.name=app-/.test(query.get('fieldSelector') ?? ''));
  return { requests: api.requests.all.length, lists: api.requests.all.length - own, bytes: api.requests.bytes, rootCauses };
}

const alertOf = (namespace: string, pod: string): Alert => ({
  alertname: 'KubePodNotReady',
  fingerprint: null,
  status: 'firing',
  startsAt: new Date(Date.now() - 30_000).toISOString(),
  endsAt: null,
  labels: { alertname: 'KubePodNotReady', namespace, pod },
  annotations: {},
  generatorUrl: '',
});

describe('a storm of alerts', { timeout: 180_000 }, () => {
  it('of one node reads what is the same for all of them once, and of each alert its pod and its events', async () => {
    const onOneNode = (index: number): boolean => index % size.nodes === 3;
    const few = await storm(10, onOneNode);
    const many = await storm(100, onOneNode);

    // A pod of another namespace or workload brings that namespace's policies, quotas and the workload's ConfigMap.
    const perAlert = (many.requests - few.requests) / 90;
    expect(perAlert).toBeLessThan(4);
    expect(api.requests.count(/\/pods\/calico-node-[^/]+\/log$/)).toBe(1);
    expect(api.requests.count(/^\/api\/v1\/nodes\/worker-0003$/)).toBe(1);
    expect(many.rootCauses).toEqual(new Set(['cni-auth-failure']));
  });

  it('lists all pods, nodes and plugin pods once, whatever its size', async () => {
    await storm(300);

    expect(podLists(api)).toBe(1);
    expect(api.requests.count(({ path, query }) => path === '/api/v1/nodes' && query.get('continue') === null)).toBe(1);
    expect(api.requests.count(({ query }) => query.get('labelSelector') === 'k8s-app=calico-node' && query.get('continue') === null)).toBe(
      1,
    );
  });

  it('of a thousand alerts asks for no more shared things than one of three hundred', async () => {
    const hundreds = await storm(300);
    const thousand = await storm(1_000);

    // Each workload of ten pods has a ConfigMap that half of its pods name.
    const configMaps = (alerts: number): number => alerts / 10;
    expect(thousand.lists - configMaps(1_000)).toBeLessThan((hundreds.lists - configMaps(300)) * 1.5);
  });

  it('costs the API server fewer bytes and requests for each alert the larger it is', async () => {
    const storms = [await storm(10), await storm(100), await storm(1_000)];
    const bytes = storms.map((one, index) => one.bytes / 10 ** (index + 1));
    const requests = storms.map((one, index) => one.requests / 10 ** (index + 1));

    expect(bytes[0]).toBeGreaterThan((bytes[1] ?? 0) * 4);
    expect(bytes[1]).toBeGreaterThan((bytes[2] ?? 0) * 4);
    expect(requests[0]).toBeGreaterThan((requests[1] ?? 0) * 2);
    expect(requests[2]).toBeLessThan(4);
  });
});
