import type { Node } from '../cluster/wire.ts';
import { oncePer } from '../core/once-per.ts';

/** The nodes of a list by name. */
export const nodesByName = oncePer(
  (nodes: readonly Node[]): ReadonlyMap<string, Node> => new Map(nodes.map((node) => [node.metadata?.name ?? '', node])),
);
