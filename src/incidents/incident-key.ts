import type { Diagnosis } from '../core/diagnosis.ts';

/**
 * What holds diagnoses together as one incident: the cluster, the root cause and its subject. Null without a root cause: such an
 * alert is an incident of its own, and one that is healthy again or gone joins no cause. The detail is left out on purpose: two looks
 * at one broken thing may see different details of it.
 */
export function incidentKey(diagnosis: Diagnosis): string | null {
  const { rootCause, target } = diagnosis;
  if (rootCause === null || diagnosis.outcome !== 'root-cause') return null;
  const { kind, namespace, name } = rootCause.subject;
  return JSON.stringify([target.cluster, rootCause.id, kind, namespace, name]);
}
