import { describe, expect, it } from 'vitest';
import { growthOf, headlineOf, impactOf, momentOf, placeOf } from '../../src/sinks/headline.ts';
import { alertOf, diagnosisOf, incidentOf } from '../support/diagnoses.ts';

const incident = incidentOf(diagnosisOf(), { firstSeen: '2026-11-21T10:03:00Z', lastSeen: '2026-11-21T10:05:00Z', headline: 'A cause' });
const resolved = { ...incident, status: 'resolved', resolvedAt: '2026-11-21T10:17:20Z' } as const;

describe('the headline of an incident', () => {
  it('is its diagnosis’s while it is open', () => {
    expect(headlineOf(incident)).toBe('A cause');
  });

  it('begins with how long it took once it is over', () => {
    expect(headlineOf(resolved)).toBe('Resolved after 14 min: A cause');
  });

  it('says how it ended where that is known', () => {
    expect(headlineOf({ ...resolved, resolution: 'calico-node-x is Ready again since 10:16 UTC' })).toBe(
      'Resolved after 14 min: calico-node-x is Ready again since 10:16 UTC',
    );
  });

  it('says so when the cause is still there', () => {
    expect(headlineOf({ ...resolved, resolution: 'but the cause is still there' })).toBe(
      'Resolved after 14 min, but the cause is still there',
    );
  });

  it('does not call resolved what fires on in another incident', () => {
    expect(headlineOf({ ...resolved, alerts: [] })).toBe('Told of in another incident by now: A cause');
  });

  it('is never empty', () => {
    expect(headlineOf({ ...incident, headline: ' ' })).toBe('No free pod address');
  });
});

describe('the growth of an incident', () => {
  it('is nothing to speak of for one alert', () => {
    expect(growthOf(incident)).toBeNull();
  });

  it('counts pods, namespaces and those that recovered', () => {
    const alerts = Array.from({ length: 42 }, (_, index) => alertOf(index, index < 3 ? { status: 'resolved' } : {}));

    expect(growthOf({ ...incident, alerts })).toBe('42 pods in 7 namespaces, first at 10:03 UTC, 3 recovered');
  });

  it('counts a pod once that several alerts are about', () => {
    const alerts = [alertOf(1), { ...alertOf(1), fingerprint: 'other' }];

    expect(growthOf({ ...incident, alerts })).toBe('1 pod in 1 namespace, first at 10:03 UTC');
  });

  it('counts nodes where no pod is named', () => {
    const alerts = ['a', 'b'].map((node, index) => alertOf(index, { namespace: null, pod: null, node }));

    expect(growthOf({ ...incident, alerts })).toBe('2 nodes, first at 10:03 UTC');
  });

  it('names the day of an incident that began on another', () => {
    const alerts = [alertOf(0), alertOf(1)];

    expect(growthOf({ ...incident, alerts, firstSeen: '2026-11-20T23:58:00Z' })).toContain('first at 2026-11-20 23:58 UTC');
  });
});

describe('the impact', () => {
  it.each([
    [
      { pods: 12, nodes: 1, namespaces: ['shop'], services: ['shop/checkout'] },
      '12 pods on 1 node in namespace shop; service shop/checkout',
    ],
    [{ pods: 1, nodes: 0, namespaces: [], services: [] }, '1 pod'],
    [{ pods: 0, nodes: 3, namespaces: [], services: [] }, '3 nodes'],
    [
      { pods: 9, nodes: 2, namespaces: ['a', 'b', 'c', 'd', 'e', 'f'], services: [] },
      '9 pods on 2 nodes in namespaces a, b, c, d and 2 more',
    ],
    [{ pods: 0, nodes: 0, namespaces: ['shop'], services: [] }, null],
  ])('of %j is %j', (impact, expected) => {
    expect(impactOf(impact)).toBe(expected);
  });
});

describe('a place and a moment', () => {
  it('name the container of a log', () => {
    const source = { kind: 'Log', namespace: 'kube-system', name: 'calico-node-x', container: 'calico-node', field: null };

    expect(placeOf({ id: 'e1', at: null, text: '', source })).toBe('Log kube-system/calico-node-x container calico-node');
  });

  it('leave out the day where it is the same', () => {
    expect(momentOf('2026-11-21T10:02:58Z', '2026-11-21T10:03:11Z')).toBe('10:02:58 UTC');
    expect(momentOf('2026-11-20T10:02:58Z', '2026-11-21T10:03:11Z')).toBe('2026-11-20 10:02:58 UTC');
    expect(momentOf('whenever', '2026-11-21T10:03:11Z')).toBe('whenever');
  });
});
