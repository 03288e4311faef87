import type { PoolUsage } from './pool-usage.ts';

/** From this share of the capacity on, live pods account for a full range; below it, a range called full leaks. */
const fullShare = 0.9;

/** What the figures say: `leaking` where records are (almost) full and live pods are few. */
export function judgeUsage({ capacity, used, livePods, reserved, free, leaked, blockedBy }: PoolUsage): 'exhausted' | 'leaking' | 'free' | 'unknown' {
  if (capacity <= 0) return 'unknown';
  if (livePods >= capacity * fullShare) return free !== null && free > 0 ? 'free' : 'exhausted';
  if (used === null) return 'unknown';
  if (free !== null && free > 0 && blockedBy === null) return 'free';
  if (leaked.length > 0 || livePods + reserved < used * fullShare) return 'leaking';
  return 'exhausted';
}
