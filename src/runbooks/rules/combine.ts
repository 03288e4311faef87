import { lackOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { isInapplicable, unknown } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';

/** Two answers to one question: all findings; unknown where both are; else both reasons. */
export function anyOf(one: Verdict, other: Verdict): Verdict {
  const findings = [one, other].flatMap((verdict) => (verdict.kind === 'confirmed' ? verdict.findings : []));
  const [first, ...more] = findings;
  if (first !== undefined) return { kind: 'confirmed', findings: [first, ...more] };
  const why = [one, other].flatMap((verdict) => (verdict.kind === 'confirmed' ? [] : [verdict.why])).join('; ');
  if (one.kind === 'unknown' && other.kind === 'unknown') return { kind: 'unknown', why };
  const exhibits = [one, other].flatMap((verdict) => (verdict.kind === 'ruled-out' ? verdict.exhibits : []));
  return { kind: 'ruled-out', why, exhibits };
}

/** What found nothing, but not with all that it needs, has ruled nothing out. */
export function unlessUnread(verdict: Verdict, ...needed: readonly Evidence<unknown>[]): Verdict {
  return unlessLacking(
    verdict,
    needed.flatMap((evidence) => lackOf(evidence) ?? []),
  );
}

/** The same, of reasons why something could not be read; none of them changes nothing. */
export function unlessLacking(verdict: Verdict, reasons: readonly string[]): Verdict {
  if (verdict.kind !== 'ruled-out' || isInapplicable(verdict) || reasons.length === 0) return verdict;
  return unknown(`${verdict.why}; not read: ${[...new Set(reasons)].slice(0, 3).join('; ')}`);
}

/** The leading answer, with the findings of the second; a second that found nothing changes nothing. */
export function withFindingsOf(leading: Verdict, second: Verdict): Verdict {
  if (second.kind !== 'confirmed') return leading;
  return anyOf(leading, second);
}

/** Like `withFindingsOf`, and where both are ruled out it says of both why. */
export function withAnswerOf(leading: Verdict, second: Verdict): Verdict {
  return leading.kind === 'ruled-out' && second.kind === 'ruled-out' ? anyOf(leading, second) : withFindingsOf(leading, second);
}
