import { describe, expect, it } from 'vitest';
import { diagnose, diagnosisInTurn } from '../../src/core/diagnose.ts';
import type { Examination } from '../../src/core/examination.ts';
import { exhibit } from '../../src/core/evidence.ts';
import type { Evidence, Missing } from '../../src/core/evidence.ts';
import { also, runbook, step } from '../../src/core/runbook.ts';
import type { Reading } from '../../src/core/runbook.ts';
import type { Standing } from '../../src/core/standing.ts';
import { confirmed, ruledOut } from '../../src/core/verdict.ts';
import type { Finding } from '../../src/core/verdict.ts';

const now = '2026-03-14T10:30:00Z';
const events: Reading<'events', string> = { name: 'events', what: 'the events', shows: ['Event'] };
const logs: Reading<'logs', string> = { name: 'logs', what: 'the logs', shows: ['Log'] };
const routes: Reading<'routes', string> = { name: 'routes', what: 'the routes', shows: ['Route'] };

const full: Finding = {
  cause: 'ip-pool-exhausted',
  detail: 'pool-full',
  title: 'The pool is full',
  subject: { kind: 'IPPool', namespace: null, name: 'default' },
  confidence: 'certain',
  summary: '256 of 256',
  exhibits: [exhibit({ kind: 'Event', namespace: 'shop', name: 'web-1.a' }, 'no address left\nsecond line', '2026-03-14T10:29:00Z')],
  nearness: 'node',
  at: '2026-03-14T10:29:00Z',
  actions: [{ title: 'Count', command: 'kubectl get pods', risk: 'read-only' }],
};

const collected = (value: string): Evidence<string> => ({
  status: 'collected',
  value,
  command: 'c',
  collectedAt: now,
  truncated: null,
  durationMs: 3,
});
const missing = (reason: Missing['reason']): Missing => ({
  status: 'missing',
  reason,
  why: `it is ${reason}`,
  command: 'kubectl look',
  durationMs: 3,
});

const book = runbook({ id: 'Pool', alerts: ['Full'] })
  .playbook({ 1: step('Read the events', events, also(logs)), 2: step('Read the routes', routes) })
  .diagnosis((rule) => ({
    1: rule({
      title: 'The pool is full',
      from: [1],
      decide: ({ events: text }) => (text === 'full' ? confirmed(full) : ruledOut('there is room')),
    }),
    2: rule({ title: 'Routes are wrong', from: [2], decide: () => ruledOut('they are right') }),
  }))
  .otherwise(() => []);

const standing = (state: Standing['state'], changes: Partial<Standing> = {}): Standing => ({
  state,
  sentence: `Pod shop/web-1 is ${state}`,
  successors: null,
  node: 'worker-1',
  impact: { pods: 1, nodes: 1, namespaces: ['shop'], services: [] },
  exhibits: [exhibit({ kind: 'Pod', namespace: 'shop', name: 'web-1' }, 'Ready=False')],
  ...changes,
});

function examination(changes: Partial<Examination> = {}): Examination {
  const alert = {
    alertname: 'Full',
    fingerprint: 'f00',
    status: 'firing' as const,
    startsAt: now,
    endsAt: null,
    labels: { alertname: 'Full' },
    annotations: {},
    generatorUrl: '',
  };
  return {
    id: 'd1',
    startedAt: now,
    durationMs: 12,
    alert,
    cluster: null,
    at: { now, alertStartsAt: now, target: { kind: 'pod', namespace: 'shop', name: 'web-1', node: null }, alert },
    runbooks: [book],
    recording: { events: collected('full'), logs: collected(''), routes: collected('') },
    standing: standing('unhealthy'),
    clearedBy: 'readiness',
    ...changes,
  };
}

const quiet = { events: collected('quiet'), logs: collected(''), routes: collected('') };

