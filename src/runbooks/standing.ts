import { counted } from '../core/counted.ts';
import type { Impact } from '../core/diagnosis.ts';
import { exhibit, recorded } from '../core/evidence.ts';
import type { Exhibit, Recording } from '../core/evidence.ts';
import type { Standing } from '../core/standing.ts';
import { describeTarget } from '../core/target.ts';
import type { Target } from '../core/target.ts';
import type { WorkloadPods } from '../collectors/owner.ts';
import type { PodRow } from '../collectors/pod-row.ts';
import { isTroubled } from '../collectors/pod.ts';
import type { SubjectPod } from '../collectors/pod.ts';
import type { ServiceOfPod } from '../collectors/pod-services.ts';
import type { Node, Pod } from '../cluster/wire.ts';
import { condition as podCondition, isFinished, isReady as isPodReady, readySince } from '../facts/pods.ts';
import { isReady as isNodeReady } from '../facts/nodes.ts';
import { goneNode, gonePod, notFound, phaseExhibit } from './gone.ts';
import type { StandingPart } from './gone.ts';

/** How the target stands, from the evidence that every runbook collects in its first steps. */
export function standingOf(target: Target, recording: Recording): Standing {
  const subject = recorded<SubjectPod>(recording, 'pod');
  const node = recorded<Node>(recording, 'node');
  const base = { node: subject?.pod?.spec?.nodeName ?? node?.metadata?.name ?? null, impact: impactOf(recording), successors: null };
  if (target.kind === 'node' && recording['node']?.status === 'collected' && node === undefined) return { ...base, ...goneNode(target) };
  if (subject === undefined) {
    const missing = recording['pod'];
    const why = missing?.status === 'missing' ? missing.why : 'it was not read';
    return { ...base, state: 'unknown', sentence: `How ${describeTarget(target)} stands is not known: ${why}`, exhibits: [] };
  }
  if (target.kind === 'pod') return { ...base, ...podStanding(subject, recorded<WorkloadPods>(recording, 'owner')) };
  return { ...base, ...wideStanding(target, subject, recording) };
}

function podStanding(subject: SubjectPod, workload: WorkloadPods | undefined): StandingPart {
  const { pod, named, chosen } = subject;
  const name = `${named?.namespace ?? ''}/${named?.name ?? ''}`;
  if (pod === undefined) return gonePod(`Pod ${name} does not exist any more`, { proof: notFound('Pod', named), workload });
  if (chosen !== undefined) {
    return {
      state: 'unhealthy',
      sentence: `Pod ${name} is gone and pod ${pod.metadata?.name ?? ''} of the same owner is not Ready`,
      exhibits: readyExhibits(pod),
    };
  }
  if (isFinished(pod)) return endedPod(pod, name, workload);
  const since = readySince(pod);
  if (isPodReady(pod))
    return {
      state: 'healthy',
      sentence: `Pod ${name} is Ready${since === null ? '' : ` since ${clock(since)}`}`,
      exhibits: readyExhibits(pod),
    };
  return { state: 'unhealthy', sentence: `Pod ${name} is not Ready`, exhibits: readyExhibits(pod) };
}

/** A pod that failed and that nobody has replaced is no more gone than it is well. */
function endedPod(pod: Pod, name: string, workload: WorkloadPods | undefined): StandingPart {
  const ended = gonePod(`Pod ${name} has ended (${pod.status?.phase ?? ''})`, { proof: phaseExhibit(pod), workload });
  return pod.status?.phase === 'Failed' && workload?.siblings.length === 0 ? { ...ended, state: 'unhealthy' } : ended;
}

function wideStanding(target: Target, subject: SubjectPod, recording: Recording): StandingPart {
  const what = describeTarget(target);
  if (target.kind === 'node') {
    const node = recorded<Node>(recording, 'node');
    if (node === undefined) return { state: 'unknown', sentence: `How ${what} stands is not known`, exhibits: [] };
    if (!isNodeReady(node)) return { state: 'unhealthy', sentence: `Node ${node.metadata?.name ?? ''} is not Ready`, exhibits: [] };
  }
  const count = subject.troubled.length;
  if (count > 0)
    return {
      state: 'unhealthy',
      sentence: `${counted(count, 'pod')} of ${what} ${count === 1 ? 'is' : 'are'} not Ready`,
      exhibits: [],
    };
  return { state: 'healthy', sentence: `Every pod of ${what} is Ready`, exhibits: [] };
}

/** The Ready condition in the API's words. */
function readyExhibits(pod: Pod): readonly Exhibit[] {
  const ready = podCondition(pod, 'Ready');
  if (ready === undefined) return [];
  const { namespace = null, name = null } = pod.metadata ?? {};
  const text = `Ready=${ready.status}${ready.reason === undefined ? '' : ` ${ready.reason}`}${ready.message === undefined ? '' : `: ${ready.message}`}`;
  return [exhibit({ kind: 'Pod', namespace, name, field: 'status.conditions[Ready]' }, text, ready.lastTransitionTime ?? null)];
}

/** Date and time of day: a pod may well be Ready since last week. */
function clock(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** What is hit: the pods in trouble in the target's scope, and the Services that have lost an endpoint. */
function impactOf(recording: Recording): Impact {
  const subject = recorded<SubjectPod>(recording, 'pod');
  const rows = recorded<readonly PodRow[]>(recording, 'nodePods') ?? [];
  const services = recorded<readonly ServiceOfPod[]>(recording, 'podServices') ?? [];
  const node = subject?.pod?.spec?.nodeName ?? recorded<Node>(recording, 'node')?.metadata?.name;
  const own = subject?.pod?.metadata;
  const hit = rows.filter(
    (row) =>
      isTroubled(row) &&
      (row.namespace === own?.namespace && row.name === own.name
        ? true
        : node !== undefined && row.node === node && row.waiting === 'ContainerCreating'),
  );
  const wide = subject?.troubled ?? [];
  const all = [...new Map([...alerted(subject), ...hit, ...wide].map((row) => [`${row.namespace}/${row.name}`, row])).values()];
  const nodes = [node ?? [], ...all.map((row) => row.node ?? [])].flat();
  return {
    pods: all.length,
    nodes: new Set(nodes).size,
    namespaces: [...new Set(all.map((row) => row.namespace))].toSorted(),
    services: [...new Set(services.filter(({ ready }) => !ready).map(({ namespace, name }) => `${namespace}/${name}`))].toSorted(),
  };
}

/** The alert's own pod is hit whatever its status says: it may be Ready and out of reach. */
function alerted(subject: SubjectPod | undefined): readonly Pick<PodRow, 'namespace' | 'name' | 'node'>[] {
  const { metadata, spec, status } = subject?.pod ?? {};
  if (metadata?.name === undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
  return [{ namespace: metadata.namespace ?? 'default', name: metadata.name, node: spec?.nodeName ?? null }];
}
