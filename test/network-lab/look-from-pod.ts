/**
 * The worker of the lab: triages from inside a pod's network namespace, as the product does, over a recorded cluster that it serves
 * itself on its own loopback. Arguments: a file with the cluster's objects, the agents' token. Each line on the standard input is
 * an alert; each line on the standard output its diagnosis.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { openAgentClient } from '../../src/agent/agent-client.ts';
import { agentPods } from '../../src/agent/agent-pods.ts';
import { createAgentNodeView } from '../../src/agent/node-view.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import type { Alert } from '../../src/core/alert.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { createProber } from '../../src/probe/prober.ts';
import { examine } from '../../src/workers/examine.ts';

const [file = '', token = ''] = process.argv.slice(2);
const api = await startKubernetesApi(JSON.parse(await readFile(file, 'utf8')) as AnyObject[]);
const kubeconfig = await writeKubeconfig(api.url);
const cluster = await connectCluster({ kubeconfig });
await removeKubeconfig(kubeconfig);
const client = openAgentClient(token);
const looking = {
  cluster,
  clusterName: null,
  prober: createProber(),
  nodeView: createAgentNodeView(agentPods({ cluster, namespaces: ['podnet-triage', 'podnet-triage-agents'] }), client),
};
process.stdout.write('listening\n');

for await (const line of createInterface({ input: process.stdin })) {
  const view = new ClusterView({ maxAgeMs: 0 });
  const { diagnosis } = await examine(JSON.parse(line) as Alert, { ...looking, view, signal: AbortSignal.timeout(15_000) });
  process.stdout.write(`${JSON.stringify(diagnosis)}\n`);
}
await Promise.all([client.close(), cluster.close(), api.close()]);
