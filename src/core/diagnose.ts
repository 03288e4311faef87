import type { Alert } from './alert.ts';
import { diagnosisSchema } from './diagnosis.ts';
import type { Diagnosis, DiagnosedCause, DiagnosedRule, DiagnosedStep, Outcome, TimelineEntry, Unchecked } from './diagnosis.ts';
import { gapText } from './evidence.ts';
import type { Gap, Recording } from './evidence.ts';
import { evaluateRules, evaluateSteps } from './evaluate.ts';
import type { EvaluatedRule, EvaluatedStep } from './evaluate.ts';
import { EvidenceList } from './evidence-list.ts';
import { headline } from './headline.ts';
import { rank } from './rank.ts';
import type { RankedFinding, Ranking } from './rank.ts';
import type { Case, Runbook } from './runbook.ts';
import type { Standing } from './standing.ts';
import type { NextAction } from './verdict.ts';

/** Everything that a diagnosis is made from. */
export interface Examination {
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly alert: Alert;
  readonly cluster: string | null;
  readonly at: Case;
  readonly runbooks: readonly Runbook[];
  readonly recording: Recording;
  readonly standing: Standing;
  /** What clears the alert: a Ready pod, or nothing less than that no rule finds anything. */
  readonly clearedBy: 'readiness' | 'no-finding';
}

/** The diagnosis of one examination: every rule asked, the findings ranked to one root cause. Pure: the same input gives the same answer. */
export function diagnose(examination: Examination): Diagnosis {
  const { runbooks, recording, at, standing } = examination;
  const steps = runbooks.flatMap((book) => evaluateSteps(book, recording));
  const rules = runbooks.flatMap((book) => evaluateRules(book, recording, at));
  const ranking = rank(findingsOf(rules));
  const outcome = outcomeOf(examination, ranking);

  const list = new EvidenceList();
  const named = outcome === 'root-cause' ? ranking : setAside(ranking);
  const rootCause = named.root === null ? null : diagnosedCause(named.root, list);
  const symptoms = named.symptoms.map((one) => diagnosedCause(one, list));
  const alternatives = named.alternatives.map((one) => diagnosedCause(one, list));
  list.cite(standing.exhibits);
  const diagnosedRules = rules.map((rule) => diagnosedRule(rule, list));
  const unchecked = uncheckedOf(runbooks, recording);
  return {
    schema: diagnosisSchema,
    id: examination.id,
    startedAt: examination.startedAt,
    durationMs: examination.durationMs,
    alert: alertOf(examination.alert),
    target: targetOf(examination),
    outcome,
    headline: headline({ outcome, rootCause, standing, target: at.target, rules: diagnosedRules, unchecked }),
    runbook: named.root?.runbook ?? null,
    rootCause,
    alternatives,
    symptoms,
    steps: steps.map((step) => diagnosedStep(step, rules, list)),
    rules: diagnosedRules,
    evidence: list.items,
    timeline: timelineOf(list),
    impact: standing.impact,
    nextActions: actionsOf(named.root, unchecked),
    unchecked,
  };
}

function findingsOf(rules: readonly EvaluatedRule[]): readonly RankedFinding[] {
  return rules.flatMap(({ verdict, runbook, number }) =>
    verdict.kind === 'confirmed' ? verdict.findings.map((finding) => ({ finding, runbook, rule: number })) : [],
  );
}

/** What was found beside an alert that needs no cause any more is still told, as alternatives. */
function setAside({ root, symptoms, alternatives }: Ranking): Ranking {
  return { root: null, symptoms: [], alternatives: [...(root === null ? [] : [root]), ...symptoms, ...alternatives] };
}

function outcomeOf({ standing, clearedBy, runbooks, recording }: Examination, { root }: Ranking): Outcome {
  if (standing.state === 'gone' && standing.successors !== 'unhealthy' && root === null)
    return standing.successors === null ? 'inconclusive' : 'target-gone';
  if (standing.state === 'gone' && standing.successors === 'healthy') return 'target-gone';
  if (standing.state === 'healthy' && clearedBy === 'readiness') return 'recovered';
  if (root !== null) return 'root-cause';
  return standing.state === 'healthy' && !somethingMattersUnread(runbooks, recording) ? 'recovered' : 'inconclusive';
}

/** What only a person can read, and what no rule needs, do not stand in the way of "nothing is wrong". */
function somethingMattersUnread(runbooks: readonly Runbook[], recording: Recording): boolean {
  if (decisiveGaps(recording).length > 0) return true;
  const harmless = new Set(['manual', 'not-applicable', 'not-installed']);
  return readingsOf(runbooks)
    .filter(({ dispensable }) => dispensable !== true)
    .some(({ name }) => {
      const evidence = recording[name];
      return evidence === undefined || (evidence.status === 'missing' && !harmless.has(evidence.reason));
    });
}

