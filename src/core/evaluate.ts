import { gapText, opennessOf } from './evidence.ts';
import type { Evidence, Missing, Recording } from './evidence.ts';
import { closingNumber, rulesOf, stepsOf } from './runbook.ts';
import type { Case, Reading, Rule, Runbook, Step } from './runbook.ts';
import type { StepStatus } from './diagnosis.ts';
import { unknown, ruledOut } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface EvaluatedStep {
  readonly runbook: string;
  readonly number: number;
  readonly step: Step;
  readonly status: StepStatus;
  readonly why: string;
  readonly durationMs: number;
}

export interface EvaluatedRule {
  readonly runbook: string;
  readonly number: number;
  readonly title: string;
  readonly from: readonly number[];
  readonly verdict: Verdict;
}

const notRead: Missing = { status: 'missing', reason: 'failed', why: 'it was not read', command: '', durationMs: 0 };

function evidenceOf(recording: Recording, reading: Reading): Evidence<unknown> {
  return recording[reading.name] ?? notRead;
}

/** What became of each step of a runbook: done, partial, skipped (a person has to do it, or it does not apply) or failed. */
export function evaluateSteps(book: Runbook, recording: Recording): readonly EvaluatedStep[] {
  return stepsOf(book).map(([number, step]) => {
    const evidence = step.readings.map((reading) => ({ reading, is: evidenceOf(recording, reading) }));
    const gaps = evidence.flatMap(({ reading, is }) => (is.status === 'missing' ? [{ reading, is }] : []));
    const real = gaps.filter(({ is }) => is.reason !== 'not-applicable' && is.reason !== 'not-installed');
    const cut = evidence.flatMap(({ reading, is }) =>
      is.status === 'collected' ? [is.truncated ?? [], gapText(is.gaps ?? []) || []].flat().map((lack) => `${reading.what}: ${lack}`) : [],
    );
    const why = [
      ...(real.length > 0 || gaps.length === evidence.length ? gaps : []).map(({ reading, is }) => `${reading.what}: ${is.why}`),
      ...cut,
    ];
    return {
      runbook: book.id,
      number,
      step,
      status: stepStatus(
        evidence.length,
        gaps.map(({ is }) => is),
        cut.length,
      ),
      why: why.join('; '),
      durationMs: evidence.reduce((longest, { is }) => Math.max(longest, is.durationMs), 0),
    };
  });
}

function stepStatus(readings: number, gaps: readonly Missing[], cuts: number): StepStatus {
  const skippable = gaps.filter(({ reason }) => reason === 'not-applicable' || reason === 'manual' || reason === 'not-installed');
  if (gaps.length === readings && readings > 0) return skippable.length === readings ? 'skipped' : 'failed';
  return gaps.length > skippable.length || gaps.some(({ reason }) => reason === 'manual') || cuts > 0 ? 'partial' : 'done';
}

/** Every rule's verdict, in the order of the numbers; the closing paragraph comes last, as one rule. */
export function evaluateRules(book: Runbook, recording: Recording, at: Case): readonly EvaluatedRule[] {
  const numbered = rulesOf(book).map(([number, rule]) => ({
    runbook: book.id,
    number,
    title: rule.title,
    from: [...rule.from, ...rule.optional],
    verdict: verdictOf(rule, book, { recording, at }),
  }));
  const closing = book.otherwise.map((rule) => ({ rule, verdict: verdictOf(rule, book, { recording, at }) }));
  return [
    ...numbered,
    {
      runbook: book.id,
      number: closingNumber(book),
      title: 'If none of these is the cause: what else may be wrong',
      from: [...new Set(book.otherwise.flatMap(({ from, optional }) => [...from, ...optional]))].toSorted((a, b) => a - b),
      verdict: together(closing),
    },
  ];
}

function verdictOf(rule: Rule, book: Runbook, { recording, at }: { recording: Recording; at: Case }): Verdict {
  const values: Record<string, unknown> = {};
  const open: string[] = [];
  for (const number of [...rule.optional, ...rule.from]) {
    const cited = rule.from.includes(number);
    for (const reading of book.steps[number]?.readings ?? []) {
      const evidence = evidenceOf(recording, reading);
      const openness = opennessOf(evidence);
      if (openness !== undefined) open.push(openness);
      if (!cited || reading.dispensable === true) values[reading.name] = evidence;
      else if (evidence.status === 'collected') values[reading.name] = evidence.value;
      else if (evidence.reason === 'not-applicable') return ruledOut(`does not apply: ${evidence.why}`);
      else return unknown(`needs ${reading.what} (step ${number}): ${evidence.why}`);
    }
  }
  return unlessOpen(rule.decide(values, at), open);
}

/** What was not seen to its end rules nothing out, except where the rule does not apply at all. */
function unlessOpen(verdict: Verdict, open: readonly string[]): Verdict {
  if (verdict.kind !== 'ruled-out' || open.length === 0 || verdict.why.startsWith('does not apply')) return verdict;
  return unknown(`${[...new Set(open)].join('; ')}; in what was read: ${verdict.why}`);
}

/** Several questions as one rule: matched when one is, unknown when one is and none matched. */
function together(asked: readonly { rule: Rule; verdict: Verdict }[]): Verdict {
  const findings = asked.flatMap(({ verdict }) => (verdict.kind === 'confirmed' ? verdict.findings : []));
  const [first, ...more] = findings;
  if (first !== undefined) return { kind: 'confirmed', findings: [first, ...more] };
  const why = (kind: 'unknown' | 'ruled-out'): string =>
    asked.flatMap(({ rule, verdict }) => (verdict.kind === kind ? [`${rule.title}: ${verdict.why}`] : [])).join('; ');
  if (asked.some(({ verdict }) => verdict.kind === 'unknown')) {
    return unknown([why('unknown'), why('ruled-out')].filter((text) => text !== '').join('; '));
  }
  return ruledOut(why('ruled-out') || 'there is nothing else to ask');
}
