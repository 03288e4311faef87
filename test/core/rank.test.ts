import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeIds } from '../../src/core/causes.ts';
import { exhibit } from '../../src/core/evidence.ts';
import { rank } from '../../src/core/rank.ts';
import type { RankedFinding } from '../../src/core/rank.ts';
import type { Confidence, Finding, Nearness } from '../../src/core/verdict.ts';

function found(cause: Finding['cause'], changes: Partial<Finding> & { rule?: number; runbook?: string } = {}): RankedFinding {
  const { rule = 1, runbook = 'PodIPConflict', ...finding } = changes;
  return {
    runbook,
    rule,
    finding: {
      cause,
      detail: null,
      title: cause,
      subject: { kind: 'Node', namespace: null, name: 'worker-1' },
      confidence: 'certain',
      summary: '',
      exhibits: [exhibit({ kind: 'Event' }, `${cause} ${rule}`)],
      nearness: 'node',
      at: null,
      actions: [],
      ...finding,
    },
  };
}

const order = (findings: readonly RankedFinding[]): readonly (string | undefined)[] => {
  const { root, symptoms, alternatives } = rank(findings);
  return [root?.finding.cause, ...symptoms.map(({ finding }) => finding.cause), ...alternatives.map(({ finding }) => finding.cause)];
};

describe('ranking', () => {
  it.each<[string, readonly RankedFinding[], string]>([
    ['what explains another comes before it', [found('duplicate-pod-ip'), found('pod-cidr-overlap')], 'pod-cidr-overlap'],
    ['what explains by a chain comes first too', [found('node-network-unavailable'), found('cni-auth-failure')], 'cni-auth-failure'],
    [
      'confidence decides between the unexplained',
      [found('app-oom-killed', { confidence: 'likely' }), found('app-image-pull')],
      'app-image-pull',
    ],
    ['then nearness to the target', [found('ip-pool-exhausted'), found('app-image-pull', { nearness: 'target' })], 'app-image-pull'],
    [
      'then recency',
      [found('mtu-mismatch', { at: '2026-03-14T10:00:00Z' }), found('ip-pool-exhausted', { at: '2026-03-14T10:05:00Z' })],
      'ip-pool-exhausted',
    ],
    ['then the order of the rules', [found('mtu-mismatch', { rule: 6 }), found('ip-pool-exhausted', { rule: 4 })], 'ip-pool-exhausted'],
    [
      'a mere hint explains nothing better founded',
      [found('pod-cidr-overlap', { confidence: 'possible' }), found('duplicate-pod-ip')],
      'duplicate-pod-ip',
    ],
    [
      'what a finding says that it brings about wins over the catalogue',
      [found('node-pod-cidr-missing'), found('cni-plugin-unhealthy', { explains: ['node-pod-cidr-missing'], confidence: 'likely' })],
      'cni-plugin-unhealthy',
    ],
  ])('%s', (_name, findings, expected) => {
    expect(rank(findings).root?.finding.cause).toBe(expected);
    expect(rank(findings.toReversed()).root?.finding.cause).toBe(expected);
  });

  it('is one answer where two rules read the same proof and only one knows whose pool it is', () => {
    const exhibits = [exhibit({ kind: 'Event' }, 'No IPs available in pools')] as const;
    const ofPool = found('ip-pool-exhausted', {
      exhibits,
      detail: 'pool-full',
      subject: { kind: 'IPPool', namespace: null, name: 'default' },
    });
    const ofNode = found('ip-pool-exhausted', { exhibits, detail: 'pool-full', runbook: 'PodIPNotReachable' });

    expect(rank([ofNode, ofPool])).toMatchObject({ root: { finding: { subject: { kind: 'IPPool' } } }, alternatives: [], symptoms: [] });
  });

  it('says the same of what rests on one proof, whichever subject was named first', () => {
    const near = found('ip-pool-exhausted', { nearness: 'target', subject: { kind: 'Node', namespace: null, name: 'b' } });
    const far = found('ip-pool-exhausted', { nearness: 'cluster', subject: { kind: 'Node', namespace: null, name: 'a' } });
    const other = found('mtu-mismatch');

    expect(rank([near, far, other])).toMatchObject({ root: { finding: { subject: { name: 'b' } } } });
    expect(rank([far, near, other])).toEqual(rank([near, far, other]));
  });

  it('lists what the root cause explains as symptoms and the rest as alternatives', () => {
    const { symptoms, alternatives } = rank([
      found('cni-auth-failure'),
      found('cni-plugin-unhealthy'),
      found('app-image-pull', { confidence: 'possible' }),
    ]);

    expect(symptoms.map(({ finding }) => finding.cause)).toEqual(['cni-plugin-unhealthy']);
    expect(alternatives.map(({ finding }) => finding.cause)).toEqual(['app-image-pull']);
  });

  it('tells one cause of one subject once, with the proof of all who found it, under the first runbook', () => {
    const { root, alternatives } = rank([
      found('ip-pool-exhausted', { runbook: 'PodIPNotReachable', rule: 1 }),
      found('ip-pool-exhausted', { rule: 4, confidence: 'likely', detail: 'pool-full' }),
    ]);

    expect(root?.runbook).toBe('PodIPConflict');
    expect(root?.finding).toMatchObject({ confidence: 'certain', detail: 'pool-full' });
    expect(root?.finding.exhibits).toHaveLength(2);
    expect(alternatives).toEqual([]);
  });

  it('keeps the same cause of another subject, with its own proof, as an alternative', () => {
    const subject = { kind: 'Node', namespace: null, name: 'worker-2' };
    const exhibits = [exhibit({ kind: 'Event' }, 'of worker-2')] as const;

    const { alternatives } = rank([found('ip-pool-exhausted'), found('ip-pool-exhausted', { subject, exhibits })]);

    expect(alternatives.map(({ finding }) => finding.subject.name)).toEqual(['worker-2']);
  });

  it('finds no root cause in nothing', () => {
    expect(rank([])).toEqual({ root: null, symptoms: [], alternatives: [] });
  });

  it('gives the same order whatever order the findings came in', () => {
    const anyFinding = fc
      .record({
        cause: fc.constantFrom(...causeIds),
        confidence: fc.constantFrom<Confidence>('certain', 'likely', 'possible'),
        nearness: fc.constantFrom<Nearness>('target', 'node', 'cluster'),
        at: fc.constantFrom(null, '2026-03-14T10:00:00Z', '2026-03-14T10:05:00Z'),
        rule: fc.integer({ min: 1, max: 7 }),
        name: fc.constantFrom('a', 'b'),
      })
      .map(({ cause, name, ...rest }) => found(cause, { ...rest, subject: { kind: 'Node', namespace: null, name } }));
    fc.assert(
      fc.property(
        fc.uniqueArray(anyFinding, { selector: ({ finding }) => `${finding.cause} ${finding.subject.name}`, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (findings, numbers) => {
          const shuffled = findings
            .map((one) => ({ one, key: numbers.next().value }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ one }) => one);

          expect(order(shuffled)).toEqual(order(findings));
        },
      ),
    );
  });
});
