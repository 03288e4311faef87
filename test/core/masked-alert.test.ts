import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { maskedAlert } from '../../src/core/masked-alert.ts';
import { redact, redactObject } from '../../src/core/redact.ts';

const alert: Alert = {
  alertname: 'KubePodNotReady',
  fingerprint: '798e7d059db24feb',
  status: 'firing',
  startsAt: '2026-03-14T10:30:00Z',
  endsAt: null,
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
  annotations: { summary: 'Pod shop/checkout-1 is not Ready', runbook_url: 'https://runbooks.example.com/pod' },
  generatorUrl: 'http://prometheus:9090/graph?g0.expr=up',
};

describe('an alert as it is stored', () => {
  it('has the beginning of long annotations, with how long they were, so that a storm of them does not fill Redis', () => {
    const annotations = { summary: 'short', description: 'x'.repeat(5_000_000), log: `${'y'.repeat(30_000)} token=abcdef0123456789abcdef` };
    const stored = maskedAlert({ ...alert, annotations });

    expect(stored.annotations['summary']).toBe('short');
    expect(stored.annotations['description']).toMatch(/^x{4000} … \[cut, 5000000 characters\]$/);
    expect(JSON.stringify(stored).length).toBeLessThan(10_000);
  });

  it('is small also where many annotations are long, and keeps the name of each', () => {
    const annotations = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`a${n}`, 'z'.repeat(100_000)]));
    const stored = maskedAlert({ ...alert, annotations });

    expect(Object.keys(stored.annotations)).toEqual(Object.keys(annotations));
    expect(JSON.stringify(stored).length).toBeLessThan(100_000);
  });

  it('is the alert itself where nothing in it looks like a credential', () => {
    expect(maskedAlert(alert)).toBe(alert);
  });

  it.each([
    ['labels', { labels: { ...alert.labels, token: 'xoxb-123456789012-AbCdEfGhIjKl' } }, 'AbCdEfGhIjKl'],
    ['annotations', { annotations: { description: 'see postgres://admin:Sup3rS3cret@db:5432/x' } }, 'Sup3rS3cret'],
    ['the source URL', { generatorUrl: 'http://ops:hunter2hunter2@prometheus/graph' }, 'hunter2hunter2'],
  ])('holds no credential in its %s', (_where, given, credential) => {
    const stored = JSON.stringify(maskedAlert({ ...alert, ...given }));
    expect(stored).toContain('[masked]');
    expect(stored).not.toContain(credential);
  });

  it('is masked in each of its parts as each would be alone', () => {
    const names = ['password', 'DB_PASSWORD', 'apiKey', 'client-key-data', 'dockercfg', 'connection_string', 'tlsSecret', 'name', 'value'];
    const tokens = ['Bearer abcdef0123456789', 'AKIAIOSFODNN7EXAMPLE', 'xoxb-123456789012-AbC', 'ghp_0123456789abcdefgh', 'XOXB-1', 'AIza'];
    const addresses = ['postgres://a:Sup3rS3cret@db/x', 'u:p4ss@tcp(db)', 'curl -u ops:hunter22 x', 'http://x/y', 'İ', 'plain'];
    const words = [...names, ...tokens, ...addresses, 'kubectl.kubernetes.io/last-applied-configuration'];
    const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, fc.string());
    const texts = fc.dictionary(text, text, { maxKeys: 4 });
    fc.assert(
      fc.property(texts, texts, text, (labels, annotations, generatorUrl) => {
        expect(maskedAlert({ ...alert, labels, annotations, generatorUrl })).toEqual({
          ...alert,
          labels: redactObject(labels),
          annotations: redactObject(annotations),
          generatorUrl: redact(generatorUrl),
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps its identity', () => {
    const stored = maskedAlert<Alert>({ ...alert, labels: { ...alert.labels, token: 'xoxb-123456789012-AbCdEfGhIjKl' } });
    expect(stored).toMatchObject({ fingerprint: alert.fingerprint, labels: { pod: 'checkout-1', token: '[masked]' } });
  });
});
