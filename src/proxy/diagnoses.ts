import type { Annotations } from '../sinks/alertmanager/annotations.ts';
import type { WatchedAlert } from '../store/annotation-store.ts';
import { LabelSetMap } from './label-sets.ts';
import { isResolved, type PostedAlert } from './posted-alert.ts';

/** What the book of annotations says of an alert. */
export type Entry = Pick<WatchedAlert, 'labels' | 'wanted' | 'pending' | 'pendingFrom'>;

/** The diagnoses that are known, in memory: nothing is looked up while an alert waits. */
export interface Diagnoses {
  /** What Alertmanager shall carry on the alert; null where nothing is known of this firing of it. */
  annotationsFor(alert: PostedAlert, nowMs: number): Annotations | null;
  /** False where nothing is known of any alert whose label `pod` has that value; the empty text stands for alerts without one. */
  mayKnow(pod: string): boolean;
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
  let current = new LabelSetMap<Entry>();
  let ended = new LabelSetMap<Ended>();
  let pods: ReadonlySet<string> = new Set();

  return {
    annotationsFor(alert, nowMs) {
      const listed = current.get(alert.labels);
      const entry = listed ?? ended.get(alert.labels)?.entry;
      if (entry === undefined) return null;
      const over = isResolved(alert, nowMs);
      // An alert that fires again after its end is another one, which this diagnosis is not about.
      if (listed === undefined && !over) return null;
      const pending = !over && nowMs >= entry.pendingFrom ? entry.pending : null;
      const annotations = entry.wanted ?? pending;
      return annotations !== null && isOfThisFiring(annotations, alert) ? annotations : null;
    },
    mayKnow: (pod) => pods.has(pod),
    replace(entries, nowMs) {
      const next = new LabelSetMap<Entry>();
      for (const entry of entries) next.set(entry.labels, entry);
      ended = endedOf({ current, ended, next }, nowMs);
      current = next;
      pods = new Set([...current.entries(), ...ended.entries()].map(([{ pod = '' }]) => pod));
    },
    get size() {
      return current.size;
    },
  };
}

/** What was ended before and is not too old, and what ends now. */
function endedOf(
  books: { readonly current: LabelSetMap<Entry>; readonly ended: LabelSetMap<Ended>; readonly next: LabelSetMap<Entry> },
  nowMs: number,
): LabelSetMap<Ended> {
  const left = new LabelSetMap<Ended>();
  const isOver = (labels: Entry['labels']): boolean => books.next.get(labels) === undefined;
  for (const [labels, one] of books.ended.entries()) if (isOver(labels) && nowMs - one.endedAt <= keptAfterEndMs) left.set(labels, one);
  for (const [labels, entry] of books.current.entries())
    if (isOver(labels) && entry.wanted !== null) left.set(labels, { entry, endedAt: nowMs });
  return left;
}

/** A diagnosis that is older than the alert was made of an earlier firing, whose end nobody has told us. */
function isOfThisFiring(annotations: Annotations, { startsAt }: PostedAlert): boolean {
  const diagnosedAt = Date.parse(annotations['triage_at'] ?? '');
  const startedAt = Date.parse(startsAt ?? '');
  return !(startedAt - diagnosedAt > startMarginMs);
}
