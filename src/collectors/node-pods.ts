import { collector } from './collector.ts';
import { nodeWord } from './node-command.ts';
import { nodeNameOf } from './nodes.ts';
import { pod } from './pod.ts';
import type { PodRow } from './pod-row.ts';
import { podsOfNode } from './pods-where.ts';
import { byNode } from './scopes.ts';
import { sh } from '../core/shell.ts';

/** The pods of the node in question; none where there is no node. */
export const nodePods = collector({
  name: 'nodePods',
  what: "the node's pods",
  shows: [],
  scope: byNode,
  structured: true,
  permissions: ['list pods'],
  command(target) {
    const word = nodeWord(target);
    return `kubectl get pods -A -o wide${word === undefined ? '' : ` --field-selector spec.nodeName=${word}`}`;
  },
  async collect(collecting): Promise<readonly PodRow[]> {
    const { target, read, reproduceBy } = collecting;
    const node = target.kind === 'node' ? await nodeNameOf(collecting) : (await read(pod)).pod?.spec?.nodeName;
    if (node === undefined) return [];
    reproduceBy(sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${node}`}`);
    return podsOfNode(collecting, node);
  },
});
