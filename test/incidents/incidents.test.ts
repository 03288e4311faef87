import { describe, expect, test } from 'vitest';
import { countAlerts, describeSize } from '../../src/incidents/counts.ts';
import type { IncidentAlert } from '../../src/incidents/incident.ts';
import { incidentKey } from '../../src/incidents/incident-key.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { podAlert } from '../support/redis-side.ts';

function alert(n: number, changes: Partial<IncidentAlert> = {}): IncidentAlert {
  return { fingerprint: `f${n}`, status: 'firing', namespace: `team-${n % 7}`, pod: `web-${n}`, node: 'worker-3', triage: `t${n}`, ...changes };
}
const firstSeen = '2026-03-14T10:03:27.000Z';

describe('what holds diagnoses together', () => {
  const one = cannedDiagnosis(podAlert(1));
  const cause = one.rootCause;

  test('is the cause and its subject, whatever the target, the words and the detail', () => {
    const other = cannedDiagnosis(podAlert(2), { headline: 'other words', rootCause: cause && { ...cause, detail: 'pool-full', summary: '' } });
    expect(incidentKey(other)).toBe(incidentKey(one));
  });

  test('is not the same for another subject, cause or cluster', () => {
    const keys = [
      one,
      cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, subject: { ...cause.subject, name: 'worker-4' } } }),
      cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, id: 'pod-cidr-overlap' } }),
      cannedDiagnosis(podAlert(1), { target: { ...one.target, cluster: 'prod-2' } }),
    ].map(incidentKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('cannot be forged by a name that holds separators', () => {
    const named = (namespace: string | null, name: string): string | null =>
      incidentKey(cannedDiagnosis(podAlert(1), { rootCause: cause && { ...cause, subject: { kind: 'Pod', namespace, name } } }));
    expect(named('a', 'b","c')).not.toBe(named('a","b', 'c'));
  });

  test.each(['inconclusive', 'recovered', 'target-gone'] as const)('is nothing for a diagnosis that ended as %s', (outcome) => {
    expect(incidentKey(cannedDiagnosis(podAlert(1), { outcome, rootCause: null }))).toBeNull();
  });
});

describe('the size of an incident', () => {
  test('is its pods and namespaces, since when, and how many recovered', () => {
    const alerts = Array.from({ length: 42 }, (_, n) => alert(n, n < 3 ? { status: 'resolved' } : {}));
    expect(describeSize({ alerts, firstSeen })).toBe('42 pods in 7 namespaces, first at 10:03 UTC, 3 recovered');
  });

  test('counts two alerts of one pod as one pod', () => {
    expect(describeSize({ alerts: [alert(1), alert(1, { fingerprint: 'other' })], firstSeen })).toBe('1 pod in 1 namespace, first at 10:03 UTC');
  });

  test('counts nodes that alerts are about, not those that pods run on', () => {
    const alerts = [alert(1), alert(2, { namespace: null, pod: null, node: 'worker-9' })];
    expect(describeSize({ alerts, firstSeen })).toBe('1 pod and 1 node in 1 namespace, first at 10:03 UTC');
  });

  test('is its alerts where they name neither pod nor node', () => {
    const alerts = [alert(1, { pod: null, node: null }), alert(2, { pod: null, node: null })];
    expect(describeSize({ alerts, firstSeen })).toBe('2 alerts, first at 10:03 UTC');
  });

  test('adds up', () => {
    expect(countAlerts([alert(1), alert(2, { status: 'resolved' })])).toEqual({ alerts: 2, firing: 1, recovered: 1, pods: 2, nodes: 0, namespaces: 2 });
  });
});
