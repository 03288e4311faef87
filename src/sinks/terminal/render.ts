import type { Diagnosis, DiagnosedCause, DiagnosedRule, EvidenceItem, Unchecked } from '../../core/diagnosis.ts';
import type { NextAction } from '../../core/verdict.ts';
import { dayAndSeconds, impactOf, momentOf, placeOf, targetText } from '../headline.ts';
import { proofOf } from '../proof.ts';
import { oneLine, visibleText } from '../visible-text.ts';
import { inkOf } from './ink.ts';
import type { Ink } from './ink.ts';
import { filled, indented } from './wrap.ts';

export interface TerminalOptions {
  readonly colour: 'ansi' | 'none';
  /** Columns of the terminal. */
  readonly width: number;
}

const exhibitsShown = 5;

/**
 * A diagnosis as text for a terminal, without a line end at its end: headline and proof, impact, next actions, what else is
 * possible, what was not checked, every rule's verdict. Commands are never wrapped, so that they can be copied; control
 * characters of the cluster's texts do not reach the terminal.
 */
export function renderTerminal(diagnosis: Diagnosis, { colour, width }: TerminalOptions): string {
  const page: Page = { ink: inkOf(colour), width: Math.max(40, width) };
  const { symptoms, alternatives, unchecked, rules, impact, nextActions, rootCause } = diagnosis;
  const blocks: readonly Block[] = [
    [
      'Proof',
      proofOf(diagnosis)
        .slice(0, exhibitsShown)
        .map((item) => exhibit(item, diagnosis, page)),
    ],
    ['Impact', lines(impactOf(impact), page)],
    ['Next actions', nextActions.map((action, index) => actionLines(`${index + 1}.`, action, page))],
    ['Follows from the cause', symptoms.map((cause) => causeLine(cause, page))],
    [rootCause === null ? 'Seen, but not shown to be the cause' : 'Also possible', alternatives.map((cause) => causeLine(cause, page))],
    ['Not checked', unchecked.map((gap) => gapLines(gap, page))],
    ['Rules', rules.map((rule) => ruleLine(rule, page))],
  ];
  const shown = blocks
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => [page.ink.strong(title), ...entries].join('\n'));
  return [opening(diagnosis, page), ...shown, closing(diagnosis, page)].filter((text) => text !== '').join('\n\n');
}

type Block = readonly [title: string, entries: readonly string[]];

interface Page {
  readonly ink: Ink;
  readonly width: number;
}

function opening({ outcome, headline, rootCause }: Diagnosis, { ink, width }: Page): string {
  const tone = { 'root-cause': ink.bad, inconclusive: ink.warn, recovered: ink.good, 'target-gone': ink.good }[outcome];
  const title = filled(oneLine(headline) || outcome, width, '').map((line) => ink.strong(tone(line)));
  if (rootCause === null) return title.join('\n');
  const id = [rootCause.id, rootCause.detail ?? ''].filter((part) => part !== '').join(' / ');
  const summary = oneLine(rootCause.summary);
  const proof = summary === '' ? [] : ['', ...filled(summary, width, '')];
  return [...title, ink.soft(`${oneLine(id)}, ${rootCause.confidence}`), ...proof].join('\n');
}

function exhibit(item: EvidenceItem, { startedAt }: Diagnosis, { ink, width }: Page): string {
  const when = item.at === null ? '' : `, ${momentOf(item.at, startedAt)}`;
  const place = filled(`${item.id} ${placeOf(item)}${when}`, width, '  ').map((line) => ink.soft(line));
  return [
    ...place,
    ...visibleText(item.text)
      .split('\n')
      .flatMap((line) => filled(line, width, '     ')),
  ].join('\n');
}

function actionLines(number: string, { title, command, risk }: NextAction, page: Page): string {
  const warning = risk === 'disruptive' ? ` ${page.ink.warn('(disruptive)')}` : '';
  const titleLines = filled(`${number} ${oneLine(title)}`, page.width, '  ');
  return [titleLines.join('\n') + warning, ...commandLines(command, page)].join('\n');
}

function gapLines({ what, why, command }: Unchecked, page: Page): string {
  return [...filled(oneLine(why === '' ? what : `${what}: ${why}`), page.width, '  '), ...commandLines(command, page)].join('\n');
}

function causeLine({ title, confidence, summary }: DiagnosedCause, { width }: Page): string {
  return filled(oneLine(`${title} (${confidence})${summary === '' ? '' : `: ${summary}`}`), width, '  ').join('\n');
}

function ruleLine({ runbook, number, title, verdict, why }: DiagnosedRule, { ink, width }: Page): string {
  const tone = { matched: ink.bad, 'ruled-out': ink.soft, unknown: ink.warn }[verdict];
  const word = verdict.replace('-', ' ').padEnd(10);
  const [first = '', ...rest] = filled(oneLine(`${runbook} ${number}. ${title}${why === '' ? '' : `: ${why}`}`), width - 10, '  ');
  return [`  ${tone(word)}${first.slice(2)}`, ...rest.map((line) => indented(line, 10))].join('\n');
}

function closing({ id, target, startedAt, durationMs }: Diagnosis, { ink, width }: Page): string {
  const line = `${targetText(target)}, ${dayAndSeconds(startedAt)}, ${Math.round(durationMs)} ms, ${id}`;
  return filled(oneLine(line), width, '')
    .map((part) => ink.soft(part))
    .join('\n');
}

function lines(text: string | null, { width }: Page): string[] {
  return text === null ? [] : [filled(text, width, '  ').join('\n')];
}

function commandLines(text: string, { ink }: Page): string[] {
  if (text.trim() === '') return [];
  return visibleText(text)
    .trim()
    .split('\n')
    .map((line) => `     ${ink.command(line)}`);
}
