import { exhibit } from '../../../core/evidence.ts';
import type { Exhibit } from '../../../core/evidence.ts';
import { minutes } from '../../../core/moment.ts';
import type { Case } from '../../../core/runbook.ts';
import { sh } from '../../../core/shell.ts';
import type { Finding } from '../../../core/verdict.ts';
import type { Node } from '../../../cluster/wire.ts';
import { eventExhibit, isFresh, withReason } from '../../../facts/events.ts';
import type { ObservedEvent } from '../../../facts/events.ts';
import { nodeNetworkCondition } from '../../../network/cni/node-condition.ts';

/** Reasons of node events with which clouds' controllers refuse a node. */
export const cloudReasons = ['FailedToCreateRoute', 'EniConfigNameNotFound', 'NodeTrunkFailedInit', 'CNINodeCreationFailed'] as const;

/** What the cloud says of the node, on it and in its events: no route to it could be made, or it is refused. Empty where nothing. */
export function cloudRoute(node: Node, events: readonly ObservedEvent[], at: Case): readonly Finding[] {
  const name = node.metadata?.name ?? '';
  const network = nodeNetworkCondition(node);
  const isMarked = network.state === 'unavailable' && network.writer === 'route-controller';
  // While the node is still marked, older events count too; else what is no longer said has been mended.
  const failed = withReason(events, ...cloudReasons).filter((event) => isFresh(event, at, minutes(isMarked ? 60 : 15)));
  const [proof, ...more] = [...failed.slice(-2).map(eventExhibit), ...(isMarked ? [conditionExhibit(name, network)] : [])];
  if (proof === undefined) return [];
  const last = failed.at(-1);
  const isRoute = isMarked || last?.reason === 'FailedToCreateRoute';
  return [
    {
      cause: 'cloud-network-misconfigured',
      detail: isRoute ? 'route-not-created' : null,
      title: isRoute ? `The cloud has no route to node ${name}` : `The cloud's network refuses node ${name}: ${last?.reason ?? ''}`,
      subject: { kind: 'Node', namespace: null, name },
      confidence: last === undefined ? 'likely' : 'certain',
      summary:
        last === undefined ? `The route controller says of node ${name}: ${network.message ?? ''}.` : `${last.reason}: ${last.message}`,
      exhibits: [proof, ...more],
      nearness: 'node',
      at: last?.lastAt ?? network.since,
      actions: [{ title: 'See the node and its events', command: sh`kubectl describe node ${name}`, risk: 'read-only' }],
    },
  ];
}

function conditionExhibit(name: string, { reason, message, since }: ReturnType<typeof nodeNetworkCondition>): Exhibit {
  const text = `NetworkUnavailable=True ${reason ?? ''}: ${message ?? ''}`;
  return exhibit({ kind: 'Node', name, field: 'status.conditions[NetworkUnavailable]' }, text, since);
}
