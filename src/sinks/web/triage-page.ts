import type { Alert } from '../../core/alert.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import { describeTarget } from '../../core/target.ts';
import type { Target } from '../../core/target.ts';
import { dayAndSeconds, targetText } from '../headline.ts';
import { diagnosisSections } from './diagnosis-sections.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { layout, path } from './layout.ts';
import type { PageOptions } from './layout.ts';

/** What the page shows of a triage's record. */
export interface TriagePageRecord {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly alert: Alert;
  readonly target: Target;
  readonly trigger: { readonly kind: 'alert' } | { readonly kind: 'manual'; readonly reason: string | null };
  readonly queuedAt: string;
  readonly diagnosis: Diagnosis | null;
  readonly error: string | null;
  readonly incident: string | null;
}

/** The page of one triage; it loads itself anew while the triage is queued or running. */
export function renderTriagePage(record: TriagePageRecord, options: PageOptions): string {
  const { id, alert, target, diagnosis, status, incident } = record;
  const waiting = status === 'queued' || status === 'running';
  const json = path(options, `/api/v1/triages/${encodeURIComponent(id)}`);
  const links = [
    html`<a href="${json}">JSON</a>`,
    incident !== null && html` · <a href="${path(options, `/incidents/${encodeURIComponent(incident)}`)}">Incident</a>`,
  ];
  return layout(
    {
      title: diagnosis?.headline ?? `${alert.alertname}: ${statusWords[status]}`,
      place: `${alert.alertname}, ${describeTarget(target)}`,
      main: [diagnosis === null ? unfinished(record) : [opening(diagnosis), diagnosisSections(diagnosis)]],
      footer: [html`Triage <code>${id}</code>, queued ${dayAndSeconds(record.queuedAt)}${triggerWords(record)} · `, links],
      ...(waiting ? { refreshSeconds: 2 } : {}),
    },
    options,
  );
}

/** The outcome, the headline and where and when, for the top of a page. */
export function opening(diagnosis: Diagnosis): HtmlValue {
  const { outcome, headline, target, startedAt, durationMs, runbook } = diagnosis;
  return html`<p>${outcomeTag(outcome)}</p>
    <h1>${headline}</h1>
    <p class="meta">
      ${targetText(target)} · ${dayAndSeconds(startedAt)}, took ${Math.round(durationMs)} ms${runbook === null ? '' : ` · ${runbook}`}
    </p>`;
}

/** What came of a triage, as a coloured word. */
export function outcomeTag(outcome: Diagnosis['outcome']): Html {
  const [tone, words] = outcomeWords[outcome];
  return html`<span class="tag ${tone}">${words}</span>`;
}

const outcomeWords = {
  'root-cause': ['bad', 'Root cause found'],
  inconclusive: ['warn', 'No cause found'],
  recovered: ['good', 'Nothing is wrong now'],
  'target-gone': ['good', 'Gone, its successors are healthy'],
} as const;

const statusWords = {
  queued: 'waiting',
  running: 'being triaged',
  done: 'done',
  failed: 'the triage failed',
  cancelled: 'cancelled',
} as const;

function unfinished({ alert, status, error }: TriagePageRecord): Html {
  return html`<p><span class="tag ${status === 'failed' ? 'bad' : ''}">${status}</span></p>
    <h1>${alert.alertname}: ${statusWords[status]}</h1>
    ${error !== null && html`<p class="lead" role="alert">${error}</p>`}
    <p>${explanations[status]}</p>`;
}

const explanations = {
  queued: 'The triage waits for a worker. This page loads itself anew every two seconds.',
  running: 'A worker reads the cluster. This page loads itself anew every two seconds.',
  done: 'The triage is done, but its diagnosis is not stored any more.',
  failed: 'No diagnosis could be made. That says nothing about the cluster: neither that it is fine nor that it is broken.',
  cancelled: 'The alert resolved before its triage began.',
} as const;

function triggerWords({ trigger }: TriagePageRecord): string {
  if (trigger.kind === 'alert') return '';
  return trigger.reason === null ? ' by hand' : ` by hand: ${trigger.reason}`;
}
