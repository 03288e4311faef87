import { afterEach, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import { ReadError } from '../../src/cluster/reader.ts';
import type { NetworkPolicy, Node, Pod } from '../../src/cluster/wire.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { Collection } from '../../src/collectors/collection.ts';
import { attemptsFor, type Connectivity, connectivity } from '../../src/collectors/connectivity.ts';
import type { NodeView } from '../../src/collectors/node-view.ts';
import type { ProbeAttempt, ProbeOutcome, Prober } from '../../src/collectors/prober.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { aContainer, aNode, aPod } from '../support/objects.ts';
import { writeKubeconfig } from '../support/service-process.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const target = aPod({
  metadata: { name: 'checkout-1', namespace: 'shop' },
  spec: { nodeName: 'worker-2' },
  status: { podIP: '10.244.2.7' },
});
const aWorker = (changes: Parameters<typeof aPod>[0] = {}): Pod =>
  aPod({
    name: 'worker-abc',
    namespace: 'podnet-triage',
    ...changes,
    metadata: { name: 'worker-abc', namespace: 'podnet-triage', uid: 'uid-worker', labels: { app: 'worker' }, ...changes.metadata },
    status: { podIP: '10.244.1.9', podIPs: [{ ip: '10.244.1.9' }], ...changes.status },
  });
const nodes: readonly Node[] = ['worker-1', 'worker-2', 'worker-3'].map((name, index) =>
  aNode({ name, status: { addresses: [{ type: 'InternalIP', address: `192.0.2.${11 + index}` }] } }),
);

async function clusterOf(...objects: readonly object[]): Promise<ClusterReader> {
  const namespaces = ['shop', 'podnet-triage'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const api = await startKubernetesApi([...namespaces, ...nodes, ...objects] as AnyObject[]);
  closers.push(async () => api.close());
  const kubeconfig = await writeKubeconfig(api.url);
  closers.push(async () => kubeconfig[Symbol.asyncDispose]());
  const reader = await connectCluster({ kubeconfig: kubeconfig.path });
  closers.push(async () => reader.close());
  return reader;
}

const opened = (attempt: ProbeAttempt): ProbeOutcome => ({ ...attempt, outcome: 'open', connected: true, text: '', durationMs: 1 });
const proberAt = (...ownAddresses: readonly string[]): Prober => ({ ownAddresses, probe: async (attempt) => opened(attempt) });

interface Agents extends NodeView {
  readonly asked: string[];
}
function agentsOn(...names: readonly string[]): Agents {
  const asked: string[] = [];
  return {
    asked,
    nodes: async () => names,
    network: async () => undefined,
    async probe(node, attempt) {
      asked.push(node);
      return opened(attempt);
    },
  };
}

async function collect(
  cluster: ClusterReader,
  { prober = null, nodeView = null }: { prober?: Prober | null; nodeView?: NodeView | null } = {},
): Promise<Evidence<Connectivity>> {
  const collection = new Collection({
    target: { kind: 'pod', namespace: 'shop', name: 'checkout-1', node: null },
    cluster,
    view: new ClusterView({ maxAgeMs: 1000 }),
    signal: AbortSignal.timeout(10_000),
    prober,
    nodeView,
  });
  return (await collection.collect([connectivity]))['connectivity'] as Evidence<Connectivity>;
}

const placesOf = (evidence: Evidence<Connectivity>): readonly object[] =>
  evidence.status === 'collected'
    ? evidence.value.map(({ from, kind, node, restrictedBy }) => ({ from, kind, node, restrictedBy }))
    : [evidence];

describe('a worker tests the way to the pod', () => {
  it('when one of its addresses belongs to a live pod', async () => {
    const evidence = await collect(await clusterOf(target, aWorker()), { prober: proberAt('172.17.0.1', '10.244.1.9') });

    expect(placesOf(evidence)).toEqual([{ from: 'pod podnet-triage/worker-abc', kind: 'pod', node: 'worker-1', restrictedBy: [] }]);
    expect(evidence).toMatchObject({ value: [{ attempts: [{ kind: 'tcp', address: '10.244.2.7', port: 8080, outcome: 'open' }] }] });
  });

  it('when it runs on a node of the cluster', async () => {
    const evidence = await collect(await clusterOf(target), { prober: proberAt('192.0.2.13') });

    expect(placesOf(evidence)).toEqual([{ from: 'node worker-3', kind: 'node', node: 'worker-3', restrictedBy: [] }]);
  });

  it.each([
    ['nobody has its address', aWorker({ status: { podIP: '10.244.1.10', podIPs: [{ ip: '10.244.1.10' }] } })],
    ['the pod with its address has ended', aWorker({ status: { phase: 'Succeeded' } })],
    ['the pod with its address is going', aWorker({ metadata: { deletionTimestamp: '2026-03-14T10:00:00Z' } })],
  ])('but not when %s', async (_what, worker) => {
    const evidence = await collect(await clusterOf(target, worker), { prober: proberAt('10.244.1.9') });

    expect(evidence).toMatchObject({
      status: 'missing',
      reason: 'manual',
      why: 'this process is no pod or node of the cluster, and no agent runs on its nodes',
      command: 'kubectl run reach-test --rm -i --restart=Never --image=busybox -- nc -zv -w 3 10.244.2.7 8080',
    });
  });

  it('and from files it never does', async () => {
    const cluster = await clusterOf(target, aWorker());

    const evidence = await collect(
      { ...readerOf(cluster), source: 'snapshot' },
      { prober: proberAt('10.244.1.9'), nodeView: agentsOn('worker-2') },
    );

    expect(evidence).toMatchObject({ status: 'missing', reason: 'manual', why: 'files tell nothing of connections' });
  });
});

/** The reader's methods as a plain object, to change one of its properties. */
function readerOf(reader: ClusterReader): ClusterReader {
  return {
    source: reader.source,
    name: reader.name,
    now: () => reader.now(),
    get: async (kind, ref, signal) => reader.get(kind, ref, signal),
    list: async (kind, query) => reader.list(kind, query),
    collect: async (kind, query, pick) => reader.collect(kind, query, pick),
    logs: async (query) => reader.logs(query),
    close: async () => reader.close(),
  };
}

const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'podnet-triage' },
  ...(spec === undefined ? {} : { spec }),
});

