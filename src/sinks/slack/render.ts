import type { Diagnosis, DiagnosedCause } from '../../core/diagnosis.ts';
import type { Incident } from '../../incidents/incident.ts';
import { clock, growthOf, headlineOf, impactOf, resolvedAfter } from '../headline.ts';
import { cut, listed } from '../visible-text.ts';
import { context, section, withinLimits } from './blocks.ts';
import type { SlackBlock } from './blocks.ts';
import { buttons } from './buttons.ts';
import type { SlackContent } from './content.ts';
import { escaped, link, prose } from './mrkdwn.ts';
import { nextActions } from './next-actions.ts';
import { exhibits } from './evidence.ts';

/** The event type under which an incident's message is found again by its metadata. */
export const messageEvent = 'podnet_triage_incident';

export interface SlackRenderOptions {
  /** Base of the links. */
  readonly publicUrl: string;
  /** Buttons work only where Slack's requests can be verified. */
  readonly buttons: 'shown' | 'hidden';
}

/**
 * The message of an incident, within Slack's limits whatever the input: headline and proof, impact, next actions, what
 * was ruled out and what not checked, link. `diagnosis` is the one that speaks for the incident; null where it is not
 * stored any more.
 */
export function renderIncident(incident: Incident, diagnosis: Diagnosis | null, options: SlackRenderOptions): SlackContent {
  const url = incidentUrl(incident.id, options.publicUrl);
  const open = incident.status === 'open';
  const blocks = [
    open ? opening(incident, diagnosis) : closing(incident),
    ...(open && diagnosis?.rootCause ? exhibits(diagnosis, { most: 2, characters: 500 }) : []),
    ...extent(incident),
    ...(open && diagnosis !== null ? nextActions(diagnosis.nextActions, url) : []),
    ...(diagnosis === null ? [] : aside(diagnosis)),
  ];
  const last = [footer(incident, diagnosis, url), ...(options.buttons === 'shown' ? [buttons(incident, url)] : [])];
  return {
    text: notification(incident),
    blocks: withinLimits(blocks, last),
    metadata: { event_type: messageEvent, event_payload: { incident: incident.id } },
  };
}

/** Where people read all of an incident. */
export function incidentUrl(id: string, publicUrl: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(id)}`;
}

/** What the woken person reads on the locked phone: the cause first, then how far it reaches. */
function notification(incident: Incident): string {
  const reach = incident.status === 'open' ? growthOf(incident) : null;
  return escaped(cut([headlineOf(incident), ...(reach === null ? [] : [reach])].join(' · '), 500));
}

function opening(incident: Incident, diagnosis: Diagnosis | null): SlackBlock {
  const headline = prose(incident.headline, 1000);
  return section(headline === '' ? '*Network trouble*' : `*${headline}*`, prose(diagnosis?.rootCause?.summary ?? '', 1200));
}

/** Begins with "Resolved after …", as the message's plain text does. */
function closing(incident: Incident): SlackBlock {
  const struck = `~${prose(incident.headline, 1000)}~`;
  const ending = incident.resolution === undefined || incident.resolution === null || incident.resolution === '';
  return ending ? section(`${resolvedAfter(incident)}: ${struck}`) : section(prose(headlineOf(incident), 1000), struck);
}

function extent(incident: Incident): SlackBlock[] {
  const growth = growthOf(incident);
  const impact = impactOf(incident.impact);
  if (growth === null && impact === null) return [];
  return [section(impact === null ? null : `*Impact:* ${prose(impact, 900)}`, growth === null ? null : `*Alerts:* ${prose(growth, 300)}`)];
}

/** What is not the cause, or not known to be: small print under the message. */
function aside(diagnosis: Diagnosis): SlackBlock[] {
  const { symptoms, alternatives, rules, unchecked } = diagnosis;
  const ruledOut = rules.filter(({ verdict, why }) => verdict === 'ruled-out' && !why.startsWith('does not apply'));
  const lines = [
    labelled(
      'Follows from it',
      symptoms.map(({ title }) => title),
    ),
    labelled(diagnosis.rootCause === null ? 'Seen, but not shown to be the cause' : 'Also possible', alternatives.map(hedged)),
    labelled('Ruled out', [...new Set(ruledOut.map(({ title }) => title))]),
    labelled(
      'Not checked',
      unchecked.map(({ what, why }) => (why === '' ? what : `${what} (${why})`)),
    ),
  ];
  return lines.some((line) => line !== null) ? [context(...lines)] : [];
}

function hedged({ title, confidence }: DiagnosedCause): string {
  return confidence === 'certain' ? title : `${confidence}: ${title}`;
}

function labelled(label: string, names: readonly string[]): string | null {
  return names.length === 0 ? null : `*${label}:* ${prose(listed(names, 4), 450)}`;
}

function footer(incident: Incident, diagnosis: Diagnosis | null, url: string): SlackBlock {
  const { acknowledged, disputed } = incident;
  const said = [
    link(url, 'Full diagnosis'),
    diagnosis === null ? '' : prose(diagnosis.alert.alertname, 200),
    diagnosis?.rootCause ? `confidence: ${diagnosis.rootCause.confidence}` : '',
    acknowledged ? `acknowledged by ${prose(acknowledged.by, 80)} at ${clock(acknowledged.at)}` : '',
    disputed ? `called wrong by ${prose(disputed.by, 80)} at ${clock(disputed.at)}` : '',
  ];
  return context(said.filter((part) => part !== '').join(' · '));
}
