import { expect, test } from 'vitest';
import type { DiagnosedCause, EvidenceItem } from '../../src/core/diagnosis.ts';
import { proofOf } from '../../src/sinks/proof.ts';
import { diagnosisOf } from '../support/diagnoses.ts';

function idsOf(evidence: readonly EvidenceItem[], cited: readonly string[]): readonly string[] {
  const rootCause = { ...(diagnosisOf().rootCause as DiagnosedCause), evidence: [...cited] };
  return proofOf({ rootCause, evidence: [...evidence] }).map(({ id }) => id);
}

const item = (id: string, text: string, source: Partial<EvidenceItem['source']> = {}): EvidenceItem => ({
  id,
  at: null,
  text,
  source: { kind: 'Event', namespace: 'shop', name: `a.18${id}`, container: null, field: null, ...source },
});

test('is what the root cause cites, in the order of the evidence', () => {
  expect(idsOf([item('e1', 'one'), item('e2', 'two'), item('e3', 'three')], ['e3', 'e1'])).toEqual(['e1', 'e3']);
});

test('holds an event once that differs from another in its counts and sandbox alone', () => {
  const evidence = [
    item('e1', 'FailedCreatePodSandBox (71 times): (combined from similar events): sandbox "ea8ba70bea8c4542": no IP addresses'),
    item('e2', 'FailedCreatePodSandBox: sandbox "0fe539f80fe5d82f": no IP addresses'),
  ];
  expect(idsOf(evidence, ['e1', 'e2'])).toEqual(['e1']);
});

test.each([
  ['another pod', { name: 'b.18e2' }],
  ['another namespace', { namespace: 'cart' }],
  ['another container', { container: 'web' }],
])('holds the same words once more when they are of %s', (_, other) => {
  expect(idsOf([item('e1', 'Failed: no IP addresses'), item('e2', 'Failed: no IP addresses', other)], ['e1', 'e2'])).toEqual(['e1', 'e2']);
});

test('is nothing without a root cause', () => {
  expect(proofOf({ rootCause: null, evidence: [item('e1', 'one')] })).toEqual([]);
});
