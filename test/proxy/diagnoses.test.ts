import { beforeEach, describe, expect, it } from 'vitest';
import { createDiagnoses, type Diagnoses, type Entry } from '../../src/proxy/diagnoses.ts';

const now = Date.parse('2026-03-14T10:30:00Z');
const minutes = (count: number): number => count * 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout' };
const wanted = { triage_status: 'done', triage_root_cause: 'ip-pool-exhausted', triage_at: iso(now - minutes(9)) };
const pending = { triage_status: 'pending', triage_at: iso(now - minutes(10)) };
const entry: Entry = { labels, wanted, pending, pendingFrom: now - minutes(9.9) };
const firing = { labels, startsAt: iso(now - minutes(10)), endsAt: iso(now + minutes(4)) };
const resolved = { ...firing, endsAt: iso(now) };

let diagnoses: Diagnoses;
beforeEach(() => {
  diagnoses = createDiagnoses();
});

describe('the diagnoses in memory', () => {
  it('are found by the whole label set, in any order', () => {
    diagnoses.replace([entry], now);
    const { alertname, namespace, pod } = labels;
    expect(diagnoses.annotationsFor({ ...firing, labels: { pod, namespace, alertname } }, now)).toBe(wanted);
    expect(diagnoses.annotationsFor({ ...firing, labels: { ...labels, severity: 'critical' } }, now)).toBeNull();
    expect(diagnoses.annotationsFor({ ...firing, labels: { alertname, namespace } }, now)).toBeNull();
  });

  it('tell by its pod that nothing can be known of an alert', () => {
    diagnoses.replace([entry], now);
    expect(['checkout', 'other', ''].map((pod) => diagnoses.mayKnow(pod))).toEqual([true, false, false]);
    const { alertname, namespace } = labels;
    diagnoses.replace([{ ...entry, labels: { alertname, namespace, node: 'worker-3' } }], now);
    expect(['checkout', ''].map((pod) => diagnoses.mayKnow(pod))).toEqual([true, true]);
    diagnoses.replace([], now + minutes(31));
    diagnoses.replace([], now + minutes(62));
    expect(diagnoses.mayKnow('checkout')).toBe(false);
  });

  it('say that a triage is pending only once it is late', () => {
    diagnoses.replace([{ ...entry, wanted: null, pendingFrom: now }], now);
    expect(diagnoses.annotationsFor(firing, now - 1)).toBeNull();
    expect(diagnoses.annotationsFor(firing, now)).toBe(pending);
  });

  it('say of a resolved alert what it was, but not that its triage is pending', () => {
    diagnoses.replace([entry], now);
    expect(diagnoses.annotationsFor(resolved, now)).toBe(wanted);
    diagnoses.replace([{ ...entry, wanted: null }], now);
    expect(diagnoses.annotationsFor(resolved, now)).toBeNull();
  });

  it('are kept for the resolved page when the book has forgotten the alert, but not for its next firing', () => {
    diagnoses.replace([entry], now);
    diagnoses.replace([], now);
    expect(diagnoses.annotationsFor(resolved, now)).toBe(wanted);
    expect(diagnoses.annotationsFor(firing, now)).toBeNull();
    expect(diagnoses.size).toBe(0);
  });

  it('of a forgotten alert are gone after half an hour', () => {
    diagnoses.replace([entry], now);
    diagnoses.replace([], now);
    diagnoses.replace([], now + minutes(30));
    expect(diagnoses.annotationsFor(resolved, now + minutes(30))).toBe(wanted);
    diagnoses.replace([], now + minutes(31));
    expect(diagnoses.annotationsFor(resolved, now + minutes(31))).toBeNull();
  });

  it('do not speak of an alert that started long after they were made', () => {
    diagnoses.replace([entry], now);
    expect(diagnoses.annotationsFor({ ...firing, startsAt: iso(now - minutes(3)) }, now)).toBeNull();
  });

  it('speak of an alert that a second Prometheus saw start a little later', () => {
    diagnoses.replace([entry], now);
    expect(diagnoses.annotationsFor({ ...firing, startsAt: iso(now - minutes(8)) }, now)).toBe(wanted);
  });

  it('take an alert whose end is the zero time of Go for one that fires', () => {
    diagnoses.replace([{ ...entry, wanted: null, pendingFrom: now }], now);
    expect(diagnoses.annotationsFor({ ...firing, endsAt: '0001-01-01T00:00:00Z' }, now)).toBe(pending);
  });

  it('speak of an alert that does not say when it started or ends', () => {
    diagnoses.replace([entry], now);
    expect(diagnoses.annotationsFor({ labels }, now)).toBe(wanted);
  });
});
