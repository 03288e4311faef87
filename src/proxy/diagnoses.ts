import type { Annotations } from '../sinks/alertmanager/annotations.ts';
import type { WatchedAlert } from '../store/annotations.ts';
import { isResolved, labelSetKey, type PostedAlert } from './posted-alert.ts';

/** What the book of annotations says of an alert. */
export type Entry = Pick<WatchedAlert, 'labels' | 'wanted' | 'pending' | 'pendingFrom'>;

/** The diagnoses that are known, in memory: nothing is looked up while an alert waits. */
export interface Diagnoses {
  /** What Alertmanager shall carry on the alert; null where nothing is known of this firing of it. */
  annotationsFor(alert: PostedAlert, nowMs: number): Annotations | null;
  /** Takes over the whole book. What is no longer in it is kept for its resolved page. */
  replace(entries: readonly Entry[], nowMs: number): void;
  /** How many alerts have something to carry, or will have. */
  readonly size: number;
}

/** Prometheus sends a resolved alert again for 15 min (rules.resolvedRetention), and the pager's group may still wait then. */
const keptAfterEndMs = 30 * 60_000;
/** Two Prometheus replicas see an alert start up to an evaluation interval apart, and clocks differ. */
const startMarginMs = 5 * 60_000;

interface Ended {
  readonly entry: Entry;
  readonly endedAt: number;
}

/** An empty memory. */
export function createDiagnoses(): Diagnoses {
  let current = new Map<string, Entry>();
  const ended = new Map<string, Ended>();

  return {
    annotationsFor(alert, nowMs) {
      const key = labelSetKey(alert.labels);
      const over = isResolved(alert, nowMs);
      // An alert that fires again after its end is another one, which this diagnosis is not about.
      const entry = current.get(key) ?? (over ? ended.get(key)?.entry : undefined);
      if (entry === undefined) return null;
      const pending = !over && nowMs >= entry.pendingFrom ? entry.pending : null;
      const annotations = entry.wanted ?? pending;
      return annotations !== null && isOfThisFiring(annotations, alert) ? annotations : null;
    },
    replace(entries, nowMs) {
      const next = new Map(entries.map((entry) => [labelSetKey(entry.labels), entry]));
      for (const [key, entry] of current) if (!next.has(key) && entry.wanted !== null) ended.set(key, { entry, endedAt: nowMs });
      for (const [key, { endedAt }] of ended) if (next.has(key) || nowMs - endedAt > keptAfterEndMs) ended.delete(key);
      current = next;
    },
    get size() {
      return current.size;
    },
  };
}

/** A diagnosis that is older than the alert was made of an earlier firing, whose end nobody has told us. */
function isOfThisFiring(annotations: Annotations, { startsAt }: PostedAlert): boolean {
  const diagnosedAt = Date.parse(annotations['triage_at'] ?? '');
  const startedAt = Date.parse(startsAt ?? '');
  return !(startedAt - diagnosedAt > startMarginMs);
}
