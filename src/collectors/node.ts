import { collector } from './collector.ts';
import { nodeWord } from './node-command.ts';
import { nodeOfTarget } from './nodes.ts';
import { pod } from './pod.ts';
import { byNode } from './scopes.ts';
import type { Node } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import { byTime } from '../facts/events.ts';
import type { ObservedEvent } from '../facts/events.ts';

/** The node that runs the pod, or the node that the alert names; undefined while the pod is not scheduled, and when the node is gone. */
export const node = collector({
  name: 'node',
  what: "the pod's node",
  shows: ['Node'],
  scope: byNode,
  permissions: ['get nodes'],
  command(target) {
    const word = nodeWord(target);
    return word === undefined ? 'kubectl get nodes -o yaml' : `kubectl get node ${word} -o yaml`;
  },
  async collect({ target, cluster, read, signal }): Promise<Node | undefined> {
    if (target.kind === 'node') return read(nodeOfTarget);
    const subject = await read(pod);
    const name = subject.pod?.spec?.nodeName ?? (target.kind === 'pod' && subject.pod === undefined ? target.node : null);
    return name === null ? undefined : cluster.get('Node', { name }, signal);
  },
});

/** The node's events, oldest first; `Normal` ones too, since CIDRNotAvailable and NodeNotReady are of that type. */
export const nodeEvents = collector({
  name: 'nodeEvents',
  what: "the node's events",
  shows: ['Event'],
  scope: byNode,
  permissions: ['list events'],
  command: ({ kind, ...target }) =>
    kind === 'node' && 'name' in target
      ? sh`kubectl get events -A --field-selector ${`involvedObject.kind=Node,involvedObject.name=${target.name}`}`
      : 'kubectl get events -A --field-selector involvedObject.kind=Node',
  async collect({ cluster, read, signal, cut }): Promise<readonly ObservedEvent[]> {
    const name = (await read(node))?.metadata?.name;
    const selector = name === undefined ? 'involvedObject.kind=Node' : `involvedObject.kind=Node,involvedObject.name=${name}`;
    const { items, truncated } = await cluster.list('Event', { fieldSelector: selector, limit: 500, signal });
    if (truncated) cut('the first 500 events');
    return byTime(items).slice(-200);
  },
});
