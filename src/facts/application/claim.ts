import { exhibit, type Exhibit } from '../../core/evidence.ts';
import { sh } from '../../core/shell.ts';
import type { Confidence, Finding, NextAction, Subject } from '../../core/verdict.ts';
import { type ObservedEvent, eventExhibit } from '../events.ts';
import { ownerOf, type PodContainer } from '../pods.ts';
import type { Scene } from './scene.ts';

/** What a cause says; the rest of the finding follows from the pod. */
export type Claim = Pick<Finding, 'cause' | 'detail' | 'confidence' | 'title' | 'summary'> & {
  readonly exhibits: readonly Exhibit[];
  readonly at?: string | null | undefined;
  readonly actions?: readonly NextAction[];
};

const ranks: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };

/** The weaker of two confidences. */
export function weaker(a: Confidence, b: Confidence): Confidence {
  return ranks[a] >= ranks[b] ? a : b;
}

/** A finding about the pod's workload; none where nothing proves it. */
export function claimed(scene: Scene, claim: Claim): Finding[] {
  const [first, ...more] = claim.exhibits;
  if (first === undefined) return [];
  const { cause, detail, confidence, title, summary } = claim;
  return [
    {
      cause,
      detail,
      title,
      confidence,
      summary,
      subject: subjectOf(scene),
      exhibits: [first, ...more],
      nearness: 'target',
      at: claim.at ?? first.at,
      actions: [...(claim.actions ?? []), describePod(scene)],
    },
  ];
}

/** The workload that owns the pod, so that all its pods are one incident; the pod itself where it has none. */
function subjectOf({ pod }: Scene): Subject {
  const owner = ownerOf(pod);
  if (owner === undefined || owner.kind === 'Node') {
    return { kind: 'Pod', namespace: pod.metadata?.namespace ?? null, name: pod.metadata?.name ?? '' };
  }
  return { kind: owner.kind, namespace: owner.namespace, name: owner.name };
}

/** "Deployment shop/checkout", or the pod. */
export function workload(scene: Scene): string {
  const { kind, namespace, name } = subjectOf(scene);
  return `${kind} ${namespace ?? ''}/${name}`;
}

/** A field of the pod as an exhibit. */
export function podExhibit(scene: Scene, field: string, text: string): Exhibit {
  return exhibit({ kind: 'Pod', ...names(scene), field }, text);
}

/** A container's present or last state as an exhibit: "waiting: CrashLoopBackOff: back-off 5m0s …". */
export function stateExhibit(scene: Scene, container: PodContainer): Exhibit[] {
  const list = container.role === 'init' || container.role === 'sidecar' ? 'initContainerStatuses' : 'containerStatuses';
  const { state, lastState } = container.status ?? {};
  const shown = [
    ['state', state],
    ['lastState', lastState],
  ] as const;
  return shown.flatMap(([field, value]) => {
    const [kind, words, at] = value ? stateWords(value) : [];
    if (kind === undefined || words === undefined) return [];
    const source = { kind: 'Pod', ...names(scene), container: container.name, field: `status.${list}[${container.name}].${field}.${kind}` };
    return [exhibit(source, words, at ?? null)];
  });
}

type State = NonNullable<NonNullable<PodContainer['status']>['state']>;

function stateWords({ waiting, running, terminated }: State): [kind?: string, words?: string, at?: string | null] {
  if (waiting) return ['waiting', [waiting.reason, waiting.message].filter(Boolean).join(': ') || 'waiting'];
  if (running) return ['running', `running since ${running.startedAt ?? 'an unknown time'}`, running.startedAt ?? null];
  if (!terminated) return [];
  const { reason, exitCode, message, startedAt, finishedAt } = terminated;
  const words = `${reason ?? 'Terminated'}, exit code ${exitCode}, from ${startedAt ?? '?'} to ${finishedAt ?? '?'}${message ? `: ${message}` : ''}`;
  return ['terminated', words, finishedAt ?? null];
}

/** Events as exhibits, at most three, the newest first. */
export function eventExhibits(events: readonly (ObservedEvent | undefined)[]): Exhibit[] {
  return events
    .filter((event) => event !== undefined)
    .slice(-3)
    .toReversed()
    .map(eventExhibit);
}

/** Shows the pod as kubectl describes it. */
function describePod(scene: Scene): NextAction {
  const { namespace, name } = names(scene);
  return { title: 'Show the pod and its events', command: sh`kubectl describe pod -n ${namespace} ${name}`, risk: 'read-only' };
}

/** Shows the end of a container's log; of the run before the present one where the container runs again. */
export function showLog(scene: Scene, container: PodContainer): NextAction {
  const { namespace, name } = names(scene);
  const command = sh`kubectl logs -n ${namespace} ${name} -c ${container.name} --tail=50`;
  const again = container.status?.state?.running !== undefined && (container.status.restartCount ?? 0) > 0;
  return { title: `Read the log of ${container.name}`, command: again ? `${command} --previous` : command, risk: 'read-only' };
}

/** Opens the workload for a change, which rolls its pods; a pod of its own has to be replaced by hand. */
export function editWorkload(scene: Scene, title: string): NextAction {
  const { kind, namespace, name } = subjectOf(scene);
  return { title, command: sh`kubectl edit ${kind.toLowerCase()} -n ${namespace ?? ''} ${name}`, risk: 'disruptive' };
}

function names({ pod }: Scene): { namespace: string; name: string } {
  return { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' };
}
