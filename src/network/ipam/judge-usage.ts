import type { PoolUsage } from './pool-usage.ts';

/** From this share of the capacity on, live pods account for a full range; below it, a range called full leaks. */
const fullShare = 0.9;

/** Records without a live owner that are no accident of the moment: a tenth of the range, and never fewer than two. */
const leakShare = 0.1;
const fewestLeaks = 2;

export type UsageVerdict = 'exhausted' | 'leaking' | 'free' | 'unknown';

/**
 * What the figures say by themselves. `exhausted`: nothing is free and live pods, reservations or other nodes' blocks
 * account for it. `leaking`: nothing is free though live pods hold clearly less. `unknown`: the records are not to be
 * seen, and live pods do not fill it.
 */
export function judgeUsage(usage: PoolUsage): UsageVerdict {
  const { capacity, used, free, blockedBy, declaredFull } = usage;
  if (declaredFull !== null) return 'exhausted';
  if (free !== null && free > 0) return 'free';
  if (blockedBy !== null) return leaks(usage) ? 'leaking' : 'exhausted';
  if (capacity <= 0) return 'unknown';
  if (fillsIt(usage)) return 'exhausted';
  if (used === null) return 'unknown';
  return leaks(usage) ? 'leaking' : 'exhausted';
}

/**
 * What the figures say of a range that the plugin itself calls full: `leaking` where live pods hold clearly less than
 * it has. `unknown` where nothing was counted, or where the records still show free addresses, so that something else
 * than the pool's size stood in the way.
 */
export function judgeFull(usage: PoolUsage): 'exhausted' | 'leaking' | 'unknown' {
  const verdict = judgeUsage(usage);
  if (verdict === 'exhausted' || verdict === 'leaking') return verdict;
  if (verdict === 'free') return leaks(usage) ? 'leaking' : 'unknown';
  return usage.capacity > 0 ? 'leaking' : 'unknown';
}

function fillsIt({ livePods, reserved, capacity }: PoolUsage): boolean {
  return livePods + reserved >= capacity * fullShare;
}

function leaks({ leaked, used, livePods, reserved, capacity }: PoolUsage): boolean {
  const margin = Math.max(fewestLeaks, capacity * leakShare);
  return leaked.length >= margin || (used !== null && used - livePods - reserved >= margin);
}