describe('the outcome', () => {
  it.each<[string, Partial<Examination>, string]>([
    ['root-cause when a rule names one', {}, 'root-cause'],
    ['inconclusive when no rule does and the target is unhealthy', { recording: quiet }, 'inconclusive'],
    ['recovered when readiness clears the alert, whatever was found', { standing: standing('healthy') }, 'recovered'],
    ['root-cause of a network alert though the pod is Ready', { standing: standing('healthy'), clearedBy: 'no-finding' }, 'root-cause'],
    [
      'recovered of a network alert when no rule finds anything',
      { standing: standing('healthy'), clearedBy: 'no-finding', recording: quiet },
      'recovered',
    ],
    [
      'inconclusive of a network alert when something that matters was not read',
      { standing: standing('healthy'), clearedBy: 'no-finding', recording: { ...quiet, events: missing('forbidden') } },
      'inconclusive',
    ],
    [
      'recovered of a network alert when only a person could read the rest',
      {
        standing: standing('healthy'),
        clearedBy: 'no-finding',
        recording: { ...quiet, routes: missing('manual'), logs: missing('forbidden') },
      },
      'recovered',
    ],
    [
      'target-gone when it is gone and its successors are healthy',
      { standing: standing('gone', { successors: 'healthy' }) },
      'target-gone',
    ],
    ['inconclusive when it is gone and nobody knows of its successors', { standing: standing('gone'), recording: quiet }, 'inconclusive'],
    [
      'root-cause when it is gone and its successors fail for a reason that was found',
      { standing: standing('gone', { successors: 'unhealthy' }) },
      'root-cause',
    ],
    [
      'inconclusive when it could not be read',
      { standing: standing('unknown'), recording: quiet, clearedBy: 'no-finding' },
      'inconclusive',
    ],
  ])('is %s', (_name, changes, outcome) => {
    expect(diagnose(examination(changes)).outcome).toBe(outcome);
  });
});

describe('a diagnosis', () => {
  it('claims nothing without evidence in its list', () => {
    const { rootCause, evidence, rules, steps } = diagnose(examination());

    const ids = new Set(evidence.map(({ id }) => id));
    const cited = [...(rootCause?.evidence ?? []), ...rules.flatMap((rule) => rule.evidence), ...steps.flatMap((one) => one.evidence)];
    expect(rootCause?.evidence).toEqual(['e1']);
    expect(cited.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('tells the runbook, the rules and the steps that led to it', () => {
    const diagnosis = diagnose(examination());

    expect(diagnosis.runbook).toBe('Pool');
    expect(diagnosis.rules.map(({ number, verdict }) => [number, verdict])).toEqual([
      [1, 'matched'],
      [2, 'ruled-out'],
      [3, 'ruled-out'],
    ]);
    expect(diagnosis.steps[0]).toMatchObject({ number: 1, status: 'done', evidence: ['e1'] });
  });

  it('counts nothing as hit by an alert whose pod is well', () => {
    const { impact } = diagnose(examination({ standing: standing('healthy') }));
    expect(impact).toEqual({ pods: 0, nodes: 0, namespaces: [], services: [] });
  });

  it('names no root cause and no runbook when the alert has recovered, and keeps what was found as an alternative', () => {
    const { rootCause, runbook: named, alternatives } = diagnose(examination({ standing: standing('healthy') }));

    expect([rootCause, named]).toEqual([null, null]);
    expect(alternatives.map(({ id }) => id)).toEqual(['ip-pool-exhausted']);
  });

  it('lists what could not be read with the command that reads it, and offers it as the next action', () => {
    const { unchecked, nextActions, rules } = diagnose(examination({ recording: { ...quiet, events: missing('forbidden') } }));

    expect(unchecked).toEqual([{ what: 'the events', why: 'it is forbidden', command: 'kubectl look' }]);
    expect(nextActions).toEqual([{ title: 'Look at the events', command: 'kubectl look', risk: 'read-only' }]);
    expect(rules[0]).toMatchObject({ verdict: 'unknown', why: 'needs the events (step 1): it is forbidden' });
  });

  it('tells the timeline by the first line of each dated exhibit', () => {
    expect(diagnose(examination()).timeline).toEqual([
      { at: '2026-03-14T10:29:00Z', what: 'Event web-1.a: no address left', evidence: 'e1' },
    ]);
  });

  it('keeps its headline on one line of at most 300 characters', () => {
    const long = { ...full, title: `${'very '.repeat(100)}\nlong` };
    const loud = runbook({ id: 'Loud', alerts: [] })
      .playbook({ 1: step('Read the events', events) })
      .diagnosis((rule) => ({ 1: rule({ title: 'Long', from: [1], decide: () => confirmed(long) }) }))
      .otherwise(() => []);

    const { headline } = diagnose(examination({ runbooks: [loud] }));

    expect(headline).toHaveLength(300);
    expect(headline).not.toContain('\n');
  });

  it('is the same for the same input', () => {
    expect(JSON.stringify(diagnose(examination()))).toBe(JSON.stringify(diagnose(examination())));
  });

  it('pauses after each rule, so that others get their turn', () => {
    const { runbooks } = examination();
    const rules = runbooks.reduce((sum, book) => sum + Object.keys(book.rules).length, 0);
    expect([...diagnosisInTurn(examination())]).toHaveLength(rules);
  });
});
