import { readFileSync } from 'node:fs';
import type { CauseId } from '../../../src/core/causes.ts';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import { scenarios } from '../scenarios/index.ts';
import { blinded, blindnesses } from './blinded-reader.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';
import { isPlayable, playCase } from './play-case.ts';
import type { RealCase } from './play-case.ts';
import { letHappen } from './play-scenario.ts';
import { stagings } from './staging.ts';

/** The incidents that other people posted, with the cause that each post establishes. */
export const realCases: readonly RealCase[] = readFileSync(new URL('../real/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RealCase);

/** What is truly wrong: a cause, or nothing. */
export type Label = CauseId | 'no-fault';

/** One diagnosis beside what is truly wrong. */
export interface Judged {
  readonly set: 'real' | 'scenario' | 'blinded';
  readonly name: string;
  readonly label: Label;
  /** Null where the label has none. */
  readonly detail: string | null;
  readonly diagnosis: Diagnosis;
  /** Causes that are true of the incident without being the deepest. */
  readonly alsoTrue: ReadonlySet<string>;
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
