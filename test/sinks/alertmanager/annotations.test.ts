import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  carries,
  diagnosisAnnotations,
  failedAnnotations,
  ownAnnotations,
  pendingAnnotations,
  withOurs,
} from '../../../src/sinks/alertmanager/annotations.ts';
import { asAlert, cannedDiagnosis } from '../../support/canned-diagnosis.ts';

const alert = asAlert({
  status: 'firing',
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
  annotations: { summary: 'Pod is not ready' },
  startsAt: '2026-03-14T10:20:00Z',
  fingerprint: '798e7d059db24feb',
});
const url = 'https://triage.example/triages/t1';
const at = '2026-03-14T10:30:00.000Z';

describe('the annotations of a diagnosis', () => {
  it('name the root cause, how sure it is, the runbook, the page and the time at which it was ready', () => {
    expect(diagnosisAnnotations(cannedDiagnosis(alert), url)).toEqual({
      triage_status: 'done',
      triage_summary: 'Pod CIDR of node worker-3 has no free address: 254 of 254 are held by live pods',
      triage_root_cause: 'ip-pool-exhausted',
      triage_confidence: 'certain',
      triage_runbook: 'PodIPConflict',
      triage_url: url,
      triage_at: '2026-03-14T10:30:00.412Z',
    });
  });

  it('give the outcome in place of a root cause, and then neither confidence nor runbook', () => {
    const annotations = diagnosisAnnotations(cannedDiagnosis(alert, { rootCause: null, runbook: null, outcome: 'target-gone' }), url);

    expect(annotations).toMatchObject({ triage_status: 'done', triage_root_cause: 'target-gone' });
    expect(Object.keys(annotations)).not.toContain('triage_confidence');
    expect(Object.keys(annotations)).not.toContain('triage_runbook');
  });

  it('are one line of at most 300 characters whatever the headline is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (headline) => {
        const summary = diagnosisAnnotations(cannedDiagnosis(alert, { headline }), url)['triage_summary'] ?? '';
        expect(summary.length).toBeLessThanOrEqual(300);
        expect(summary).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(summary.isWellFormed()).toBe(true);
      }),
    );
  });

  it('show no credential that stands in the headline', () => {
    const annotations = diagnosisAnnotations(cannedDiagnosis(alert, { headline: 'etcd refuses https://root:hunter22@10.0.0.1:2379' }), url);

    expect(annotations['triage_summary']).not.toContain('hunter22');
  });
});

test('an alert without a diagnosis says so instead of looking like one in which nothing was found', () => {
  expect(pendingAnnotations({ url, at })).toEqual({
    triage_status: 'pending',
    triage_summary: expect.stringContaining('no diagnosis yet') as unknown,
    triage_url: url,
    triage_at: at,
  });
});

test('an alert whose triage died says why, on one line', () => {
  const { triage_status, triage_summary } = failedAnnotations('Kubernetes answered\n503\tfor 20 s', { url, at });

  expect(triage_status).toBe('failed');
  expect(triage_summary).toBe('Triage failed, so there is no diagnosis of this alert: Kubernetes answered 503 for 20 s');
});

describe('joining ours to theirs', () => {
  const theirs = fc.dictionary(fc.stringMatching(/^[a-z_]{1,20}$/), fc.string());
  const ours = fc.dictionary(fc.constantFrom(...ownAnnotations), fc.string({ minLength: 1 }));

  it("keeps everybody else's and leaves exactly ours of our own", () => {
    fc.assert(
      fc.property(theirs, ours, ours, (others, before, now) => {
        const own: readonly string[] = ownAnnotations;
        const joined = withOurs({ ...others, ...before }, now);
        const foreign = Object.entries(others).filter(([name]) => !own.includes(name));
        expect(joined).toEqual({ ...Object.fromEntries(foreign), ...now });
        expect(carries(joined, now)).toBe(true);
      }),
    );
  });

  it('is seen to be missing when something of ours was changed, lost, or is left over from before', () => {
    const wanted = diagnosisAnnotations(cannedDiagnosis(alert), url);
    const { triage_url: _, ...lost } = wanted;

    expect(carries({ ...wanted, triage_summary: 'something else' }, wanted)).toBe(false);
    expect(carries(lost, wanted)).toBe(false);
    expect(carries(wanted, pendingAnnotations({ url, at }))).toBe(false);
  });
});
