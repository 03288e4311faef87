import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchMemory } from '../../src/proxy/batch-memory.ts';
import { enrich, type Known } from '../../src/proxy/enrich.ts';
import type { PostedAlert } from '../../src/proxy/posted-alert.ts';
import { ownAnnotations } from '../../src/sinks/alertmanager/annotations.ts';

const ours = { triage_status: 'done', triage_summary: 'Node worker-3 has no free address', triage_root_cause: 'ip-pool-exhausted' };
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const knowing = (annotationsFor: Known['annotationsFor'], mayKnow: Known['mayKnow'] = () => true): Known => ({ annotationsFor, mayKnow });
const always = knowing(() => ours);
const never = knowing(() => null);
const anAlert = {
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout' },
  annotations: { summary: 'Pod is not ready' },
  startsAt: '2026-03-14T10:20:00Z',
  endsAt: '2026-03-14T10:34:00Z',
  generatorURL: 'http://prometheus.example/graph?g0.expr=up',
};

describe('a batch', () => {
  it('is given our annotations beside its own', () => {
    const { body, alerts, enriched } = enrich(bytes([anAlert]), always);
    expect([alerts, enriched]).toEqual([1, 1]);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual([{ ...anAlert, annotations: { ...anAlert.annotations, ...ours } }]);
  });

  it('is forwarded as the very bytes that came when nothing is known of its alerts', () => {
    const came = bytes(`[ ${JSON.stringify(anAlert)} ]\n`);
    expect(enrich(came, never)).toEqual({ body: came, alerts: 1, enriched: 0 });
  });

  it.each([
    ['not JSON', '[{"labels":'],
    ['no array', '{"labels":{"alertname":"KubePodNotReady"}}'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF[]'],
  ])('that is %s is forwarded as it came', (_, text) => {
    const came = bytes(text);
    expect(enrich(came, always).body).toBe(came);
  });

  it('that is not UTF-8 is forwarded as it came', () => {
    const came = Buffer.concat([bytes('[{"labels":{"alertname":"'), Buffer.from([0xff]), bytes('"}}]')]);
    expect(enrich(came, always).body).toBe(came);
  });

  it('that is larger than any of Prometheus is not read', () => {
    const came = bytes([{ ...anAlert, annotations: { text: 'x'.repeat(8 * 1024 * 1024) } }]);
    const { body, enriched } = enrich(came, always);
    expect([body === came, enriched]).toEqual([true, 0]);
  });

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { labels: null },
    { labels: { pod: 7 } },
    { labels: {}, annotations: { a: 1 } },
    { labels: {}, endsAt: 7 },
  ])('keeps an alert of another shape as it is: %j', (odd) => {
    const { body, enriched } = enrich(bytes([odd, anAlert]), always);
    expect(enriched).toBe(1);
    expect((JSON.parse(Buffer.from(body).toString()) as unknown[])[0]).toEqual(odd);
  });

  it.each([
    ['an integer that no double holds', '12345678901234567890'],
    ['a number beyond every double', '[{"x":-1e400}]'],
    ['a nesting that cannot be written again', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('with %s is forwarded as it came', (_, odd) => {
    const came = bytes(`[${JSON.stringify(anAlert).slice(0, -1)},"new":${odd}}]`);
    expect(enrich(came, always)).toEqual({ body: came, alerts: 1, enriched: 0 });
  });

  it('keeps fields that nobody knows, numbers among them', () => {
    const odd = { ...anAlert, new: { count: 3, share: 0.25, none: null, list: [true, 9_007_199_254_740_991] } };
    const { body, enriched } = enrich(bytes([odd]), always);
    expect(enriched).toBe(1);
    expect((JSON.parse(Buffer.from(body).toString()) as unknown[])[0]).toMatchObject({ new: odd.new });
  });

  it('loses what an earlier triage left of ours', () => {
    const stale = { ...anAlert, annotations: { ...anAlert.annotations, triage_confidence: 'certain' } };
    const { body } = enrich(bytes([stale]), always);
    expect((JSON.parse(Buffer.from(body).toString()) as PostedAlert[])[0]?.annotations).toEqual({ ...anAlert.annotations, ...ours });
  });

  it('keeps every byte of the alerts of which nothing is known, and between them', () => {
    const odd = ' {"labels": {"pod":"other"},"labels":{"pod":"\\u0061"}, "n":1e400 }\n';
    const known = knowing(({ labels }) => (labels['pod'] === 'checkout' ? ours : null));
    const { body, alerts, enriched } = enrich(bytes(`[${odd},\t${JSON.stringify(anAlert)} ,${odd}]`), known);

    const expected = JSON.stringify({ ...anAlert, annotations: { ...anAlert.annotations, ...ours } });
    expect([Buffer.from(body).toString(), alerts, enriched]).toEqual([`[${odd},\t${expected} ,${odd}]`, 3, 1]);
  });

  it('keeps bytes that are not UTF-8 in the alerts of which nothing is known', () => {
    const broken = Buffer.concat([bytes('{"labels":{"pod":"other","x":"'), Buffer.from([0xff]), bytes('"}}')]);
    const { body, enriched } = enrich(Buffer.concat([bytes('['), broken, bytes(','), bytes(anAlert), bytes(']')]), always);
    expect([enriched, Buffer.from(body).includes(broken)]).toEqual([1, true]);
  });

  it.each([
    ['as a writer without spaces does', '{"labels":{"pod":"checkout"}}', true],
    ['in an annotation too', '{"annotations":{"pod":"other"},"labels":{"pod":"checkout"}}', true],
    ['with spaces', '{"labels": {"pod": "checkout"}}', true],
    ['with escapes', String.raw`{"labels":{"pod":"chec\u006bout"}}`, true],
    ['not at all', '{"labels":{"node":"worker-3"}}', true],
    ['only in an annotation', '{"labels":{"node":"worker-3"},"annotations":{"pod":"other"}}', true],
    ['only in an annotation before', '{"annotations":{"pod":"other"},"labels":{"node":"worker-3"}}', true],
    ['behind a name that ends alike', String.raw`{"labels":{"a\"pod":"other","pod":"checkout"}}`, true],
    ['that nobody knows', '{"labels":{"pod":"other"}}', false],
    ['that nobody knows, as Prometheus does', '{"annotations":{"pod":"checkout"},"labels":{"node":"worker-3","pod":"other"}}', false],
  ])('is read where an alert names its pod %s: %s', (_, alert, isRead) => {
    const known = knowing(
      () => ours,
      (pod) => pod === 'checkout',
    );
    expect(enrich(bytes(`[${alert}]`), known).enriched).toBe(isRead ? 1 : 0);
  });

  it('loses no diagnosis by what is not read, however its alerts are written', () => {
    const named = fc.dictionary(fc.constantFrom('pod', 'labels', 'a"pod', 'node'), fc.constantFrom('checkout', 'other', '}', 'chec"kout'));
    const some = fc.uniqueArray(fc.record({ labels: named, annotations: named }, { requiredKeys: ['labels'] }));
    const one = fc.constantFrom(undefined, 'checkout', 'chec"kout');
    fc.assert(
      fc.property(some, one, fc.constantFrom(undefined, 1), (alerts, pod, space) => {
        const annotationsFor: Known['annotationsFor'] = ({ labels }) => (labels['pod'] === pod ? ours : null);
        const came = bytes(JSON.stringify(alerts, null, space));
        const mayKnow: Known['mayKnow'] = (each) => each === (pod ?? '');
        expect(enrich(came, knowing(annotationsFor, mayKnow))).toEqual(enrich(came, knowing(annotationsFor)));
      }),
    );
  });

  it('is written into memory that was given back, without a trace of the batch before', () => {
    const memory = new BatchMemory();
    const long = enrich(bytes([anAlert, anAlert]), always, memory);
    memory.giveBack(long.body);
    const short = enrich(bytes([anAlert]), always, memory);

    expect(short.body.buffer).toBe(long.body.buffer);
    expect(JSON.parse(Buffer.from(short.body).toString())).toHaveLength(1);
  });

  const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  const anyAlert = fc.record(
    { labels: texts, annotations: texts, startsAt: fc.string(), endsAt: fc.string(), other: fc.jsonValue() },
    { requiredKeys: ['labels'] },
  );

  it('changes in nothing but our annotations, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(anyAlert), fc.func(fc.boolean()), (alerts, known) => {
        const came = JSON.parse(JSON.stringify(alerts)) as Record<string, unknown>[];
        const { body } = enrich(
          bytes(came),
          knowing((alert) => (known(alert.labels) ? ours : null)),
        );
        const left = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>[];
        expect(left.map(withoutOurs)).toEqual(came.map(withoutOurs));
      }),
    );
  });
});

function withoutOurs(alert: Record<string, unknown>): Record<string, unknown> {
  const own: readonly string[] = ownAnnotations;
  const theirs = Object.entries(alert['annotations'] ?? {}).filter(([name]) => !own.includes(name));
  return { ...alert, annotations: Object.fromEntries(theirs) };
}
