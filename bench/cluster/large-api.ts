import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { KubernetesObject } from '../../src/cluster/wire.ts';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { nodeBlocks } from './blocks.ts';
import { agentLogs, agentObject, frameObjects, nodeObject, failureOf } from './objects.ts';
import { podPlans } from './plan.ts';
import type { ClusterSize } from './plan.ts';
import { podObject } from './pods.ts';
import { Shelf } from './shelf.ts';

/** What the server was asked for since it was last told to forget. */
export interface Asked {
  readonly requests: number;
  readonly bytes: number;
  /** First pages of the list of all pods. */
  readonly podLists: number;
}

/**
 * An API server of a large cluster: pods, nodes and Calico's blocks lie in memory as JSON and go out as they are, so that the server costs
 * little beside its client. All else is served by the small API server, which the rest of the tests use.
 */
export async function startLargeApi(size: ClusterSize): Promise<{ readonly url: string; readonly server: Server }> {
  const shelves = fill(size);
  const small = await startKubernetesApi({ objects: smallObjects(size) as never, logs: agentLogs(size) });
  let asked: Asked = { requests: 0, bytes: 0, podLists: 0 };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://kubernetes');
    if (url.pathname === '/asked') return void response.end(JSON.stringify(asked));
    if (url.pathname === '/forget') asked = { requests: 0, bytes: 0, podLists: 0 };
    const pieces = answer(url, shelves) ?? [await forwarded(small.url, incoming, response)];
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    asked = { requests: asked.requests + 1, bytes: asked.bytes + bytes, podLists: asked.podLists + Number(isPodList(url)) };
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
  const server = createServer((incoming, response) => void serve(incoming, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

interface Shelves {
  readonly blocks: Shelf;
  readonly pods: Shelf;
  readonly nodes: Shelf;
}

function fill(size: ClusterSize): Shelves {
  const pods = new Shelf('PodList', ['status.podIP', 'spec.nodeName', 'namespace', 'k8s-app', 'pod-template-hash']);
  for (const plan of podPlans(size)) {
    const { namespace, name, node, addresses, state } = plan;
    const pod = podObject(plan);
    const hash = pod.metadata?.labels?.['pod-template-hash'] ?? '';
    const keys = {
      'status.podIP': state === 'no-sandbox' ? '' : addresses[0],
      'spec.nodeName': node,
      namespace,
      'pod-template-hash': hash,
    };
    pods.put(`${namespace}/${name}`, bare(pod), keys);
  }
  const nodes = new Shelf('NodeList', []);
  const blocks = new Shelf('IPAMBlockList', []);
  for (let index = 0; index < size.nodes; index += 1) {
    const agent = agentObject(index);
    const keys = {
      'status.podIP': agent.status?.podIP ?? '',
      'spec.nodeName': agent.spec?.nodeName ?? '',
      namespace: 'kube-system',
      'k8s-app': 'calico-node',
    };
    pods.put(`kube-system/${agent.metadata?.name ?? ''}`, bare(agent), keys);
    const node = nodeObject(index, size.dualStack);
    nodes.put(node.metadata?.name ?? '', bare(node), {});
    for (const block of nodeBlocks(size, index)) blocks.put(block.metadata?.name ?? '', bare(block), {});
  }
  pods.sort();
  nodes.sort();
  blocks.sort();
  return { pods, nodes, blocks };
}

/** Items of lists stand there without their kind. */
function bare({ kind: _kind, apiVersion: _apiVersion, ...rest }: KubernetesObject): string {
  return JSON.stringify(rest);
}

/** What the small server knows of the cluster; the agents, for their logs. */
function* smallObjects(size: ClusterSize): Generator<KubernetesObject> {
  for (const object of frameObjects(size)) if (object.kind !== 'Node') yield object;
  for (const plan of podPlans({ ...size, podsPerNode: Math.ceil((size.troubled ?? 0) / size.nodes) }))
    if (plan.state !== 'running') yield failureOf(plan);
}

const place = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/(pods|nodes)(?:\/([^/]+))?$/;

function answer(url: URL, { pods, nodes, blocks }: Shelves): readonly Buffer[] | undefined {
  if (url.pathname === '/apis/crd.projectcalico.org/v1/ipamblocks') return blocks.page(url.searchParams, {});
  const [, namespace, plural, name] = place.exec(url.pathname) ?? [];
  if (plural === undefined) return undefined;
  if (plural === 'nodes') return name === undefined ? nodes.page(url.searchParams, {}) : nodes.one(name);
  if (name !== undefined) return pods.one(`${namespace ?? ''}/${name}`);
  const [field, value] = (url.searchParams.get('fieldSelector') ?? '').split('=');
  const labelSelector = url.searchParams.get('labelSelector') ?? '';
  const [label, wanted] = labelSelector.split('=');
  // Selections of several values are asked for pods that this cluster lacks.
  const byLabel = label && labelSelector !== '' ? { [label]: wanted ?? 'none' } : {};
  const byField = field && value !== undefined ? { [field]: value } : {};
  return pods.page(url.searchParams, { ...(namespace === undefined ? {} : { namespace }), ...byLabel, ...byField });
}

function isPodList({ pathname, searchParams }: URL): boolean {
  return pathname === '/api/v1/pods' && !searchParams.has('continue') && !searchParams.has('fieldSelector');
}

async function forwarded(base: string, incoming: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const answered = await request(base + (incoming.url ?? '/'), { headers: { accept: incoming.headers['accept'] ?? '*/*' } });
  const body = Buffer.from(await answered.body.arrayBuffer());
  response.writeHead(answered.statusCode, { 'content-type': String(answered.headers['content-type']), 'content-length': body.length });
  return body;
}
