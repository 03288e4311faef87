import { diagnosisSchema } from './diagnosis.ts';
import type { Diagnosis, Impact, Unchecked } from './diagnosis.ts';
import { diagnosedCause, diagnosedRule, diagnosedStep, timelineOf } from './diagnosed.ts';
import { evaluateSteps, rulesInTurn } from './evaluate.ts';
import type { EvaluatedRule } from './evaluate.ts';
import { EvidenceList } from './evidence-list.ts';
import type { Examination } from './examination.ts';
import { headline } from './headline.ts';
import { lastOf } from './last-of.ts';
import { outcomeOf } from './outcome.ts';
import { rank } from './rank.ts';
import type { RankedFinding, Ranking } from './rank.ts';
import { uncheckedOf } from './unchecked.ts';
import type { Alert } from './alert.ts';
import type { NextAction } from './verdict.ts';

/** The diagnosis of one examination: every rule asked, the findings ranked to one root cause. Pure: the same input gives the same answer. */
export function diagnose(examination: Examination): Diagnosis {
  return lastOf(diagnosisInTurn(examination));
}

/** The same, with a pause after each rule. */
export function* diagnosisInTurn(examination: Examination): Generator<void, Diagnosis> {
  const { runbooks, recording, at, standing } = examination;
  const steps = runbooks.flatMap((book) => evaluateSteps(book, recording));
  const rules: EvaluatedRule[] = [];
  for (const book of runbooks) rules.push(...(yield* rulesInTurn(book, recording, at)));
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
    impact: outcome === 'recovered' || outcome === 'target-gone' ? noImpact : standing.impact,
    nextActions: actionsOf(named.root, unchecked),
    unchecked,
  };
}

/** What is wrong beside a target that is well, or gone, is not what its alert has hit. */
const noImpact: Impact = { pods: 0, nodes: 0, namespaces: [], services: [] };

function findingsOf(rules: readonly EvaluatedRule[]): readonly RankedFinding[] {
  return rules.flatMap(({ verdict, runbook, number }) =>
    verdict.kind === 'confirmed' ? verdict.findings.map((finding) => ({ finding, runbook, rule: number })) : [],
  );
}

/** What was found beside an alert that needs no cause any more is still told, as alternatives. */
function setAside({ root, symptoms, alternatives }: Ranking): Ranking {
  return { root: null, symptoms: [], alternatives: [...(root === null ? [] : [root]), ...symptoms, ...alternatives] };
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
