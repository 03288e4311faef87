import type { CauseId } from '../../core/causes.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { claimed, editWorkload, eventExhibits, podExhibit } from './claim.ts';
import { minutes } from '../../core/moment.ts';
import { isFresh, withReason } from '../events.ts';
import { brief, type Scene } from './scene.ts';

interface Rejection {
  readonly cause: CauseId;
  readonly detail: string | null;
  readonly what: string;
  readonly confidence: Confidence;
}

/** What the kubelet writes into `status.reason` of a pod that it turned away or put an end to (kubernetes: pkg/kubelet/lifecycle, eviction). */
const rejections: Readonly<Record<string, Rejection>> = {
  OutOfcpu: unschedulable('insufficient-cpu', 'its node had not enough CPU left for it'),
  OutOfmemory: unschedulable('insufficient-memory', 'its node had not enough memory left for it'),
  OutOfpods: unschedulable('too-many-pods', 'its node held as many pods as it can'),
  NodeAffinity: unschedulable('node-affinity', "its node's labels do not match it any more"),
  MatchNodeSelector: unschedulable('node-selector', "its node's labels do not match it any more"),
  NodePorts: unschedulable('insufficient-other', 'its host port was taken on its node'),
  Taint: unschedulable('taint', 'it does not tolerate a taint of its node'),
  TaintToleration: unschedulable('taint', 'it does not tolerate a taint of its node'),
  TopologyAffinityError: unschedulable('insufficient-other', 'its node could not give its resources from one NUMA node'),
  SMTAlignmentError: unschedulable('insufficient-cpu', 'it asks for CPUs that are no whole cores of its node'),
  PodOSNotSupported: unschedulable('node-selector', 'it is made for another operating system than that of its node'),
  PodOSSelectorNodeLabelDoesNotMatch: unschedulable('node-selector', 'it is made for another operating system than that of its node'),
  SysctlForbidden: cannotStart('its node forbids a kernel setting that it asks for'),
  AppArmor: cannotStart('its AppArmor profile is not usable on its node'),
  UnexpectedAdmissionError: unschedulable('insufficient-other', 'its node could not give it what it asks for'),
  Preempting: unschedulable('preempted', 'it had to make room for a more important pod'),
  DeadlineExceeded: {
    cause: 'app-crash-looping',
    detail: 'deadline-exceeded',
    what: 'it ran longer than its activeDeadlineSeconds',
    confidence: 'likely',
  },
};

function unschedulable(detail: string, what: string): Rejection {
  return { cause: 'app-unschedulable', detail, what, confidence: 'certain' };
}

function cannotStart(what: string): Rejection {
  return { cause: 'app-crash-looping', detail: 'cannot-start', what, confidence: 'certain' };
}

/** Reasons of a kubelet that is newer than this list: it admits a pod before it makes any container of it. */
function otherRejection({ pod }: Scene): Rejection | undefined {
  const began = (pod.status?.containerStatuses ?? []).length > 0 || (pod.status?.initContainerStatuses ?? []).length > 0;
  return began ? undefined : { cause: 'app-unschedulable', detail: null, what: 'its node did not admit it', confidence: 'likely' };
}

function rejectionFor(scene: Scene, reason: string, message: string): Rejection | undefined {
  if (reason === 'Evicted') return eviction(message);
  const ofResource = unschedulable('insufficient-other', 'its node had not enough of a resource left for it');
  return rejections[reason] ?? (reason.startsWith('OutOf') ? ofResource : otherRejection(scene));
}

/** A pod that its node turned away, evicted or ended: phase Failed with a reason. Shut-down nodes are no fault of the pod. */
export function rejectionFindings(scene: Scene): Finding[] {
  const { reason = '', message = '' } = ended(scene) ?? {};
  if (reason === '') return [];
  const rejection = rejectionFor(scene, reason, message);
  if (rejection === undefined) return [];
  return claimed(scene, {
    ...rejection,
    title: `${scene.name} was ${reason === 'Evicted' ? 'evicted' : 'turned away'}: ${rejection.what}`,
    summary: `Node ${scene.pod.spec?.nodeName ?? '?'} ended ${scene.name} (${reason}): ${rejection.what}${message === '' ? '' : `; it says "${brief(message, 260)}"`}.`,
    exhibits: [
      podExhibit(scene, 'status.reason', [reason, message].filter(Boolean).join(': ')),
      ...eventExhibits(withReason(scene.events, 'Evicted', 'Preempted', reason).slice(-1)),
    ],
    actions: [editWorkload(scene, 'Correct its requests and limits')],
  });
}

/** How the pod was ended: by its status, or by a fresh event of its eviction that the status does not show yet. */
function ended({ pod, events, at }: Scene): { readonly reason?: string; readonly message?: string } | undefined {
  const { phase, reason, message } = pod.status ?? {};
  if (phase === 'Failed' && reason !== undefined) return { reason, ...(message === undefined ? {} : { message }) };
  const event = withReason(events, 'Evicted').at(-1);
  return event !== undefined && isFresh(event, at, minutes(30)) ? event : undefined;
}

/** Whether `status.reason` says that the node, not the pod, came to an end. */
export function endedByNode({ pod }: Scene): boolean {
  return ['NodeShutdown', 'Terminated', 'Shutdown', 'NodeLost'].includes(pod.status?.reason ?? '');
}

function eviction(message: string): Rejection {
  const memory = /low on resource: memory|memory/i.test(message) && !/ephemeral|storage/i.test(message);
  if (memory) return { cause: 'app-oom-killed', detail: 'evicted', what: 'its node ran low on memory', confidence: 'likely' };
  const storage = /ephemeral|storage|disk|emptydir|inode|imagefs|nodefs/i.test(message);
  const ids = /\bpids?\b/i.test(message) ? 'its node ran low on process ids' : 'its node put it out';
  const what = storage ? 'it used more local storage than it may, or its node ran out of it' : ids;
  return { cause: 'app-crash-looping', detail: 'evicted', what, confidence: 'likely' };
}
