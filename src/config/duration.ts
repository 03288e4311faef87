const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds of a duration as Prometheus writes it (`30s`, `15m`, `1h30m`, `7d`, plain `0`); undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/.test(text) || text === '') return undefined;
  const parts = text.matchAll(/(\d+)(ms|[smhdwy])/g);
  return parts.reduce((total, [, count, unit]) => total + Number(count) * (unitsMs[unit ?? ''] ?? 0), 0);
}
