import { gapText, isNothingToRead, opennessOf } from './evidence.ts';
import type { Evidence, Missing, Recording } from './evidence.ts';
import { closingNumber, rulesOf, stepsOf } from './runbook.ts';
import type { Case, Reading, Rule, Runbook, Step } from './runbook.ts';
import type { StepStatus } from './diagnosis.ts';
import { doesNotApply, isInapplicable, ruledOut, unknown } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** A step and what became of it. */
export interface EvaluatedStep {
  readonly runbook: string;
  readonly number: number;
  readonly step: Step;
  readonly status: StepStatus;
  readonly why: string;
  readonly durationMs: number;
}

/** A rule and its answer. */
export interface EvaluatedRule {
  readonly runbook: string;
  readonly number: number;
  readonly title: string;
  /** The steps that it cites, needed or not. */
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
    const read = step.readings.map((reading) => ({ reading, evidence: evidenceOf(recording, reading) }));
    const missing = read.flatMap(({ evidence }) => (evidence.status === 'missing' ? [evidence] : []));
    const cuts = read.flatMap(cutsOf);
    return {
      runbook: book.id,
      number,
      step,
      status: stepStatus(read.length, missing, cuts.length),
      why: [...missingTexts(read), ...cuts].join('; '),
      durationMs: read.reduce((longest, { evidence }) => Math.max(longest, evidence.durationMs), 0),
    };
  });
}

interface Read {
  readonly reading: Reading;
  readonly evidence: Evidence<unknown>;
}

/** What was read, but not to its end, or not all of it. */
function cutsOf({ reading, evidence }: Read): readonly string[] {
  if (evidence.status === 'missing') return [];
  return [evidence.truncated ?? '', gapText(evidence.gaps ?? [])].filter((lack) => lack !== '').map((lack) => `${reading.what}: ${lack}`);
}

/** Why readings are missing; nothing to tell where the only ones missing are of things that this cluster does not have. */
function missingTexts(read: readonly Read[]): readonly string[] {
  const missing = read.flatMap(({ reading, evidence }) => (evidence.status === 'missing' ? [{ reading, evidence }] : []));
  const isTold = missing.length === read.length || missing.some(({ evidence }) => !isNothingToRead(evidence.reason));
  return isTold ? missing.map(({ reading, evidence }) => `${reading.what}: ${evidence.why}`) : [];
}

function stepStatus(readings: number, missing: readonly Missing[], cuts: number): StepStatus {
  const skippable = missing.filter(({ reason }) => reason === 'manual' || isNothingToRead(reason));
  if (missing.length === readings && readings > 0) return skippable.length === readings ? 'skipped' : 'failed';
  return missing.length > skippable.length || missing.some(({ reason }) => reason === 'manual') || cuts > 0 ? 'partial' : 'done';
}

/**
 * Every rule's verdict, in the order of the numbers; the closing paragraph comes last, as one rule. Pauses after each rule, so that the
 * diagnosis of a large cluster keeps nobody waiting.
 */
export function* rulesInTurn(book: Runbook, recording: Recording, at: Case): Generator<void, readonly EvaluatedRule[]> {
  const numbered: EvaluatedRule[] = [];
  for (const [number, rule] of rulesOf(book)) {
    const verdict = verdictOf(rule, book, { recording, at });
    numbered.push({ runbook: book.id, number, title: rule.title, from: [...rule.from, ...rule.optional], verdict });
    yield;
  }
  const closing = book.otherwise.map((rule) => ({ rule, verdict: verdictOf(rule, book, { recording, at }) }));
  return [
    ...numbered,
    {
      runbook: book.id,
      number: closingNumber(book),
      title: 'If none of these is the cause',
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
      else if (evidence.reason === 'not-applicable') return doesNotApply(evidence.why);
      else return unknown(`needs ${reading.what} (step ${number}): ${evidence.why}`);
    }
  }
  return unlessOpen(rule.decide(values, at), open);
}

/** What was not seen to its end rules nothing out, except where the rule does not apply at all. */
function unlessOpen(verdict: Verdict, open: readonly string[]): Verdict {
  if (verdict.kind !== 'ruled-out' || isInapplicable(verdict) || open.length === 0) return verdict;
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
