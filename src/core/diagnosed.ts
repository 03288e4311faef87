import type { DiagnosedCause, DiagnosedRule, DiagnosedStep, TimelineEntry } from './diagnosis.ts';
import type { EvaluatedRule, EvaluatedStep } from './evaluate.ts';
import type { EvidenceList } from './evidence-list.ts';
import type { Exhibit } from './evidence.ts';
import type { RankedFinding } from './rank.ts';
import type { Verdict } from './verdict.ts';

/** A finding, with its proof in the list. */
export function diagnosedCause({ finding }: RankedFinding, list: EvidenceList): DiagnosedCause {
  const { cause, detail, title, confidence, subject, summary, exhibits } = finding;
  return { id: cause, detail, title, confidence, subject, summary, evidence: list.cite(exhibits) };
}

/** A rule and its answer, with its proof in the list. */
export function diagnosedRule({ runbook, number, title, verdict }: EvaluatedRule, list: EvidenceList): DiagnosedRule {
  const rule = { runbook, number, title, evidence: list.cite(exhibitsOf(verdict)) };
  switch (verdict.kind) {
    case 'confirmed':
      return { ...rule, verdict: 'matched', why: verdict.findings.map((finding) => finding.title).join('; ') };
    case 'ruled-out':
    case 'unknown':
      return { ...rule, verdict: verdict.kind, why: verdict.why };
  }
}

function exhibitsOf(verdict: Verdict): readonly Exhibit[] {
  switch (verdict.kind) {
    case 'confirmed':
      return verdict.findings.flatMap(({ exhibits }) => exhibits);
    case 'ruled-out':
      return verdict.exhibits;
    case 'unknown':
      return [];
  }
}

/** A step, with the proof that rules citing it drew from what it read. */
export function diagnosedStep(evaluated: EvaluatedStep, rules: readonly EvaluatedRule[], list: EvidenceList): DiagnosedStep {
  const { runbook, number, step, status, why, durationMs } = evaluated;
  const shown = new Set(step.readings.flatMap(({ shows }) => shows));
  const exhibits = rules
    .filter((rule) => rule.runbook === runbook && rule.from.includes(number))
    .flatMap(({ verdict }) => exhibitsOf(verdict))
    .filter(({ source }) => shown.has(source.kind));
  return { runbook, number, title: step.title, status, why, durationMs, evidence: list.cite(exhibits) };
}

/** What happened when, oldest first: the newest 40 of all that has a time. */
export function timelineOf(list: EvidenceList): readonly TimelineEntry[] {
  return list.items
    .flatMap(({ id, at, source, text }) =>
      at === null ? [] : [{ at, what: `${source.kind}${source.name === null ? '' : ` ${source.name}`}: ${firstLine(text)}`, evidence: id }],
    )
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(-40);
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
