import { ReadError } from '../cluster/reader.ts';
import type { NodeNetwork, NodeView } from '../collectors/node-view.ts';
import type { ProbeAttempt, ProbeOutcome } from '../collectors/prober.ts';
import { compactLinks, compactRoutes } from '../network/compact-ip.ts';
import type { AgentClient } from './agent-client.ts';
import type { AgentAddress, AgentPods } from './agent-pods.ts';

/** The view of the nodes through their agents. What an agent says is checked for its form and otherwise believed. */
export function createAgentNodeView(pods: AgentPods, client: AgentClient): NodeView {
  return {
    nodes: async (signal) => [...(await pods.all(signal)).keys()],
    async network(node, signal) {
      const agent = await pods.on(node, signal);
      return agent === undefined ? undefined : networkOf(await client.get(agent, '/network', signal), agent);
    },
    async probe(node, attempt, signal) {
      const agent = await pods.on(node, signal);
      return agent === undefined ? undefined : outcomeOf(await client.post(agent, '/probe', { body: attempt, signal }), attempt, agent);
    },
  };
}

function networkOf(answer: unknown, { pod, node }: AgentAddress): NodeNetwork {
  const { routes, addresses, links } = (answer ?? {}) as Partial<Record<keyof NodeNetwork, unknown>>;
  if (typeof routes !== 'string' || typeof addresses !== 'string' || typeof links !== 'string')
    throw new ReadError('failed', `the agent ${pod} on ${node} answered with something else than its network`);
  // Its host may be called otherwise than its Node.
  return { node, routes: compactRoutes(routes), addresses: compactLinks(addresses), links: compactLinks(links) };
}

const outcomes: ReadonlySet<unknown> = new Set<ProbeOutcome['outcome']>([
  'open',
  'refused',
  'timeout',
  'unreachable',
  'tls-error',
  'error',
]);

function outcomeOf(answer: unknown, { kind, address, port, path }: ProbeAttempt, agent: AgentAddress): ProbeOutcome {
  const { outcome, connected, text, durationMs } = (answer ?? {}) as Partial<Record<keyof ProbeOutcome, unknown>>;
  if (!outcomes.has(outcome) || typeof connected !== 'boolean' || typeof text !== 'string' || typeof durationMs !== 'number')
    throw new ReadError('failed', `the agent ${agent.pod} on ${agent.node} answered with something else than an outcome`);
  return { kind, address, port, path, outcome: outcome as ProbeOutcome['outcome'], connected, text, durationMs };
}
