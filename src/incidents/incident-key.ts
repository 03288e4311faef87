import type { Diagnosis } from '../core/diagnosis.ts';

/**
 * What holds diagnoses together as one incident: the cluster, the root cause and its subject. Null without a root cause: such an
 * alert stands under its `causelessKey`, and one that is healthy again or gone joins no cause. The detail is left out on purpose: two looks
 * at one broken thing may see different details of it.
 */
export function incidentKey(diagnosis: Diagnosis): string | null {
  const { rootCause, target } = diagnosis;
  if (rootCause === null || diagnosis.outcome !== 'root-cause') return null;
  const { kind, namespace, name } = rootCause.subject;
  return JSON.stringify([target.cluster, rootCause.id, kind, namespace, name]);
}

/**
 * What an alert without a root cause stands under: itself. Alerts of which nothing could be checked, e.g. because the API server is away, say
 * one and the same thing, so all of them in a cluster stand under one key.
 */
export function causelessKey({ outcome, rules, target }: Diagnosis, fingerprint: string): string {
  const isBlind = outcome === 'inconclusive' && rules.length > 0 && rules.every(({ verdict }) => verdict === 'unknown');
  return isBlind ? JSON.stringify(['nothing could be checked', target.cluster]) : `alert ${fingerprint}`;
}
