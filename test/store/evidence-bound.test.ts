import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Collected, Recording } from '../../src/core/evidence.ts';
import { boundEvidence } from '../../src/store/evidence-bound.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { podAlert } from '../support/redis-side.ts';

const mebibyte = 1024 * 1024;
const diagnosis = cannedDiagnosis(podAlert(1));
const collected = (value: unknown): Collected<unknown> => ({
  status: 'collected',
  value,
  command: 'kubectl get events',
  collectedAt: '2026-03-14T10:00:00Z',
  truncated: null,
  durationMs: 5,
});
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test('evidence within the bound stays as it is', () => {
  const recording = { pods: collected([1, 2, 3]) };
  expect(boundEvidence(diagnosis, recording)).toEqual({ diagnosis, recording, json: JSON.stringify(diagnosis) });
});

test('a list that is too long keeps its beginning and says how much', () => {
  const events = Array.from({ length: 4000 }, (_, n) => ({ n, text: 'x'.repeat(500) }));
  const { recording } = boundEvidence(diagnosis, { pod: collected({ name: 'web' }), events: collected(events) });
  const kept = recording['events'] as Collected<unknown[]>;
  expect(kept.value[0]).toEqual(events[0]);
  expect(kept.truncated).toBe(`the first ${kept.value.length} of 4000, cut when stored`);
  expect(kept.value.length).toBeGreaterThan(400);
  expect(recording['pod']).toEqual(collected({ name: 'web' }));
});

test('what cannot be cut becomes missing evidence with the reason and the command', () => {
  const { recording } = boundEvidence(diagnosis, { log: collected({ text: 'x'.repeat(2 * mebibyte) }) });
  expect(recording['log']).toMatchObject({ status: 'missing', reason: 'not-captured', command: 'kubectl get events' });
  expect(recording['log']).toHaveProperty('why', expect.stringContaining('larger than 256 KiB'));
});

test('a diagnosis with too much evidence keeps the proof of its causes', () => {
  const evidence = Array.from({ length: 5000 }, (_, n) => ({
    id: `e${n + 1}`,
    source: { kind: 'Log', namespace: null, name: null, container: null, field: null },
    at: null,
    text: 'x'.repeat(1500),
  }));
  const bounded = boundEvidence({ ...diagnosis, evidence }, {}).diagnosis;
  expect(bounded.evidence.map(({ id }) => id)).toContain('e1');
  expect(bounded.rootCause).toEqual(diagnosis.rootCause);
  expect(sizeOf(bounded)).toBeLessThan(mebibyte);
  expect(bounded.unchecked.at(-1)?.why).toContain('left out of the record');
});

test('whatever was recorded, diagnosis and recording are 1 MiB at most and keep every name', () => {
  const value = fc.oneof(
    fc.array(fc.string({ maxLength: 50 })),
    fc.integer({ min: 0, max: 900_000 }).map((length) => 'é'.repeat(length)),
    fc.integer({ min: 0, max: 3000 }).map((count) => Array.from({ length: count }, (_, n) => `${n}`.padStart(700))),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value, { maxKeys: 6 }), (values) => {
      const whole: Recording = Object.fromEntries(Object.entries(values).map(([name, one]) => [name, collected(one)]));
      const bounded = boundEvidence(diagnosis, whole);
      expect(sizeOf(bounded.diagnosis) + sizeOf(bounded.recording)).toBeLessThanOrEqual(mebibyte);
      expect(Object.keys(bounded.recording).sort()).toEqual(Object.keys(whole).sort());
    }),
    { numRuns: 40 },
  );
});
