import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pod } from '../../src/cluster/wire.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { alertFor } from '../incidents/support/alert-for.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { flannelCluster, type FlannelCluster } from './flannel-cluster.ts';
import { openNamespaces } from './namespaces.ts';
import { startIn } from './programs.ts';

/** Two real nodes with a real overlay, an agent on each, a pod that serves on the second and a worker in a pod on the first. */
export interface Lab extends AsyncDisposable {
  readonly network: FlannelCluster;
  /** The diagnosis of the pod on the second node, made by the worker from its own pod. */
  diagnose(): Promise<Diagnosis>;
}

const token = 'token-of-the-lab';
const agentPort = 9479;

/** Builds everything. */
export async function openLab(): Promise<Lab> {
  await using stack = new AsyncDisposableStack();
  const { cluster, target, worker } = recordedCluster();
  const network = await flannelCluster(stack.use(openNamespaces()), {
    first: worker.status?.podIP ?? '',
    second: target.status?.podIP ?? '',
  });
  const folder = await mkdtemp(join(tmpdir(), 'podnet-lab-'));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const objects = join(folder, 'objects.json');
  await writeFile(objects, JSON.stringify(cluster.objects));

  const isListening = (line: string): boolean => line === 'listening';
  const agent = {
    variables: { AGENT_TOKEN: token, LISTEN: `0.0.0.0:${agentPort}` },
    ready: (line: string) => line.includes('ready to serve'),
  };
  const started = await Promise.allSettled([
    startIn(network.first.pod, ['test/network-lab/look-from-pod.ts', objects, token], { ready: isListening }),
    startIn(network.second.pod, ['test/network-lab/pod-server.ts'], { ready: isListening }),
    ...[network.first, network.second].map(async ({ node }) => startIn(node, ['src/main.ts', 'serve', '--role', 'agent'], agent)),
  ]);
  // Where one does not start, the others are ended all the same.
  for (const one of started) if (one.status === 'fulfilled') stack.use(one.value);
  const failed = started.find((one) => one.status === 'rejected');
  const [looker] = started;
  if (failed !== undefined || looker?.status !== 'fulfilled') throw new Error('the lab did not start', { cause: failed?.reason });

  const opened = stack.move();
  const alert = JSON.stringify(alertFor('KubeNetworkPluginError', target));
  return {
    network,
    diagnose: async () => JSON.parse(await looker.value.ask(alert)) as Diagnosis,
    [Symbol.asyncDispose]: async () => opened.disposeAsync(),
  };
}

function recordedCluster(): { cluster: TestCluster; target: Pod; worker: Pod } {
  const cluster = new TestCluster({ plugins: ['flannel'], nodeNames: ['cp-1', 'worker-1', 'worker-2'] });
  cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'podnet-triage', uid: cluster.uid() } });
  const worker = cluster.runningPod('podnet-triage', 'podnet-triage-worker', 'worker-1');
  const target = cluster.runningPod('shop', 'checkout', 'worker-2', ({ spec }) => {
    const [container] = spec?.containers ?? [];
    if (container) container.readinessProbe = { httpGet: { port: 8080, path: '/large' } };
  });
  for (const node of ['worker-1', 'worker-2']) cluster.addPod(agentOn(cluster, node));
  return { cluster, target, worker };
}

/** The pod of an agent as the DaemonSet makes it. */
function agentOn(cluster: TestCluster, node: string): Pod {
  const address = cluster.node(node).status?.addresses?.[0]?.address ?? '';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `podnet-triage-agent-${node}`,
      namespace: 'podnet-triage-agents',
      uid: cluster.uid(),
      labels: { 'app.kubernetes.io/name': 'podnet-triage', 'app.kubernetes.io/component': 'agent' },
    },
    spec: { nodeName: node, hostNetwork: true, containers: [{ name: 'agent', ports: [{ containerPort: agentPort }] }] },
    status: {
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      hostIP: address,
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}
