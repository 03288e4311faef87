import { describe, expect, it } from 'vitest';
import type { Collected, Missing, Recording } from '../../src/core/evidence.ts';
import { evaluateSteps, rulesInTurn } from '../../src/core/evaluate.ts';
import { lastOf } from '../../src/core/last-of.ts';
import { also, runbook, step } from '../../src/core/runbook.ts';
import type { Case, Reading } from '../../src/core/runbook.ts';
import { ruledOut, unknown } from '../../src/core/verdict.ts';

const weather: Reading<'weather', string> = { name: 'weather', what: 'the weather', shows: [] };
const tide: Reading<'tide', number> = { name: 'tide', what: 'the tide', shows: [] };
const at: Case = {
  now: '2026-03-14T10:30:00Z',
  alertStartsAt: null,
  target: { kind: 'cluster' },
  alert: { alertname: 'Storm', labels: {}, status: 'firing' },
};

const collected = <T>(value: T, truncated: string | null = null): Collected<T> => ({
  status: 'collected',
  value,
  command: '',
  collectedAt: at.now,
  truncated,
  durationMs: 5,
});
const missing = (reason: Missing['reason']): Missing => ({ status: 'missing', reason, why: `it is ${reason}`, command: '', durationMs: 5 });

const book = runbook({ id: 'Storm', alerts: ['Storm'] })
  .playbook({ 1: step('Look up', weather, also(tide)), 2: step('Look down', tide) })
  .diagnosis((rule) => ({
    1: rule({ title: 'It rains', from: [1], decide: ({ weather: sky, tide: sea }) => ruledOut(`${sky}, ${sea.status}`) }),
    2: rule({
      title: 'It floods',
      from: [2],
      optional: [1],
      decide: ({ tide: height, weather: sky }) => (sky.status === 'missing' ? unknown('no sky') : ruledOut(String(height))),
    }),
  }))
  .otherwise((rule) => [
    rule({ title: 'wind', from: [1], decide: () => ruledOut('calm') }),
    rule({ title: 'waves', from: [2], decide: () => ruledOut('flat') }),
  ]);

const verdicts = (recording: Recording): readonly string[] =>
  lastOf(rulesInTurn(book, recording, at)).map(
    ({ number, verdict }) => `${number} ${verdict.kind}: ${'why' in verdict ? verdict.why : ''}`,
  );

describe('rules', () => {
  it('are asked in the order of their numbers, the closing paragraph last and as one', () => {
    expect(verdicts({ weather: collected('dry'), tide: collected(3) })).toEqual([
      '1 ruled-out: dry, collected',
      '2 ruled-out: 3',
      '3 ruled-out: wind: calm; waves: flat',
    ]);
  });

  it('are unknown where cited evidence is missing, and name the step and the reason', () => {
    expect(verdicts({ weather: missing('forbidden'), tide: collected(3) })).toEqual([
      '1 unknown: needs the weather (step 1): it is forbidden',
      '2 unknown: no sky',
      '3 unknown: wind: needs the weather (step 1): it is forbidden; waves: flat',
    ]);
  });

  it('do without dispensable evidence', () => {
    expect(verdicts({ weather: collected('dry'), tide: missing('timeout') })[0]).toBe('1 ruled-out: dry, missing');
  });

  it('do not apply where the evidence does not', () => {
    expect(verdicts({ weather: collected('dry'), tide: missing('not-applicable') })[1]).toBe(
      '2 ruled-out: does not apply: it is not-applicable',
    );
  });
});

describe('steps', () => {
  it.each([
    ['done', { weather: collected('dry'), tide: collected(3) }, ['done', 'done']],
    ['partial where one of several readings is missing', { weather: collected('dry'), tide: missing('forbidden') }, ['partial', 'failed']],
    ['partial where something was cut', { weather: collected('dry', 'the first 10'), tide: collected(3) }, ['partial', 'done']],
    ['skipped where only a person can do them', { weather: missing('manual'), tide: missing('manual') }, ['skipped', 'skipped']],
    ['skipped where they do not apply', { weather: missing('not-applicable'), tide: missing('not-applicable') }, ['skipped', 'skipped']],
    ['failed where nothing could be read', { weather: missing('timeout'), tide: missing('timeout') }, ['failed', 'failed']],
  ])('are %s', (_name, recording, expected) => {
    expect(evaluateSteps(book, recording).map(({ status }) => status)).toEqual(expected);
  });
});
