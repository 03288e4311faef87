import type { Diagnosis, DiagnosedCause, DiagnosedRule, EvidenceItem } from '../../core/diagnosis.ts';
import { dayAndSeconds, impactOf, momentOf, placeOf } from '../headline.ts';
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
  const blocks = [
    opening(diagnosis, page),
    block(
      'Proof',
      proofOf(diagnosis).map((item) => exhibit(item, diagnosis, page)),
      page,
    ),
    block('Impact', lines(impactOf(diagnosis.impact), page), page),
    block(
      'Next actions',
      diagnosis.nextActions.map((action, index) => {
        const risk = action.risk === 'disruptive' ? ` ${page.ink.warn('(disruptive)')}` : '';
        return [
          ...filled(`${index + 1}. ${oneLine(action.title)}`, page.width, '  ').map((line, at, all) =>
            at === all.length - 1 ? line + risk : line,
          ),
          ...command(action.command, page),
        ].join('\n');
      }),
      page,
    ),
    block(
      'Follows from the cause',
      diagnosis.symptoms.map((cause) => causeLine(cause, page)),
      page,
    ),
    block(
      diagnosis.rootCause === null ? 'Seen, but not shown to be the cause' : 'Also possible',
      diagnosis.alternatives.map((cause) => causeLine(cause, page)),
      page,
    ),
    block(
      'Not checked',
      diagnosis.unchecked.map(({ what, why, command: line }) =>
        [...filled(oneLine(why === '' ? what : `${what}: ${why}`), page.width, '  '), ...command(line, page)].join('\n'),
      ),
      page,
    ),
    block(
      'Rules',
      diagnosis.rules.map((rule) => ruleLine(rule, page)),
      page,
    ),
    closing(diagnosis, page),
  ];
  return blocks.filter((text) => text !== '').join('\n\n');
}

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

/** What proves the cause; without a cause there is nothing to prove. */
function proofOf({ rootCause, evidence }: Diagnosis): readonly EvidenceItem[] {
  return evidence.filter(({ id }) => rootCause?.evidence.includes(id)).slice(0, exhibitsShown);
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
  const about = [target.cluster, target.namespace, target.name, target.node].filter((part) => part !== null && part !== '');
  const line = `${target.kind} ${[...new Set(about)].join(' / ')}, ${dayAndSeconds(startedAt)}, ${Math.round(durationMs)} ms, ${id}`;
  return filled(oneLine(line), width, '')
    .map((part) => ink.soft(part))
    .join('\n');
}

function block(title: string, entries: readonly string[], { ink }: Page): string {
  return entries.length === 0 ? '' : [ink.strong(title), ...entries].join('\n');
}

function lines(text: string | null, { width }: Page): string[] {
  return text === null ? [] : [filled(text, width, '  ').join('\n')];
}

function command(text: string, { ink }: Page): string[] {
  if (text.trim() === '') return [];
  return visibleText(text)
    .trim()
    .split('\n')
    .map((line) => `     ${ink.command(line)}`);
}
