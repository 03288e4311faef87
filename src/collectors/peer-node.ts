import type { Node } from '../cluster/wire.ts';
import { isReady } from '../facts/nodes.ts';

/**
 * The node to compare with: of those that have an agent and are Ready, the one that follows `here` by name, so that it is the same
 * for all who ask and another for each node. Undefined where there is none.
 */
export function peerNode(agents: readonly string[], here: string, nodes: readonly Node[]): string | undefined {
  const ready = new Set(nodes.filter(isReady).map(({ metadata }) => metadata?.name));
  const others = agents.filter((name) => name !== here && ready.has(name)).toSorted();
  return others.find((name) => name > here) ?? others[0];
}
