import { isInapplicable } from '../../core/verdict.ts';
import type { Diagnosis, DiagnosedCause } from '../../core/diagnosis.ts';
import type { Incident } from '../../incidents/incident.ts';
import { clock, growthOf, headlineOf, impactOf, resolvedAfter, targetText } from '../headline.ts';
import { listed, oneLine } from '../visible-text.ts';
import { context, section, withinLimits } from './blocks.ts';
import type { SlackBlock } from './blocks.ts';
import { buttons } from './buttons.ts';
import type { SlackContent } from './content.ts';
import { code, link, notice, prose } from './mrkdwn.ts';
import { actionBlocks } from './action-blocks.ts';
import { exhibits } from './evidence.ts';

/** The event type under which an incident's message is found again by its metadata. */
const messageEvent = 'podnet_triage_incident';

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
  const blocks = incident.status === 'open' ? openBlocks(incident, diagnosis, url) : closedBlocks(incident, diagnosis);
  const shown = options.buttons === 'shown';
  const last = [footer(incident, diagnosis, shown ? null : url), ...(shown ? [buttons(incident, url)] : [])];
  return {
    text: notification(incident),
    blocks: withinLimits(blocks, last),
    metadata: { event_type: messageEvent, event_payload: { incident: incident.id } },
  };
}

function openBlocks(incident: Incident, diagnosis: Diagnosis | null, url: string): SlackBlock[] {
  if (diagnosis === null) return [opening(incident, null), ...extent(incident)];
  const { outcome, rootCause, nextActions } = diagnosis;
  // Where nothing is wrong any more, there is nothing to do next either.
  const wrong = outcome === 'root-cause' || outcome === 'inconclusive';
  return [
    opening(incident, diagnosis),
    ...(rootCause === null ? [] : exhibits(diagnosis, { most: 2, characters: 500 })),
    ...(wrong ? extent(incident) : []),
    ...(wrong ? actionBlocks(nextActions, url) : []),
    ...aside(diagnosis),
  ];
}

/** What is left to know when it is over: how it ended, what it was, how far it reached. */
function closedBlocks(incident: Incident, diagnosis: Diagnosis | null): SlackBlock[] {
  const summary = prose(diagnosis?.rootCause?.summary ?? '', 600);
  return [closing(incident), ...(summary === '' ? [] : [context(summary)]), ...extent(incident)];
}

/** Where people read all of an incident. */
export function incidentUrl(id: string, publicUrl: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(id)}`;
}

/** What the woken person reads on the locked phone: the cause first, then how far it reaches. */
function notification(incident: Incident): string {
  const reach = incident.status === 'open' ? growthOf(incident) : null;
  return notice([headlineOf(incident), ...(reach === null ? [] : [reach])].join(' · '), 500);
}

function opening(incident: Incident, diagnosis: Diagnosis | null): SlackBlock {
  return section(`*${prose(headlineOf(incident), 1000)}*`, prose(diagnosis?.rootCause?.summary ?? '', 1200));
}

/** Begins with "Resolved after …", as the message's plain text does. */
function closing(incident: Incident): SlackBlock {
  const struck = `~${prose(headlineOf({ ...incident, status: 'open' }), 1000)}~`;
  const explained = oneLine(incident.resolution ?? '') !== '';
  return explained ? section(prose(headlineOf(incident), 1000), struck) : section(`${resolvedAfter(incident)}: ${struck}`);
}

function extent(incident: Incident): SlackBlock[] {
  const growth = growthOf(incident);
  const impact = impactOf(incident.impact);
  if (growth === null && impact === null) return [];
  return [section(impact === null ? null : `*Impact:* ${prose(impact, 900)}`, growth === null ? null : `*Alerts:* ${prose(growth, 300)}`)];
}

/** The closing paragraph of both runbooks asks what else may be wrong: to have ruled that out means nothing to anybody. */
const closingNumber = 7;

/** What is not the cause, or not known to be: small print under the message. */
function aside(diagnosis: Diagnosis): SlackBlock[] {
  const { symptoms, alternatives, rules, unchecked } = diagnosis;
  const ruledOut = rules.filter((rule) => rule.verdict === 'ruled-out' && rule.number !== closingNumber && !isInapplicable(rule));
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
  return confidence === 'certain' ? title : `${title} (${confidence})`;
}

function labelled(label: string, names: readonly string[]): string | null {
  return names.length === 0 ? null : `*${label}:* ${prose(listed(names, 4, '; '), 450)}`;
}

/** The alert by its name, and what it is about where it is the only one. */
function alertOf({ alerts }: Incident, { alert, target }: Diagnosis): string {
  return alerts.length > 1 ? alert.alertname : `${alert.alertname}, ${targetText(target)}`;
}

function footer(incident: Incident, diagnosis: Diagnosis | null, url: string | null): SlackBlock {
  const { acknowledged, disputed } = incident;
  const said = [
    url === null ? '' : link(url, 'Full diagnosis'),
    diagnosis === null ? `incident ${code(incident.id, 80)}` : prose(alertOf(incident, diagnosis), 400),
    diagnosis?.rootCause ? `confidence: ${diagnosis.rootCause.confidence}` : '',
    acknowledged ? prose(`acknowledged by ${acknowledged.by} at ${clock(acknowledged.at)}`, 200) : '',
    disputed ? prose(`called wrong by ${disputed.by} at ${clock(disputed.at)}`, 200) : '',
  ];
  return context(said.filter((part) => part !== '').join(' · '));
}
