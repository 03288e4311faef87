import { openAgentClient } from '../agent/agent-client.ts';
import { agentPods } from '../agent/agent-pods.ts';
import { createAgentNodeView } from '../agent/node-view.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import type { NodeView } from '../collectors/node-view.ts';
import type { Config } from '../config/config.ts';
import { ownNamespace } from './own-pod.ts';
import type { Tools } from './shared.ts';

/** The one that what we ship is installed into. */
const usualNamespace = 'podnet-triage';

/** The view through the agents of the cluster's nodes, which run in our namespace or in NAMESPACE-agents; null without AGENT_TOKEN. */
export async function openAgents(
  { agentToken }: Pick<Config, 'agentToken'>,
  cluster: ClusterReader,
  { logger, stack }: Tools,
): Promise<NodeView | null> {
  if (agentToken === null) {
    logger.info('AGENT_TOKEN is not set: the nodes’ routes and interfaces are not looked at');
    return null;
  }
  const client = openAgentClient(agentToken.reveal());
  stack.defer(async () => client.close());
  const own = (await ownNamespace()) ?? usualNamespace;
  // Agents need their host's network, which a namespace under the restricted Pod Security Standard forbids.
  return createAgentNodeView(agentPods({ cluster, namespaces: [own, `${own}-agents`] }), client);
}
