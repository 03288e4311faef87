import type { CauseId } from '../../../core/causes.ts';
import { exhibit } from '../../../core/evidence.ts';
import type { Finding } from '../../../core/verdict.ts';
import type { Node } from '../../../cluster/wire.ts';
import { classify } from '../../../network/cni/classify.ts';
import { condition as nodeCondition } from '../../../facts/nodes.ts';
import { findingOf } from './finding-of-words.ts';
import type { Surroundings, Words } from './words.ts';

/** What is said of every node that has just come up. */
export const whileSettling: ReadonlySet<CauseId> = new Set(['cni-not-initialized', 'cni-plugin-unhealthy']);

/** The kubelet says on the node what the runtime told it of the network. */
export function nodeWords(node: Node | undefined, surroundings: Surroundings): readonly Finding[] {
  const ready = node === undefined ? undefined : nodeCondition(node, 'Ready');
  if (ready === undefined || ready.status !== 'False' || ready.message === undefined) return [];
  const classification = classify(ready.message, { where: 'condition' });
  if (classification === undefined) return [];
  const proof = exhibit(
    { kind: 'Node', name: node?.metadata?.name ?? null, field: 'status.conditions[Ready]' },
    ready.message,
    ready.lastTransitionTime ?? null,
  );
  const words: Words = { classification, exhibits: [proof], at: ready.lastTransitionTime ?? null, count: 1, lastedMs: 0 };
  return [findingOf(words, surroundings, 'certain')];
}
