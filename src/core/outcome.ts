import type { Outcome } from './diagnosis.ts';
import type { Gap, Recording } from './evidence.ts';
import type { Examination } from './examination.ts';
import type { Ranking } from './rank.ts';
import { readingsOf } from './runbook.ts';
import type { Runbook } from './runbook.ts';

/** How a triage ends: how the target stands comes before any cause, but for an alert that only a look at everything clears. */
export function outcomeOf({ standing, clearedBy, runbooks, recording }: Examination, { root }: Ranking): Outcome {
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
