import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { SlackContent } from '../../src/sinks/slack/content.ts';
import { renderEvidence } from '../../src/sinks/slack/evidence.ts';
import { renderIncident } from '../../src/sinks/slack/render.ts';
import { alertOf, incidentOf } from '../support/diagnoses.ts';
import { blockErrors, charactersOf, markupIn, textsOf } from '../support/slack-limits.ts';

const publicUrl = 'https://triage.example.com';

/** What is wrong with the messages that a diagnosis leads to in Slack: as a new incident, a grown one, a resolved one, as evidence. */
export function slackFaults(diagnosis: Diagnosis): string[] {
  const incident = incidentOf(diagnosis);
  const note = { by: diagnosis.headline, at: diagnosis.headline };
  const alerts = Array.from({ length: 1000 }, (_, index) => alertOf(index));
  const grown = { ...incident, alerts, acknowledged: note, disputed: note };
  const resolved = { ...grown, status: 'resolved', resolvedAt: '2026-11-21T10:17:00Z', resolution: diagnosis.headline } as const;
  const options = { publicUrl, buttons: 'shown' } as const;
  return [
    renderIncident(incident, diagnosis, options),
    renderIncident(incident, diagnosis, { ...options, buttons: 'hidden' }),
    renderIncident(grown, diagnosis, options),
    renderIncident(resolved, diagnosis, options),
    renderIncident({ ...resolved, resolution: null }, null, options),
    renderEvidence(diagnosis, incident.id, `${publicUrl}/incidents/inc-1`),
  ].flatMap(contentFaults);
}

function contentFaults({ text, blocks, metadata }: SlackContent): string[] {
  const faults = blockErrors(blocks);
  if (charactersOf(blocks) > 12_000) faults.push(`${charactersOf(blocks)} characters in all blocks`);
  if (text === '' || text.length > 4000) faults.push(`${text.length} characters of plain text`);
  if (JSON.stringify(metadata.event_payload).length > 4000) faults.push('metadata too large');
  if (/@(here|channel|everyone)\b|:\/\//i.test(text)) faults.push(`a mention or link in the plain text: ${text}`);
  return [...faults, ...markupIn(text), ...textsOf(blocks).flatMap(textFaults)];
}

function textFaults(text: string): string[] {
  const foreign = markupIn(text).filter((one) => !one.startsWith(`<${publicUrl}/incidents/inc-1|`));
  const unclosed = text.split('```').length % 2 === 0 ? [`unclosed code block: ${text}`] : [];
  const loose = outsideCode(text).filter((part) => /@(here|channel|everyone)\b|:\/\/(?!triage\.example)/i.test(part));
  return [...foreign, ...unclosed, ...loose];
}

function outsideCode(text: string): string[] {
  const even = (_: string, index: number): boolean => index % 2 === 0;
  return text
    .split('```')
    .filter(even)
    .flatMap((part) => part.split('`').filter(even));
}
