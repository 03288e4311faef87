import type { Diagnosis, DiagnosedCause, DiagnosedRule, EvidenceItem, Unchecked } from '../../core/diagnosis.ts';
import type { NextAction } from '../../core/verdict.ts';
import { dayAndSeconds, impactOf, placeOf, targetText } from '../headline.ts';
import { codeBlock, inlineCode, prose } from './prose.ts';

/**
 * A diagnosis as Markdown (CommonMark, as GitHub and GitLab show it), e.g. for a ticket, without a line end at its end. The
 * cluster's texts make no headings, links, images, mentions or HTML.
 */
export function renderMarkdown(diagnosis: Diagnosis): string {
  const { rootCause, nextActions, symptoms, alternatives, unchecked, rules, evidence, impact } = diagnosis;
  const affected = impactOf(impact);
  const blocks = [
    `## ${prose(diagnosis.headline)}`,
    about(diagnosis),
    rootCause === null ? '' : prose(rootCause.summary),
    affected === null ? '' : `**Impact:** ${prose(affected)}`,
    ...chapter('Next actions', nextActions.map(action)),
    ...chapter('Not checked', unchecked.map(gap)),
    ...chapter('Follows from the cause', symptoms.map(cause)),
    ...chapter(rootCause === null ? 'Seen, but not shown to be the cause' : 'Also possible', alternatives.map(cause)),
    ...chapter('Rules', rules.map(rule)),
    ...chapter('Evidence', evidence.map(exhibit)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function about({ alert, target, rootCause, startedAt, durationMs, id }: Diagnosis): string {
  const lines = [
    `Alert ${inlineCode(alert.alertname)}, ${prose(targetText(target))}`,
    rootCause === null
      ? ''
      : `root cause ${inlineCode([rootCause.id, rootCause.detail ?? ''].filter((part) => part !== '').join(' / '))}, ${rootCause.confidence}`,
    `${prose(dayAndSeconds(startedAt))}, ${Math.round(durationMs)} ms, ${inlineCode(id)}`,
  ];
  return lines.filter((line) => line !== '').join('; ');
}

function chapter(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`### ${title}`, entries.join('\n')];
}

function action({ title, command, risk }: NextAction): string {
  return `- ${prose(title)}${risk === 'disruptive' ? ' **(disruptive)**' : ''}${commandBlock(command)}`;
}

function gap({ what, why, command }: Unchecked): string {
  return `- **${prose(what)}**${why === '' ? '' : `: ${prose(why)}`}${commandBlock(command)}`;
}

function cause({ title, confidence, summary }: DiagnosedCause): string {
  return `- **${prose(title)}** (${confidence})${summary === '' ? '' : `: ${prose(summary)}`}`;
}

function rule({ runbook, number, title, verdict, why }: DiagnosedRule): string {
  const word = verdict === 'ruled-out' ? 'ruled out' : `**${verdict}**`;
  return `- ${prose(runbook)} ${number}, ${prose(title)}: ${word}${why === '' ? '' : `: ${prose(why)}`}`;
}

function exhibit(item: EvidenceItem): string {
  return `- **${prose(item.id)}** ${prose(placeOf(item))}${item.at === null ? '' : `, ${prose(dayAndSeconds(item.at))}`}${commandBlock(item.text)}`;
}

/** Belongs to the list entry above it by its indentation. */
function commandBlock(text: string): string {
  return text.trim() === '' ? '' : `\n${codeBlock(text).replaceAll(/^/gm, '  ')}`;
}
