import { describe, expect, it } from 'vitest';
import { countAlerts } from '../../src/incidents/counts.ts';
import type { IncidentAlert } from '../../src/incidents/incident.ts';
import { incidentKey } from '../../src/incidents/incident-key.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { podAlert } from '../support/redis-side.ts';

function alert(n: number, changes: Partial<IncidentAlert> = {}): IncidentAlert {
  return { fingerprint: `f${n}`, status: 'firing', namespace: `team-${n % 7}`, pod: `web-${n}`, node: 'worker-3', triage: `t${n}`, ...changes };
}

describe('what holds diagnoses together', () => {
  const one = cannedDiagnosis(podAlert(1));
  const cause = one.rootCause;

  it('is the cause and its subject, whatever the target, the words and the detail', () => {
    const other = cannedDiagnosis(podAlert(2), { headline: 'other words', rootCause: cause && { ...cause, detail: 'pool-full', summary: '' } });
    expect(incidentKey(other)).toBe(incidentKey(one));
  });

  it('is not the same for another subject, cause or cluster', () => {
    const keys = [
      one,
      cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, subject: { ...cause.subject, name: 'worker-4' } } }),
      cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, id: 'pod-cidr-overlap' } }),
      cannedDiagnosis(podAlert(1), { target: { ...one.target, cluster: 'prod-2' } }),
    ].map(incidentKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('cannot be forged by a name that holds separators', () => {
    const named = (namespace: string | null, name: string): string | null =>
      incidentKey(cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, subject: { kind: 'Pod', namespace, name } } }));
    expect(named('a', 'b","c')).not.toBe(named('a","b', 'c'));
  });

  it.each(['inconclusive', 'recovered', 'target-gone'] as const)('is nothing for a diagnosis that ended as %s', (outcome) => {
    expect(incidentKey(cannedDiagnosis(podAlert(1), { outcome, rootCause: null }))).toBeNull();
  });
});

describe('the size of an incident', () => {
  it('is its alerts, how many of them fire, and the pods that they name', () => {
    const alerts = [alert(1), alert(2, { status: 'resolved' })];
    expect(countAlerts(alerts)).toEqual({ alerts: 2, firing: 1, pods: 2, nodes: 0 });
  });

  it('counts two alerts of one pod as one pod', () => {
    const alerts = [alert(1), alert(1, { fingerprint: 'other' })];
    expect(countAlerts(alerts)).toMatchObject({ alerts: 2, pods: 1 });
  });

  it('counts nodes that alerts are about, not those that pods run on', () => {
    const alerts = [alert(1), alert(2, { namespace: null, pod: null, node: 'worker-9' })];
    expect(countAlerts(alerts)).toMatchObject({ pods: 1, nodes: 1 });
  });

  it('counts neither pods nor nodes where alerts name none', () => {
    const alerts = [alert(1, { pod: null, node: null }), alert(2, { pod: null, node: null })];
    expect(countAlerts(alerts)).toMatchObject({ alerts: 2, pods: 0, nodes: 0 });
  });
});
