import { oncePer } from './once-per.ts';

/** The time that rules judge by; a value, so that the core needs no clock. */
export interface Moment {
  /** The present, RFC 3339: the wall clock of a live cluster, the newest time in a snapshot. */
  readonly now: string;
  /** When the alert began to fire, RFC 3339; null where nobody said. */
  readonly alertStartsAt: string | null;
}

/** Milliseconds from `at` to the present; negative where `at` lies ahead; null where there is no such time. */
export function ageMs(moment: Moment, at: string | null | undefined): number | null {
  if (at === null || at === undefined) return null;
  const time = Date.parse(at);
  return Number.isNaN(time) ? null : presentOf(moment) - time;
}

/** Thousands of times are held against one present. */
const presentOf = oncePer((moment: Moment) => Date.parse(moment.now));

/** The length of so many minutes, in milliseconds. */
export function minutes(count: number): number {
  return count * 60_000;
}

/** A duration as people write it: "45 s", "12 min", "3 h 5 min", "2 d". Negative durations are "0 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const wholeMinutes = Math.floor(seconds / 60);
  if (wholeMinutes < 120) return `${wholeMinutes} min`;
  const hours = Math.floor(wholeMinutes / 60);
  if (hours < 48) return wholeMinutes % 60 === 0 ? `${hours} h` : `${hours} h ${wholeMinutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}
