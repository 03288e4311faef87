import { expect, test } from 'vitest';
import { fingerprintOf, named } from '../../src/core/fingerprint.ts';

// Values from prometheus/common, model/signature_test.go.
test.each([
  [{}, 14_695_981_039_346_656_037n],
  [{ name: 'garland, briggs', fear: 'love is not enough' }, 5_799_056_148_416_392_346n],
])('%j has the fingerprint that Prometheus gives it', (labels, expected) => {
  expect(fingerprintOf(labels)).toBe(expected.toString(16).padStart(16, '0'));
});

test('the order in which labels stand does not matter', () => {
  expect(fingerprintOf({ b: '2', a: '1', ä: '3' })).toBe(fingerprintOf({ ä: '3', a: '1', b: '2' }));
});

test("Alertmanager's own fingerprint comes first", () => {
  const alert = { alertname: 'A', status: 'firing', startsAt: null, endsAt: null, labels: {}, annotations: {}, generatorUrl: '' } as const;
  expect(named({ ...alert, fingerprint: 'abc' }).fingerprint).toBe('abc');
  expect(named({ ...alert, fingerprint: null }).fingerprint).toBe('cbf29ce484222325');
});
