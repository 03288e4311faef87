/** Takes one from the allowance; the seconds to wait where there is none left, 0 where there was. */
export type Allowance = () => number;

/** So many at once, and so many a second on. */
export function allowance(
  { atOnce, perSecond }: { atOnce: number; perSecond: number },
  now: () => number = () => performance.now(),
): Allowance {
  let left = atOnce;
  let at = now();
  return () => {
    const time = now();
    left = Math.min(atOnce, left + ((time - at) / 1000) * perSecond);
    at = time;
    if (left < 1) return (1 - left) / perSecond;
    left -= 1;
    return 0;
  };
}
