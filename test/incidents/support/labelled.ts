import { readFileSync } from 'node:fs';
import type { CauseId } from '../../../src/core/causes.ts';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import { scenarios } from '../scenarios/index.ts';
import { blinded, blindnesses } from './blinded-reader.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';
import { firstAnswers, reports } from './held-out.ts';
import type { FirstAnswer } from './held-out.ts';
import { isPlayable, playCase } from './play-case.ts';
import type { RealCase } from './play-case.ts';
import { playReport } from './play-report.ts';
import type { Report } from './play-report.ts';
import { letHappen } from './play-scenario.ts';
import { stagings } from './staging.ts';

/** The incidents that other people posted, with the cause that each post establishes. */
export const realCases: readonly RealCase[] = readFileSync(new URL('../real/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RealCase);

/** What is truly wrong: a cause, or nothing. */
export type Label = CauseId | 'no-fault';

/** One answer beside what is truly wrong. */
export interface Answered {
  readonly label: Label;
  /** Null where the label has none. */
  readonly detail: string | null;
  readonly diagnosis: { readonly rootCause: Pick<NonNullable<Diagnosis['rootCause']>, 'id' | 'detail' | 'confidence'> | null };
  /** Causes that are true of the incident without being the deepest. */
  readonly alsoTrue: ReadonlySet<string>;
}

/** One diagnosis of the present rules beside what is truly wrong. */
export interface Judged extends Answered {
  readonly set: 'real' | 'scenario' | 'blinded' | 'held-out';
  readonly name: string;
  readonly diagnosis: Diagnosis;
}

/** Every playable real case in every staging. */
export async function* judgedCases(): AsyncGenerator<Judged> {
  for (const staging of stagings) {
    for (const one of realCases.filter(isPlayable)) {
      const { cluster, alert } = playCase(one, staging);
      const { diagnosis } = await diagnoseCluster(cluster, alert, { layout: staging.layout });
      yield { set: 'real', name: `${one.id} (${staging.name})`, label: one.cause === 'not-a-fault' ? 'no-fault' : one.cause, detail: null, diagnosis, alsoTrue: new Set() };
    }
  }
}

/** Every scenario, seen whole and without each kind of evidence in turn. */
export async function* judgedScenarios(): AsyncGenerator<Judged> {
  for (const scenario of scenarios) {
    const { cause, detail = null } = scenario.expect;
    const judged = { name: scenario.name, label: cause ?? ('no-fault' as const), detail };
    await using happened = await letHappen(scenario, { layout: 'one-file' });
    const { diagnosis } = await happened.look();
    const alsoTrue = new Set(diagnosis.symptoms.map(({ id }) => id));
    yield { ...judged, set: 'scenario', diagnosis, alsoTrue };
    for (const blindness of blindnesses) {
      const seen = await happened.look({ through: (reader) => blinded(reader, blindness) });
      yield { ...judged, set: 'blinded', name: `${scenario.name} (without ${blindness.name})`, diagnosis: seen.diagnosis, alsoTrue };
    }
  }
}

/** Every report that was held out, as it is diagnosed now. */
export async function* judgedReports(): AsyncGenerator<Judged> {
  for (const report of reports) {
    const { cluster, alert } = playReport(report);
    const { diagnosis } = await diagnoseCluster(cluster, alert);
    yield { ...labelOf(report), set: 'held-out', name: report.id, diagnosis };
  }
}

/** What was answered to the reports of one round by rules that had not seen them. */
export function firstJudged(round: FirstAnswer['round']): readonly Answered[] {
  return firstAnswers.filter((one) => one.round === round).flatMap(({ id, cause, detail, confidence }) => {
    const report = reports.find((one) => one.id === id);
    const rootCause = cause === null || confidence === null ? null : { id: cause, detail, confidence };
    return report === undefined ? [] : [{ ...labelOf(report), diagnosis: { rootCause } }];
  });
}

const labelOf = ({ cause, detail, also = [] }: Report): Omit<Answered, 'diagnosis'> => ({ label: cause === 'not-a-fault' ? 'no-fault' : cause, detail: detail ?? null, alsoTrue: new Set(also) });
