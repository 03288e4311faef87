import type { Diagnosis, DiagnosedCause, DiagnosedRule, DiagnosedStep, Unchecked } from '../../core/diagnosis.ts';
import type { NextAction } from '../../core/verdict.ts';
import { dayAndSeconds, impactOf, momentOf, placeOf } from '../headline.ts';
import { proofOf } from '../proof.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { section } from './layout.ts';

/** Everything that a diagnosis says, in the order in which somebody reads who was just woken: proof, actions, what is open, then all the rest. */
export function diagnosisSections(diagnosis: Diagnosis): HtmlValue {
  const { alternatives, symptoms, nextActions, rules, steps, unchecked, rootCause } = diagnosis;
  return [
    proof(diagnosis),
    section(
      'Next actions',
      nextActions.length > 0 &&
        html`<ol>
          ${nextActions.map(action)}
        </ol>`,
    ),
    section(
      'Not checked',
      unchecked.length > 0 &&
        html`<ul>
          ${unchecked.map(gap)}
        </ul>`,
    ),
    section(rootCause === null ? 'Seen, but not shown to be the cause' : 'Also possible', causeList(alternatives)),
    section('Follows from the cause', causeList(symptoms)),
    section('Rules', rules.length > 0 && table('stack', ['Rule', 'Verdict', 'Why', 'Evidence'], rules.map(ruleRow))),
    section('Timeline', timeline(diagnosis)),
    section('Evidence', evidence(diagnosis)),
    section('Steps', steps.length > 0 && table('stack', ['Step', 'Status', 'Took', 'Note', 'Evidence'], steps.map(stepRow))),
    alertDetails(diagnosis),
  ];
}

function proof(diagnosis: Diagnosis): HtmlValue {
  const { rootCause, impact, startedAt } = diagnosis;
  const affected = impactOf(impact);
  return [
    rootCause !== null &&
      html`<div class="proof">
        <p class="lead">${rootCause.summary}</p>
        <p class="meta">Confidence: ${rootCause.confidence}. Proof: ${evidenceLinks(rootCause.evidence)}</p>
        ${proofOf(diagnosis)
          .slice(0, 2)
          .map(
            (item) =>
              html`<p class="meta source">${placeOf(item)}${item.at === null ? '' : `, ${momentOf(item.at, startedAt)}`}</p>
                <pre>${item.text}</pre>`,
          )}
      </div>`,
    affected !== null && html`<p><strong>Impact:</strong> ${affected}</p>`,
  ];
}

function action({ title, command, risk }: NextAction): Html {
  return html`<li>
    ${title} ${risk === 'disruptive' ? html`<span class="tag warn">disruptive</span>` : html`<span class="tag">read-only</span>`}
    ${commandBlock(command)}
  </li>`;
}

function gap({ what, why, command }: Unchecked): Html {
  return html`<li><strong>${what}</strong>${why === '' ? '' : `: ${why}`}${commandBlock(command)}</li>`;
}

/** One click or tap selects the whole command. */
function commandBlock(command: string): Html | null {
  return command.trim() === '' ? null : html`<pre class="command"><code>${command}</code></pre>`;
}

function causeList(causes: readonly DiagnosedCause[]): Html | false {
  return (
    causes.length > 0 &&
    html`<ul>
      ${causes.map(
        ({ title, confidence, summary, evidence }) =>
          html`<li><strong>${title}</strong> <span class="tag">${confidence}</span><br />${summary} ${evidenceLinks(evidence)}</li>`,
      )}
    </ul>`
  );
}

const verdictTags = { matched: 'tag bad', 'ruled-out': 'tag', unknown: 'tag warn' } as const;

function ruleRow({ runbook, number, title, verdict, why, evidence }: DiagnosedRule): Html {
  return html`<tr>
    <td class="wide">${title}<br /><span class="meta">${runbook} ${number}</span></td>
    <td class="tight"><span class="${verdictTags[verdict]}">${verdict.replace('-', ' ')}</span></td>
    <td>${why}</td>
    <td class="tight">${evidenceLinks(evidence)}</td>
  </tr>`;
}

const statusTags = { done: 'tag', partial: 'tag warn', skipped: 'tag', failed: 'tag bad' } as const;

function stepRow({ runbook, number, title, status, why, durationMs, evidence }: DiagnosedStep): Html {
  return html`<tr>
    <td class="wide">${title}<br /><span class="meta">${runbook} ${number}</span></td>
    <td class="tight"><span class="${statusTags[status]}">${status}</span></td>
    <td class="tight">${Math.round(durationMs)} ms</td>
    <td>${why}</td>
    <td class="tight">${evidenceLinks(evidence)}</td>
  </tr>`;
}

function timeline({ timeline, startedAt }: Diagnosis): Html | false {
  const row = ({ at, what, evidence }: Diagnosis['timeline'][number]): Html =>
    html`<tr>
      <td class="time">${momentOf(at, startedAt)}</td>
      <td>${what}</td>
      <td class="tight">${evidenceLinks([evidence])}</td>
    </tr>`;
  return timeline.length > 0 && table('stack', ['When', 'What', 'Evidence'], timeline.map(row));
}

function evidence({ evidence }: Diagnosis): HtmlValue {
  return (
    evidence.length > 0 &&
    evidence.map(
      (item) =>
        html`<article id="${item.id}">
          <h3><span class="tag">${item.id}</span> ${placeOf(item)}</h3>
          ${item.at !== null && html`<p class="meta">${dayAndSeconds(item.at)}</p>`}
          <pre>${item.text}</pre>
        </article>`,
    )
  );
}

function evidenceLinks(ids: readonly string[]): HtmlValue {
  return ids.map((id) => html`<a href="#${encodeURIComponent(id)}">${id}</a> `);
}

function alertDetails({ alert }: Diagnosis): Html {
  const rows = (entries: Readonly<Record<string, string>>): Html[] =>
    Object.entries(entries).map(
      ([name, value]) =>
        html`<tr>
          <td class="tight">${name}</td>
          <td>${value}</td>
        </tr>`,
    );
  return html`<details>
    <summary>The alert's labels and annotations</summary>
    ${table('stack', ['Label', 'Value'], rows(alert.labels))}${table('stack', ['Annotation', 'Value'], rows(alert.annotations))}
  </details>`;
}

/** A table with its heads in scope; `kind` stack puts the cells of a row below each other on a phone. */
export function table(kind: 'stack' | 'wide', heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll">
    <table class="${kind}">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
