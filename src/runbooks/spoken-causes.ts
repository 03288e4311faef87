import type { SubjectPod } from '../collectors/pod.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Evidence, Recording } from '../core/evidence.ts';
import type { Moment } from '../core/moment.ts';
import { wording } from '../facts/events.ts';
import type { ObservedEvent } from '../facts/events.ts';
import { sandboxFailures, sandboxState } from '../facts/sandbox.ts';
import { classify } from '../network/cni/classify.ts';

/** What the events of a pod without sandbox say of the cause, and where the pod is. */
export interface SpokenCauses {
  readonly node: string | null;
  /** Each cause with its detail, as their inmost words name it. */
  readonly causes: ReadonlySet<string>;
}

/** Null where the pod or its events could not be read, where the pod is another than the alert names, has its sandbox, or nothing is named in plain words. */
export function spokenCauses({ pod, podEvents }: Recording, at: Moment): SpokenCauses | null {
  const subject = valueOf<SubjectPod>(pod);
  const events = valueOf<readonly ObservedEvent[]>(podEvents);
  if (subject?.pod === undefined || subject.chosen !== undefined || events === undefined) return null;
  if (sandboxState(subject.pod, events, at) !== 'missing') return null;
  const said = sandboxFailures(subject.pod, events, at).map((event) => classify(wording(event), { where: 'event' }));
  const causes = said.flatMap((one) => (one?.strength === 'strong' ? [`${one.plugin ?? ''} ${one.cause} ${one.detail ?? ''}`] : []));
  return causes.length === 0 || causes.length < said.length ? null : { node: subject.pod.spec?.nodeName ?? null, causes: new Set(causes) };
}

function valueOf<T>(evidence: Evidence<unknown> | undefined): T | undefined {
  return evidence?.status === 'collected' ? (evidence.value as T) : undefined;
}

/** What is wrong with these is wrong on every node that they serve. */
const clusterWide: ReadonlySet<string> = new Set(['DaemonSet', 'Deployment', 'IPPool', 'Cluster']);

/** Whether a diagnosis is proof enough to look for the same cause elsewhere: certain, and of a pod's network. */
export function isProof({ outcome, rootCause, target }: Diagnosis): boolean {
  return outcome === 'root-cause' && rootCause?.confidence === 'certain' && !rootCause.id.startsWith('app-') && target.kind === 'pod';
}

/** Whether another pod's own events say just what those of the diagnosed pod said, in reach of the same broken thing. */
export function sharesCause(proven: SpokenCauses, { rootCause }: Diagnosis, other: SpokenCauses): boolean {
  const inReach = clusterWide.has(rootCause?.subject.kind ?? '') || (proven.node !== null && proven.node === other.node);
  return inReach && [...other.causes].every((cause) => proven.causes.has(cause));
}