/** What a snapshot never captured stays open too, but nobody refused it, and few snapshots have it. */
function decisiveGaps(recording: Recording): readonly Gap[] {
  return Object.values(recording)
    .flatMap((evidence) => (evidence.status === 'collected' ? (evidence.gaps ?? []) : []))
    .filter(({ weight, reason }) => weight === 'open' || (weight === 'decisive' && reason !== 'not-captured'));
}

function readingsOf(runbooks: readonly Runbook[]) {
  return runbooks.flatMap((book) => Object.values(book.steps).flatMap(({ readings }) => readings));
}

function uncheckedOf(runbooks: readonly Runbook[], recording: Recording): readonly Unchecked[] {
  const byWhat = new Map<string, Unchecked>();
  for (const { name, what } of readingsOf(runbooks)) {
    const evidence = recording[name];
    if (evidence === undefined) continue;
    if (evidence.status === 'collected') {
      if (evidence.gaps !== undefined) byWhat.set(what, { what, why: gapText(evidence.gaps), command: evidence.command });
      continue;
    }
    if (evidence.reason === 'not-applicable' || evidence.reason === 'not-installed') continue;
    byWhat.set(what, { what, why: evidence.why, command: evidence.command });
  }
  return [...byWhat.values()];
}

function diagnosedCause({ finding }: RankedFinding, list: EvidenceList): DiagnosedCause {
  const { cause, detail, title, confidence, subject, summary, exhibits } = finding;
  return { id: cause, detail, title, confidence, subject, summary, evidence: list.cite(exhibits) };
}

function diagnosedRule({ runbook, number, title, verdict }: EvaluatedRule, list: EvidenceList): DiagnosedRule {
  switch (verdict.kind) {
    case 'confirmed': {
      const exhibits = verdict.findings.flatMap((finding) => finding.exhibits);
      return {
        runbook,
        number,
        title,
        verdict: 'matched',
        why: verdict.findings.map((finding) => finding.title).join('; '),
        evidence: list.cite(exhibits),
      };
    }
    case 'ruled-out':
      return { runbook, number, title, verdict: 'ruled-out', why: verdict.why, evidence: list.cite(verdict.exhibits) };
    case 'unknown':
      return { runbook, number, title, verdict: 'unknown', why: verdict.why, evidence: [] };
  }
}

function diagnosedStep(evaluated: EvaluatedStep, rules: readonly EvaluatedRule[], list: EvidenceList): DiagnosedStep {
  const { runbook, number, step, status, why, durationMs } = evaluated;
  const shown = new Set(step.readings.flatMap(({ shows }) => shows));
  const exhibits = rules
    .filter((rule) => rule.runbook === runbook && rule.from.includes(number))
    .flatMap(({ verdict }) =>
      verdict.kind === 'confirmed'
        ? verdict.findings.flatMap((finding) => finding.exhibits)
        : verdict.kind === 'ruled-out'
          ? verdict.exhibits
          : [],
    )
    .filter(({ source }) => shown.has(source.kind));
  return { runbook, number, title: step.title, status, why, durationMs, evidence: list.cite(exhibits) };
}

function timelineOf(list: EvidenceList): readonly TimelineEntry[] {
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

/** What to do next: the root cause's actions, or, where no cause is known, what is still to be looked at. */
function actionsOf(root: RankedFinding | null, unchecked: readonly Unchecked[]): readonly NextAction[] {
  if (root !== null) return root.finding.actions;
  return unchecked
    .filter(({ command }) => command !== '')
    .slice(0, 3)
    .map(({ what, command }) => ({ title: `Look at ${what}`, command, risk: 'read-only' }));
}

function alertOf({ alertname, fingerprint, status, startsAt, labels, annotations }: Alert): Diagnosis['alert'] {
  return { alertname, fingerprint, status, startsAt, labels, annotations };
}

function targetOf({ at: { target }, cluster, standing }: Examination): Diagnosis['target'] {
  const base = { cluster, node: standing.node };
  switch (target.kind) {
    case 'pod':
      return { ...base, kind: 'pod', namespace: target.namespace, name: target.name, node: standing.node ?? target.node };
    case 'node':
      return { ...base, kind: 'node', namespace: null, name: standing.node ?? target.name, node: standing.node ?? target.name };
    case 'namespace':
      return { ...base, kind: 'namespace', namespace: target.name, name: target.name };
    case 'cluster':
      return { ...base, kind: 'cluster', namespace: null, name: null };
  }
}
