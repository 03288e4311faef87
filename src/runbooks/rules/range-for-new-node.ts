import { eventExhibit, isFresh, withReason } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { isFinished, isScheduled } from '../../facts/pods.ts';
import type { Pod } from '../../cluster/wire.ts';
import { minutes } from '../../core/moment.ts';
import type { Moment } from '../../core/moment.ts';
import type { Finding } from '../../core/verdict.ts';
import { actionsFor } from './next-actions.ts';
import { nodeSubject } from './situation.ts';
import type { Situation } from './situation.ts';

/** GKE's autoscaler of a node whose own address or range of pod addresses the subnet does not have. */
const noRange = /IP[ _]space (?:of .{1,300} is )?exhausted/i;

/** That no node can be added for a pod that has none, since the cloud has no addresses left to give it. */
export function noRangeForNewNode(
  pod: Pod | undefined,
  podEvents: readonly ObservedEvent[],
  { situation, at }: { readonly situation: Situation; readonly at: Moment },
): Finding | undefined {
  if (pod === undefined || isScheduled(pod) || isFinished(pod)) return undefined;
  const said = withReason(podEvents, 'TriggeredScaleUp', 'FailedScaleUp').filter((event) => isFresh(event, at, minutes(30)));
  const failed = said.findLast(({ reason, message }) => reason === 'FailedScaleUp' && noRange.test(message));
  if (failed === undefined) return undefined;
  const told = { cause: 'ip-pool-exhausted', detail: 'subnet-full' } as const;
  return {
    ...told,
    title: 'The cloud subnet has no addresses left for a new node',
    subject: nodeSubject(situation),
    // Another node pool may be tried after it.
    confidence: failed === said.at(-1) ? 'certain' : 'likely',
    summary: `The cluster needs one more node for the pod, and the autoscaler cannot add it: "${failed.message.slice(0, 300)}".`,
    exhibits: [eventExhibit(failed)],
    nearness: 'cluster',
    at: failed.lastAt,
    actions: actionsFor(told, situation),
    explains: ['app-unschedulable'],
  };
}
