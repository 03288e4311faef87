import type { Subject } from '../../../core/verdict.ts';
import { judgeFull, judgeUsage } from '../../../network/ipam/judge-usage.ts';
import type { PoolUsage } from '../../../network/ipam/pool-usage.ts';

/** The pool that is called full though live pods account for clearly less; undefined where none is. */
export function leakingPool(usages: readonly PoolUsage[]): PoolUsage | undefined {
  return usages.find((usage) => judgeFull(usage) === 'leaking');
}

/** The pool that matters most: a full one, then a leaking one, then the one with the least room. */
export function worstPool(usages: readonly PoolUsage[]): PoolUsage | undefined {
  const order = { exhausted: 0, leaking: 1, unknown: 2, free: 3 } as const;
  return usages.toSorted((a, b) => order[judgeUsage(a)] - order[judgeUsage(b)] || (a.free ?? Infinity) - (b.free ?? Infinity))[0];
}

/** The figures of the pool that matters most, as a sentence; undefined where nothing was counted. */
export function usageSentence(usages: readonly PoolUsage[]): string | undefined {
  const facts = worstPool(usages)?.facts;
  return facts === undefined ? undefined : facts.endsWith('.') ? facts : `${facts}.`;
}

/** The node, pool or subnet that the figures are about. */
export function usageSubject(usages: readonly PoolUsage[]): Subject | undefined {
  const usage = worstPool(usages);
  return usage === undefined ? undefined : subjectOfUsage(usage);
}

const kinds = { node: 'Node', pool: 'IPPool', subnet: 'Subnet' } as const satisfies Record<PoolUsage['scope'], string>;

/** The node, pool or subnet that one pool's figures are about. */
export function subjectOfUsage({ scope, name }: PoolUsage): Subject {
  return { kind: kinds[scope], namespace: null, name };
}
