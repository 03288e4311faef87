import { causeIds, causes } from '../../core/causes.ts';
import type { CauseId } from '../../core/causes.ts';
import type { Outcome } from '../../core/diagnosis.ts';
import type { Impact } from '../../core/diagnosis.ts';
import { dayAndClock, impactOf } from '../headline.ts';
import { counted } from '../../core/counted.ts';
import { table } from './diagnosis-sections.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout, path, section } from './layout.ts';
import type { PageOptions } from './layout.ts';
import { outcomeTag } from './triage-page.ts';

/** What the list shows of an incident. */
export interface IncidentRow {
  readonly id: string;
  readonly status: 'open' | 'resolved';
  readonly headline: string;
  readonly lastSeen: string;
  readonly impact: Impact;
  readonly counts: { readonly alerts: number; readonly firing: number };
}

/** What the list shows of a triage. */
export interface TriageRow {
  readonly id: string;
  readonly status: string;
  readonly alertname: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly node: string | null;
  readonly outcome: Outcome | null;
  readonly rootCause: CauseId | null;
  readonly queuedAt: string;
}

export interface ListPageContent {
  readonly incidents: readonly IncidentRow[];
  readonly triages: readonly TriageRow[];
  /** The filter in force, by the names of the API's parameters. */
  readonly filter: Readonly<Partial<Record<(typeof filterNames)[number] | 'rootCause' | 'status', string>>>;
  /** The cursor of the next page of triages. */
  readonly next: string | null;
}

const filterNames = ['alertname', 'namespace', 'pod', 'node'] as const;
const statuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** The start page: the newest incidents, and the triages that match the filter. */
export function renderListPage(content: ListPageContent, options: PageOptions): string {
  const { incidents, triages } = content;
  const open = incidents.filter(({ status }) => status === 'open').length;
  return layout(
    {
      title: open === 0 ? 'No open incident' : counted(open, 'open incident'),
      main: [
        html`<h1>${open === 0 ? 'No open incident' : counted(open, 'open incident')}</h1>`,
        section(
          'Incidents',
          incidents.length === 0
            ? html`<p class="soft">None within the retention time.</p>`
            : table(
                'stack',
                ['State', 'What', 'Alerts', 'Last change'],
                incidents.map((row) => incidentRow(row, options)),
              ),
        ),
        section('Triages', [filterForm(content, options), triageTable(triages, options), nextLink(content, options)]),
      ],
      footer: html`<a href="${path(options, '/docs')}">API</a> · <a href="${path(options, '/queues')}">Queues</a> ·
        <a href="${path(options, '/metrics')}">Metrics</a>`,
    },
    options,
  );
}

function incidentRow({ id, status, headline, counts, lastSeen, impact }: IncidentRow, options: PageOptions): Html {
  return html`<tr>
    <td class="tight"><span class="tag ${status === 'open' ? 'bad' : 'good'}">${status}</span></td>
    <td>
      <a href="${path(options, `/incidents/${encodeURIComponent(id)}`)}">${headline}</a><br /><span class="meta">${impactOf(impact)}</span>
    </td>
    <td class="tight">${counts.firing} of ${counts.alerts} firing</td>
    <td class="time">${dayAndClock(lastSeen)}</td>
  </tr>`;
}

function triageTable(triages: readonly TriageRow[], options: PageOptions): Html {
  if (triages.length === 0) return html`<p class="soft">None.</p>`;
  return table(
    'stack',
    ['Queued', 'Alert', 'About', 'Outcome'],
    triages.map((row) => triageRow(row, options)),
  );
}

function triageRow({ id, alertname, namespace, pod, node, status, outcome, rootCause, queuedAt }: TriageRow, options: PageOptions): Html {
  const about = [namespace, pod].filter((part) => part !== null).join('/');
  const what = rootCause === null ? null : causes[rootCause].title;
  return html`<tr>
    <td class="time">${dayAndClock(queuedAt)}</td>
    <td><a href="${path(options, `/triages/${encodeURIComponent(id)}`)}">${alertname}</a></td>
    <td>${about}${node !== null && html`<br /><span class="meta">node ${node}</span>`}</td>
    <td>
      ${outcome === null ? html`<span class="tag ${status === 'failed' ? 'bad' : ''}">${status}</span>` : outcomeTag(outcome)} ${what}
    </td>
  </tr>`;
}

function filterForm({ filter }: ListPageContent, options: PageOptions): Html {
  const input = (name: (typeof filterNames)[number]): Html =>
    html`<label>${name}<input name="${name}" value="${filter[name] ?? ''}" autocapitalize="off" spellcheck="false" /></label>`;
  const choice = (name: 'rootCause' | 'status', label: string, values: readonly string[]): Html =>
    html`<label
      >${label}<select name="${name}">
        <option value="">any</option>
        ${values.map((value) => html`<option value="${value}" ${filter[name] === value ? html` selected` : ''}>${value}</option>`)}
      </select></label
    >`;
  const filtered = Object.values(filter).some((value) => value !== '');
  return html`<details${filtered && html` open`}
    ><summary>Filter</summary>
    <form class="filter" method="get" action="${path(options, '/')}" role="search" aria-label="Filter the triages">
      ${filterNames.map(input)}${choice('rootCause', 'root cause', causeIds)}${choice('status', 'status', statuses)}<button>Filter</button>
    </form>
  </details>`;
}

function nextLink({ filter, next }: ListPageContent, options: PageOptions): Html | null {
  if (next === null) return null;
  const query = new URLSearchParams({ ...filter, cursor: next });
  return html`<p><a href="${path(options, `/?${query.toString()}`)}" rel="next">Older triages</a></p>`;
}
