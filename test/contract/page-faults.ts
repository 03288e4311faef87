import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { renderIncidentPage } from '../../src/sinks/web/incident-page.ts';
import { renderListPage } from '../../src/sinks/web/list-page.ts';
import { renderTriagePage } from '../../src/sinks/web/triage-page.ts';
import { alertOf, incidentOf } from '../support/diagnoses.ts';
import { triageRecordOf } from '../support/triage-records.ts';
import { invisibleIn } from './invisible.ts';

const options = { publicUrl: 'https://ops.example.com/triage/' };

/** Tags and attributes of our own templates. Anything else in a page came from the cluster. */
const tags = new Set(
  'html head meta title link style body a header strong span main p h1 h2 h3 section ol ul li pre code br table thead tbody tr th td div article details summary form label input select option button footer s'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset name content http-equiv rel href class id aria-labelledby aria-label scope method action role value autocapitalize spellcheck selected open'.split(
    ' ',
  ),
);

/** What is wrong with the pages that show a diagnosis: as a triage, as a failed one, as an incident, in the list. */
export function pageFaults(diagnosis: Diagnosis): string[] {
  const incident = { ...incidentOf(diagnosis), alerts: [0, 1, 2].map((index) => alertOf(index)) };
  const { headline } = diagnosis;
  const note = { by: headline, at: headline };
  const record = triageRecordOf(diagnosis);
  const { alertname } = diagnosis.alert;
  const rows = [{ ...record, alertname, namespace: headline, pod: headline, node: headline, outcome: diagnosis.outcome, rootCause: null }];
  return [
    renderTriagePage(record, options),
    renderTriagePage(
      { ...record, diagnosis: null, status: 'failed', error: headline, trigger: { kind: 'manual', reason: headline } },
      options,
    ),
    renderIncidentPage(incident, diagnosis, options),
    renderIncidentPage({ ...incident, status: 'resolved', resolution: headline, acknowledged: note, disputed: note }, null, options),
    renderListPage(
      {
        incidents: [{ ...incident, counts: { alerts: 3, firing: 3 } }],
        triages: rows,
        filter: { namespace: headline, pod: headline },
        next: headline,
      },
      options,
    ),
  ].flatMap(faultsOf);
}

function faultsOf(page: string): string[] {
  const foreign: string[] = [];
  for (const [tag, name = '', rest = ''] of page
    .replace(/<style>[^<]*<\/style>/, '')
    .matchAll(/<\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/gi)) {
    if (!tags.has(name)) foreign.push(tag);
    for (const [, attribute = ''] of rest.matchAll(/\s([a-z-]+)(?:="[^"]*")?/gi)) if (!attributes.has(attribute)) foreign.push(tag);
    for (const [, href = ''] of rest.matchAll(/\shref="([^"]*)"/g)) if (!/^(?:\/triage\/|#|data:,)/.test(href)) foreign.push(tag);
  }
  const whole = page
    .replace(/<style>[^<]*<\/style>/, '')
    .replaceAll(/<\/?[a-z][a-z0-9]*(?:\s+[a-z-]+(?:="[^"<>]*")?)*\s*\/?>|<!doctype html>/gi, '');
  return [
    ...foreign,
    ...(/[<>]/.test(whole) ? [`a loose angle bracket: ${/.{0,60}[<>].{0,60}/s.exec(whole)?.[0]}`] : []),
    ...invisibleIn(page),
  ];
}
