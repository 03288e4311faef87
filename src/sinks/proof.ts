import type { Diagnosis, EvidenceItem } from '../core/diagnosis.ts';

/** The exhibits that prove the root cause, in their order and each different from the others; none where there is no root cause. */
export function proofOf({ rootCause, evidence }: Pick<Diagnosis, 'rootCause' | 'evidence'>): readonly EvidenceItem[] {
  const cited = evidence.filter(({ id }) => rootCause?.evidence.includes(id));
  return [...Map.groupBy(cited, wordsOf).values()].flatMap(([first]) => first ?? []);
}

/**
 * What people learn from an exhibit: an event that Kubernetes tells anew, with other counts and another sandbox, teaches nobody more
 * than the first of them. Events of one object have names that differ after their last dot.
 */
function wordsOf({ source, text }: EvidenceItem): string {
  if (source.kind !== 'Event') return JSON.stringify([source, text]);
  const words = text
    .replace(/^(\w+) \(\d+ times\):/, '$1:')
    .replace('(combined from similar events): ', '')
    .replaceAll(/\b[0-9a-f]{12,}\b/g, '');
  return JSON.stringify([source.namespace, source.name?.replace(/\.[^.]*$/, ''), source.container, words]);
}
