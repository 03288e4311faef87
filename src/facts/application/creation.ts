import type { Moment } from '../../core/moment.ts';
import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { CauseId } from '../../core/causes.ts';
import type { Finding, Subject } from '../../core/verdict.ts';
import { eventExhibit, isFresh, type ObservedEvent, withReason } from '../events.ts';
import { brief } from './scene.ts';

type Kind = readonly [cause: CauseId, detail: string, why: string, pattern: RegExp];

const kinds: readonly Kind[] = [
  ['app-unschedulable', 'quota-exceeded', "the namespace's quota is used up", /exceeded quota|failed quota/i],
  [
    'app-config-missing',
    'service-account',
    'its service account does not exist',
    /error looking up service account|serviceaccounts? "[^"]+" not found/i,
  ],
  [
    'app-unschedulable',
    'admission-denied',
    'the policy of the namespace does not admit it',
    /violates PodSecurity|unable to validate against any (?:pod security policy|security context constraint)|denied the request|admission webhook .* denied/i,
  ],
  ['app-unschedulable', 'admission-webhook', 'an admission webhook does not answer', /failed calling webhook|failed to call webhook/i],
  [
    'app-unschedulable',
    'limit-range',
    'it breaks the limits of the namespace',
    /(?:maximum|minimum) (?:cpu|memory|storage).* (?:usage|per)|LimitRange|must be less than or equal to/i,
  ],
];

/**
 * Why a workload's controller cannot create pods at all: such errors are events of the ReplicaSet, StatefulSet,
 * DaemonSet or Job, since there is no pod to carry them. `events` are the controller's, oldest first.
 */
export function creationFindings(workload: Subject, events: readonly ObservedEvent[], at: Moment): readonly Finding[] {
  const event = withReason(events, 'FailedCreate').at(-1);
  const later = withReason(events, 'SuccessfulCreate').at(-1);
  if (event === undefined || !isFresh(event, at, minutes(60))) return [];
  if (later?.lastAt && event.lastAt && Date.parse(later.lastAt) > Date.parse(event.lastAt)) return [];
  const [cause, detail, why] = kinds.find(([, , , pattern]) => pattern.test(event.message)) ?? [];
  if (cause === undefined || detail === undefined || why === undefined) return [];
  const { kind, namespace, name } = workload;
  return [
    {
      cause,
      detail,
      title: `${kind} ${namespace ?? ''}/${name} cannot create pods: ${why}`,
      confidence: isFresh(event, at, minutes(20)) ? 'certain' : 'likely',
      summary: `The controller of ${kind} ${namespace ?? ''}/${name} is refused: ${why} ("${brief(event.message, 300)}", ${event.count} times).`,
      subject: workload,
      exhibits: [eventExhibit(event)],
      nearness: 'target',
      at: event.lastAt,
      actions: [
        {
          title: 'Show quotas and limits of the namespace',
          command: sh`kubectl describe resourcequota,limitrange -n ${namespace ?? ''}`,
          risk: 'read-only',
        },
        {
          title: 'Show the workload and its events',
          command: sh`kubectl describe ${kind.toLowerCase()} -n ${namespace ?? ''} ${name}`,
          risk: 'read-only',
        },
      ],
    },
  ];
}
