import { counted } from '../../core/counted.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import type { Incident, IncidentAlert } from '../../incidents/incident.ts';
import { dayAndClock, dayAndSeconds, growthOf, headlineOf, impactOf } from '../headline.ts';
import { diagnosisSections, table } from './diagnosis-sections.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { layout, path, section } from './layout.ts';
import type { PageOptions } from './layout.ts';

const mostAlerts = 500;

/** The page of one incident: how it stands, the diagnosis that speaks for it (null where that is not stored any more), its alerts. */
export function renderIncidentPage(incident: Incident, diagnosis: Diagnosis | null, options: PageOptions): string {
  const title = headlineOf(incident);
  return layout(
    {
      title,
      place: `Incident since ${dayAndClock(incident.firstSeen)}`,
      main: [
        opening(incident, title),
        diagnosis === null ? impact(incident) : diagnosisSections({ ...diagnosis, impact: incident.impact }),
        alerts(incident, options),
      ],
      footer: html`Incident <code>${incident.id}</code> ·
        <a href="${path(options, `/api/v1/incidents/${encodeURIComponent(incident.id)}`)}">JSON</a> ·
        <a href="${path(options, `/triages/${encodeURIComponent(incident.triage)}`)}">Triage that speaks for it</a>`,
    },
    options,
  );
}

function opening(incident: Incident, title: string): HtmlValue {
  const { status, resolution, headline, lastSeen, acknowledged, disputed } = incident;
  const struck = status === 'resolved' && resolution ? html`<p class="soft"><s>${headline}</s></p>` : null;
  return html`<p>
      <span class="tag ${status === 'open' ? 'bad' : 'good'}"
        >${status === 'open' ? 'Open' : incident.alerts.length === 0 ? 'Moved' : 'Resolved'}</span
      >
    </p>
    <h1>${title}</h1>
    ${struck}
    <p class="meta">
      <a href="#alerts">${growthOf(incident) ?? counted(incident.alerts.length, 'alert')}</a> · last change ${dayAndSeconds(lastSeen)}
    </p>
    ${acknowledged ? html`<p>Acknowledged by ${acknowledged.by}, ${dayAndClock(acknowledged.at)}.</p>` : null}
    ${disputed ? html`<p><span class="tag warn">disputed</span> ${disputed.by} says that the diagnosis is wrong, ${dayAndClock(disputed.at)}.</p>` : null}`;
}

function impact(incident: Incident): HtmlValue {
  const affected = impactOf(incident.impact);
  return [
    html`<p class="lead">The diagnosis is not stored any more.</p>`,
    affected !== null && html`<p><strong>Impact:</strong> ${affected}</p>`,
  ];
}

function alerts({ alerts }: Incident, options: PageOptions): Html | null {
  const rows = alerts.slice(0, mostAlerts).map((alert) => alertRow(alert, options));
  const rest = alerts.length - rows.length;
  return section('Alerts', [
    table('stack', ['State', 'Namespace', 'Pod', 'Node', 'Triage'], rows),
    rest > 0 && html`<p class="soft">${rest} more stand in the JSON.</p>`,
  ]);
}

function alertRow({ status, namespace, pod, node, triage }: IncidentAlert, options: PageOptions): Html {
  return html`<tr>
    <td class="tight"><span class="tag ${status === 'firing' ? 'bad' : 'good'}">${status}</span></td>
    <td>${namespace}</td>
    <td>${pod}</td>
    <td>${node}</td>
    <td><a href="${path(options, `/triages/${encodeURIComponent(triage)}`)}">Triage</a></td>
  </tr>`;
}
