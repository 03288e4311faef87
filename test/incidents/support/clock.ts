/** The present of every test cluster: the newest time that a snapshot of it holds. */
export const presentText = '2026-03-14T10:30:00Z';
export const present = Date.parse(presentText);

/** RFC 3339 of so many minutes before the present. */
export function before(minutes: number): string {
  return new Date(present - minutes * 60_000).toISOString().replace('.000Z', 'Z');
}

/** The same with microseconds, as events.k8s.io writes `eventTime`. */
export function beforeMicro(minutes: number): string {
  return new Date(present - minutes * 60_000).toISOString().replace(/\.(\d{3})Z$/, '.$1417Z');
}

export const days = (count: number): number => count * 24 * 60;
