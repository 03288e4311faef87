import type { WatchedAlert } from '../store/annotation-store.ts';

const closeMs = 2_000;
const wideMs = 10_000;
/** Longer than Prometheus' longest usual period between two sends of an alert, 120 s: what Alertmanager lost comes back by then. */
const absentMs = 150_000;
const absentWhileOthersAreSilentMs = 3_600_000;

/** What Alertmanager shall carry on the alert at this moment; null while it is too early to say that there is no diagnosis. */
export function wantedNow(alert: WatchedAlert, now: number): WatchedAlert['wanted'] {
  return alert.wanted ?? (now >= alert.pendingFrom ? alert.pending : null);
}

/**
 * When the alert is to be looked at again. Looks fall on common ticks, so that all alerts share a round: each 2 s while
 * the first page may be on its way, because a second Prometheus overwrites annotations at any moment, then each 10 s.
 */
export function nextLook(alert: WatchedAlert, now: number): number {
  const tick = nextTick(now, now < alert.closeUntil ? closeMs : wideMs);
  const pendingIsNext = alert.wanted === null && now < alert.pendingFrom;
  return pendingIsNext ? Math.min(tick, alert.pendingFrom) : tick;
}

/** How the replicas answered in a round: all of them, some, or none. */
export type Answered = 'all' | 'some' | 'none';

/**
 * Since when nobody lists an alert that nobody who answered lists. Only time in which all answered counts: an Alertmanager that was away
 * comes back empty, because it keeps no alerts over a restart, and lists what fires only when the source sends it again.
 */
export function absentSince(alert: WatchedAlert, answered: Answered, now: number): number | null {
  return answered === 'all' ? (alert.absentSince ?? now) : null;
}

/** Whether an alert that nobody who answered lists is over. A replica that is silent may list it still. */
export function isOver(alert: WatchedAlert, answered: Answered, now: number): boolean {
  switch (answered) {
    case 'all':
      return alert.absentSince !== null && now - alert.absentSince > absentMs;
    case 'some':
      return now - alert.seenAt > absentWhileOthersAreSilentMs;
    case 'none':
      return false;
  }
}

function nextTick(now: number, periodMs: number): number {
  return (Math.floor(now / periodMs) + 1) * periodMs;
}
