import type { Diagnosis, DiagnosedRule, EvidenceItem, Unchecked } from '../../core/diagnosis.ts';
import { momentOf, placeOf } from '../headline.ts';
import { proofOf } from '../proof.ts';
import { context, section, withinLimits } from './blocks.ts';
import type { SlackBlock } from './blocks.ts';
import type { SlackContent } from './content.ts';
import { code, codeBlock, commandBlock, link, notice, prose } from './mrkdwn.ts';

/** The event type under which an incident's evidence is found again in its thread. */
const evidenceEvent = 'podnet_triage_evidence';

/**
 * The evidence of a diagnosis for the thread under an incident's message: what proves the cause first, then every rule's
 * verdict, then what was not checked with its command. What Slack's limits leave out stands behind the link.
 */
export function renderEvidence(diagnosis: Diagnosis, incident: string, url: string): SlackContent {
  const blocks = [
    section(`*Evidence* for ${prose(diagnosis.headline, 500)}`),
    ...exhibits(diagnosis, { most: 8, characters: 700 }),
    ...verdicts(diagnosis.rules),
    ...gaps(diagnosis.unchecked),
  ];
  return {
    text: notice(`Evidence: ${diagnosis.headline}`, 400),
    blocks: withinLimits(blocks, [context(`${link(url, 'All evidence, steps and the timeline')} · diagnosis ${code(diagnosis.id, 80)}`)]),
    metadata: { event_type: evidenceEvent, event_payload: { incident, finding: findingKey(diagnosis) } },
  };
}

/** What makes two diagnoses of an incident different to people: another cause, not other figures. */
export function findingKey({ outcome, rootCause }: Diagnosis): string {
  if (rootCause === null) return outcome;
  const { id, detail, confidence, subject } = rootCause;
  return [id, detail ?? '', confidence, subject.kind, subject.namespace ?? '', subject.name].join('|');
}

/** The exhibits that prove the root cause (without one: the newest-cited ones), each with its place and time. */
export function exhibits(diagnosis: Diagnosis, { most, characters }: { most: number; characters: number }): SlackBlock[] {
  const items = diagnosis.rootCause === null ? diagnosis.evidence : proofOf(diagnosis);
  return items.slice(0, most).map((item) => section(placed(item, diagnosis.startedAt), codeBlock(item.text, characters)));
}

function placed(item: EvidenceItem, reference: string): string {
  return `${prose(placeOf(item), 300)}${item.at === null ? '' : `, ${prose(momentOf(item.at, reference), 60)}`}`;
}

function verdicts(rules: readonly DiagnosedRule[]): SlackBlock[] {
  const words = { matched: '*matched*', 'ruled-out': 'ruled out', unknown: '*unknown*' } as const;
  return rules.map(({ runbook, number, title, verdict, why }) =>
    context(`${prose(runbook, 60)} ${number}. ${prose(title, 150)}: ${words[verdict]}. ${prose(why, 300)}`),
  );
}

function gaps(unchecked: readonly Unchecked[]): SlackBlock[] {
  return unchecked
    .slice(0, 6)
    .map(({ what, why, command }) => section(`*Not checked:* ${prose(what, 150)}. ${prose(why, 300)}`, commandOrNull(command)));
}

function commandOrNull(command: string): string | null {
  return command.trim() === '' ? null : commandBlock(command, 700);
}
