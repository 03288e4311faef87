import type { DiagnosedCause, DiagnosedRule, Outcome, Unchecked } from './diagnosis.ts';
import type { Standing } from './standing.ts';
import { describeTarget } from './target.ts';
import type { Target } from './target.ts';

const limit = 300;

/** What the headline speaks of. */
export interface HeadlineParts {
  readonly outcome: Outcome;
  readonly rootCause: DiagnosedCause | null;
  readonly standing: Standing;
  readonly target: Target;
  readonly rules: readonly DiagnosedRule[];
  readonly unchecked: readonly Unchecked[];
}

/** One line of at most 300 characters that every sink shows first. */
export function headline(parts: HeadlineParts): string {
  const line = sentence(parts).replaceAll(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

function sentence({ outcome, rootCause, standing, target, rules, unchecked }: HeadlineParts): string {
  if (outcome === 'root-cause' && rootCause !== null) {
    return rootCause.confidence === 'certain' ? rootCause.title : `${capitalised(rootCause.confidence)}: ${rootCause.title}`;
  }
  if (outcome === 'recovered' || outcome === 'target-gone') return standing.sentence;
  const open = rules.filter(({ verdict }) => verdict === 'unknown').length;
  const gaps = [...new Set(unchecked.map(({ what }) => what))];
  const notChecked =
    gaps.length === 0 ? '' : `; not checked: ${gaps.slice(0, 4).join(', ')}${gaps.length > 4 ? ` and ${gaps.length - 4} more` : ''}`;
  return `No cause found for ${describeTarget(target)}: ${rules.length - open} of ${rules.length} rules are ruled out${notChecked}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