describe('policies of the worker itself', () => {
  const deny = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

  it('that restrict what it may send are told', async () => {
    const evidence = await collect(await clusterOf(target, aWorker(), deny), { prober: proberAt('10.244.1.9') });

    expect(placesOf(evidence)).toMatchObject([{ restrictedBy: ['podnet-triage/default-deny'] }]);
  });

  it('are of no matter where another lets it send everything', async () => {
    const open = policy('worker', { podSelector: { matchLabels: { app: 'worker' } }, policyTypes: ['Egress'], egress: [{}] });

    const evidence = await collect(await clusterOf(target, aWorker(), deny, open), { prober: proberAt('10.244.1.9') });

    expect(placesOf(evidence)).toMatchObject([{ restrictedBy: [] }]);
  });

  it('are of no matter where they speak of other pods, or of what comes in', async () => {
    const others = policy('redis', { podSelector: { matchLabels: { app: 'redis' } }, policyTypes: ['Egress'] });
    const ingress = policy('in', { podSelector: {}, policyTypes: ['Ingress'] });

    const evidence = await collect(await clusterOf(target, aWorker(), others, ingress), { prober: proberAt('10.244.1.9') });

    expect(placesOf(evidence)).toMatchObject([{ restrictedBy: [] }]);
  });
});

describe('node agents', () => {
  it("test it from the pod's own node and from one other", async () => {
    const nodeView = agentsOn('worker-1', 'worker-2', 'worker-3');

    const evidence = await collect(await clusterOf(target), { nodeView });

    expect(placesOf(evidence)).toEqual([
      { from: 'node worker-2', kind: 'node', node: 'worker-2', restrictedBy: [] },
      { from: 'node worker-3', kind: 'node', node: 'worker-3', restrictedBy: [] },
    ]);
    expect(nodeView.asked).toEqual(['worker-2', 'worker-3']);
  });

  it('are not asked of a pod on the host’s network, which has no network of its own', async () => {
    const onHost = aPod({
      metadata: { name: 'checkout-1', namespace: 'shop' },
      spec: { nodeName: 'worker-2', hostNetwork: true, containers: [aContainer('web')] },
    });
    const nodeView = agentsOn('worker-2', 'worker-3');

    expect(await collect(await clusterOf(onHost), { nodeView })).toMatchObject({ status: 'missing', reason: 'manual' });
    expect(nodeView.asked).toEqual([]);
  });

  it('that do not answer are told of, and the others are asked all the same', async () => {
    const working = agentsOn('worker-2', 'worker-3');
    const nodeView: NodeView = {
      ...working,
      async probe(node, attempt, signal) {
        if (node === 'worker-2') throw new ReadError('timeout', 'the agent did not answer in time');
        return working.probe(node, attempt, signal);
      },
    };

    const evidence = await collect(await clusterOf(target), { nodeView });

    expect(placesOf(evidence)).toMatchObject([{ from: 'node worker-3' }]);
    expect(evidence).toMatchObject({ truncated: 'not from everywhere: node worker-2: the agent did not answer in time' });
  });

  it('that nobody may look for leave the reason', async () => {
    const nodeView: NodeView = { ...agentsOn(), nodes: async () => Promise.reject(new ReadError('forbidden', 'pods is forbidden')) };

    expect(await collect(await clusterOf(target), { nodeView })).toMatchObject({
      status: 'missing',
      reason: 'forbidden',
      why: 'pods is forbidden',
    });
  });
});

describe('what is tried', () => {
  const withContainer = (changes: Parameters<typeof aContainer>[1]): Pod => aPod({ spec: { containers: [aContainer('web', changes)] } });

  it('is TCP to each declared port once, and the readiness probe where it asks for HTTP', () => {
    const pod = withContainer({
      ports: [
        { containerPort: 8080, name: 'web' },
        { containerPort: 8080 },
        { containerPort: 53, protocol: 'UDP' },
        { containerPort: 9090 },
      ],
      readinessProbe: { httpGet: { port: 'web', path: '/ready', scheme: 'HTTPS' } },
    });

    expect(attemptsFor(pod).map(({ kind, port, path }) => [kind, port, path])).toEqual([
      ['tcp', 8080, null],
      ['tcp', 9090, null],
      ['https', 8080, '/ready'],
    ]);
  });

  it('goes only to the address of the pod itself, wherever its probe points', () => {
    const pod = withContainer({ readinessProbe: { httpGet: { port: 80, host: '169.254.169.254', path: '/latest/meta-data' } } });

    expect(attemptsFor(pod)).toEqual([{ kind: 'tcp', address: '10.244.1.7', port: 8080, path: null }]);
  });

  it('is at most eight, however many ports there are', () => {
    const ports = Array.from({ length: 1000 }, (_, index) => ({ containerPort: 1000 + index }));

    expect(attemptsFor(withContainer({ ports }))).toHaveLength(8);
  });

  it('is nothing without an address', () => {
    expect(attemptsFor(aPod({ status: { podIP: '' } }))).toEqual([]);
  });
});
