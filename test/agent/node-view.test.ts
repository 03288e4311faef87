import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { openAgentClient } from '../../src/agent/agent-client.ts';
import { agentPods } from '../../src/agent/agent-pods.ts';
import { createAgentNodeView } from '../../src/agent/node-view.ts';
import type { ClusterReader, ListQuery } from '../../src/cluster/reader.ts';
import { ReadError } from '../../src/cluster/reader.ts';
import type { Pod } from '../../src/cluster/wire.ts';
import type { NodeView } from '../../src/collectors/node-view.ts';
import type { ProbeAttempt } from '../../src/collectors/prober.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const signal = new AbortController().signal;
const attempt: ProbeAttempt = { kind: 'tcp', address: '10.244.2.7', port: 8080, path: null };

function anAgent(changes: { node?: string; port?: number; ready?: boolean; hostNetwork?: boolean; deleted?: boolean } = {}): Pod {
  const { node = 'worker-2', port = 9479, ready = true, hostNetwork = true, deleted = false } = changes;
  return {
    metadata: {
      name: `agent-${node}`,
      namespace: 'podnet-triage-agents',
      labels: { 'app.kubernetes.io/name': 'podnet-triage', 'app.kubernetes.io/component': 'agent' },
      ...(deleted ? { deletionTimestamp: '2026-03-14T10:00:00Z' } : {}),
    },
    spec: { nodeName: node, hostNetwork, containers: [{ name: 'agent', ports: [{ containerPort: port }] }] },
    status: { phase: 'Running', podIP: '127.0.0.1', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/** A cluster of these pods; remembers how it was asked. */
function clusterOf(pods: readonly Pod[] | Error): { reader: ClusterReader; queries: ListQuery[] } {
  const queries: ListQuery[] = [];
  const list = async (_kind: string, query: ListQuery): Promise<{ items: readonly Pod[]; truncated: boolean }> => {
    queries.push(query);
    if (pods instanceof Error) throw pods;
    return { items: pods.filter(({ metadata }) => metadata?.namespace === query.namespace), truncated: false };
  };
  return { reader: { list } as unknown as ClusterReader, queries };
}

/** What listens at the agent's port. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return (server.address() as AddressInfo).port;
}

function viewOf(pods: readonly Pod[] | Error, timeoutMs = 500): NodeView {
  const client = openAgentClient('the-token', timeoutMs);
  closers.push(async () => client.close());
  return createAgentNodeView(agentPods({ cluster: clusterOf(pods).reader, namespaces: ['podnet-triage', 'podnet-triage-agents'] }), client);
}

describe('the agents', () => {
  it('are found by their labels in the namespaces given, and in no other', async () => {
    const { reader, queries } = clusterOf([anAgent({ node: 'b' }), anAgent({ node: 'a' })]);

    const agents = await agentPods({ cluster: reader, namespaces: ['x', 'podnet-triage-agents'] }).all(signal);

    expect([...agents.keys()]).toEqual(['a', 'b']);
    expect(queries.map(({ namespace, labelSelector }) => [namespace, labelSelector])).toEqual([
      ['x', 'app.kubernetes.io/name=podnet-triage,app.kubernetes.io/component=agent'],
      ['podnet-triage-agents', 'app.kubernetes.io/name=podnet-triage,app.kubernetes.io/component=agent'],
    ]);
  });

  it.each([
    ['of the pod network, which shows nothing of the node', { hostNetwork: false }],
    ['on its way out', { deleted: true }],
  ])('are none that are %s', async (_what, changes) => {
    expect(await viewOf([anAgent(changes)]).network('worker-2', signal)).toBeUndefined();
  });

  it('are missed where none runs', async () => {
    const view = viewOf([anAgent()]);

    expect(await view.network('worker-9', signal)).toBeUndefined();
    expect(await view.probe('worker-9', attempt, signal)).toBeUndefined();
    expect(await view.nodes(signal)).toEqual(['worker-2']);
  });

  it('that are not Ready are told of, which is another thing', async () => {
    const view = viewOf([anAgent({ ready: false })]);

    await expect(view.network('worker-2', signal)).rejects.toThrow(
      new ReadError('unreachable', 'the agent podnet-triage-agents/agent-worker-2 on worker-2 is not Ready'),
    );
    expect(await view.nodes(signal)).toEqual([]);
  });

  it('are listed once for many who ask, and again after a failure', async () => {
    const { reader, queries } = clusterOf([anAgent()]);
    const pods = agentPods({ cluster: reader, namespaces: ['podnet-triage-agents'] });
    await Promise.all([pods.all(signal), pods.on('worker-2', signal), pods.on('worker-3', signal)]);
    expect(queries).toHaveLength(1);

    const failing = clusterOf(new ReadError('forbidden', 'no'));
    const refused = agentPods({ cluster: failing.reader, namespaces: ['podnet-triage-agents'] });
    await expect(refused.all(signal)).rejects.toThrow('no');
    await expect(refused.all(signal)).rejects.toThrow('no');
    expect(failing.queries).toHaveLength(2);
  });
});

describe('an agent', () => {
  it('is shown the token, and its network is given under the name of its Node', async () => {
    let authorization: string | undefined;
    const port = await answering((request, response) => {
      ({ authorization } = request.headers);
      response.end(
        JSON.stringify({
          node: 'ip-10-0-0-12',
          routes: '[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","flags":[]},{"type":"multicast","dst":"ff00::/8","dev":"eth0"}]',
          addresses:
            '[{"ifindex":2,"ifname":"eth0","mtu":1500,"flags":["UP"],"addr_info":[{"local":"10.0.0.12","prefixlen":24,"label":"eth0"}]}]',
          links: '[ ]',
        }),
      );
    });

    const network = await viewOf([anAgent({ port })]).network('worker-2', signal);

    expect(authorization).toBe('Bearer the-token');
    expect(network).toEqual({
      node: 'worker-2',
      routes: '[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","flags":[]}]',
      addresses: '[{"ifname":"eth0","flags":["UP"],"mtu":1500,"addr_info":[{"local":"10.0.0.12","prefixlen":24}]}]',
      links: '[]',
    });
  });

  it('connects for us, and its outcome is about what we asked', async () => {
    let body = '';
    const port = await answering((request, response) => {
      void text(request).then((sent) => {
        body = sent;
        response.end(JSON.stringify({ address: '192.0.2.66', outcome: 'timeout', connected: false, text: 'no answer', durationMs: 2001 }));
      });
    });

    const outcome = await viewOf([anAgent({ port })]).probe('worker-2', attempt, signal);

    expect(JSON.parse(body)).toEqual(attempt);
    expect(outcome).toEqual({ ...attempt, outcome: 'timeout', connected: false, text: 'no answer', durationMs: 2001 });
  });

  it.each([
    ['has another token', 401, '{"error":"wrong"}', 'unauthorized', /has another AGENT_TOKEN$/],
    ['cannot run ip', 503, '{"error":"the program ip is missing"}', 'failed', /answered 503: the program ip is missing$/],
    ['is something else', 200, '<html>', 'failed', /answered with something that is no JSON$/],
    ['says something else', 200, '{"routes":7}', 'failed', /answered with something else than its network$/],
  ])('that %s is told of', async (_what, status, body, reason, message) => {
    const port = await answering((_request, response) => void response.writeHead(status).end(body));

    const asked = viewOf([anAgent({ port })]).network('worker-2', signal);

    await expect(asked).rejects.toMatchObject({ name: 'ReadError', reason, message: expect.stringMatching(message) });
  });

  it('that invents outcomes is not believed', async () => {
    const port = await answering((_request, response) => void response.end('{"outcome":"fine","connected":true,"text":"","durationMs":1}'));

    await expect(viewOf([anAgent({ port })]).probe('worker-2', attempt, signal)).rejects.toThrow('something else than an outcome');
  });

  it('that does not answer is given up', async () => {
    const port = await answering(() => undefined);

    await expect(viewOf([anAgent({ port })], 100).network('worker-2', signal)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('where nothing listens is unreachable', async () => {
    const port = await answering(() => undefined);
    await closers.shift()?.();

    await expect(viewOf([anAgent({ port })]).network('worker-2', signal)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining(`(127.0.0.1:${port}) does not answer`),
    });
  });
});
