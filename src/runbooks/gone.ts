import { exhibit } from '../core/evidence.ts';
import type { Exhibit } from '../core/evidence.ts';
import type { Standing } from '../core/standing.ts';
import type { NodeTarget } from '../core/target.ts';
import type { WorkloadPods } from '../collectors/owner.ts';
import { isTroubled } from '../collectors/pod.ts';
import type { PodRow } from '../collectors/pod-row.ts';
import type { Pod } from '../cluster/wire.ts';

/** How a target stands, apart from what is hit. */
export type StandingPart = Pick<Standing, 'state' | 'sentence' | 'exhibits'> & Partial<Pick<Standing, 'successors'>>;

/** A node that no longer exists has no owner whose other nodes could be in trouble. */
export function goneNode({ name }: NodeTarget): StandingPart {
  return {
    state: 'gone',
    successors: 'healthy',
    sentence: `No node has the name or the address ${name} any more`,
    exhibits: [notFound('Node', { name })],
  };
}

/** A pod that is gone or has ended, and how its owner's present pods fare; `workload` is undefined where they could not be read. */
export function gonePod(
  gone: string,
  { proof, workload }: { readonly proof: Exhibit; readonly workload: WorkloadPods | undefined },
): StandingPart {
  if (workload === undefined)
    return { state: 'gone', successors: null, sentence: `${gone}; its owner's pods could not be read`, exhibits: [proof] };
  const { siblings } = workload;
  const sick = siblings.filter(isTroubled);
  const shown = (sick.length > 0 ? sick : siblings).slice(0, 3);
  return {
    state: 'gone',
    successors: sick.length > 0 ? 'unhealthy' : 'healthy',
    sentence: `${gone}; ${
      sick.length > 0 ? `${sick.length} of its owner's ${siblings.length} pods are not Ready` : successors(workload, shown)
    }`,
    exhibits: [proof, ...shown.map(rowExhibit)],
  };
}

function successors({ owner, siblings }: WorkloadPods, shown: readonly PodRow[]): string {
  if (owner === null || siblings.length === 0) return 'no other pod of its owner is there';
  const names = shown.map(({ name }) => name).join(', ');
  return siblings.length === 1
    ? `the present pod of ${owner.kind} ${owner.name} is Ready: ${names}`
    : `all ${siblings.length} present pods of ${owner.kind} ${owner.name} are Ready: ${names}`;
}

function rowExhibit({ namespace, name, ready, waiting, readyChangedAt }: PodRow): Exhibit {
  const text = `Ready=${ready ? 'True' : 'False'}${waiting === null ? '' : ` ${waiting}`}`;
  return exhibit({ kind: 'Pod', namespace, name, field: 'status.conditions[Ready]' }, text, readyChangedAt);
}

/** The API server's own words for an object that does not exist. */
export function notFound(kind: 'Pod' | 'Node', at: { readonly namespace?: string; readonly name: string } | undefined): Exhibit {
  const { namespace = null, name = '' } = at ?? {};
  return exhibit({ kind, namespace, name }, `${kind === 'Pod' ? 'pods' : 'nodes'} ${JSON.stringify(name)} not found`);
}

/** The phase of a pod that has ended. */
export function phaseExhibit({ metadata, status }: Pod): Exhibit {
  const { namespace = null, name = null } = metadata ?? {};
  return exhibit({ kind: 'Pod', namespace, name, field: 'status.phase' }, status?.phase ?? '');
}
