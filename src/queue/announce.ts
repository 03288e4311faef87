import type { Queue } from 'bullmq';
import type { DeliveryJob } from './jobs.ts';

/** What happened to an incident that people should see. */
export interface Announcement {
  readonly incident: string;
  /** It is new, or open again: at once, not with the next edit. */
  readonly opened: boolean;
  /** Another incident that changed with it, because an alert left it. */
  readonly left: string | null;
}

/** Has an incident's message brought up to date. Any number of calls within a second make one delivery. */
export type Announce = (announcement: Announcement) => Promise<void>;

const gatherMs = 1000;

/**
 * Announces through the delivery queue. An incident has at most one delivery waiting and one under way: what changes while it waits is
 * seen by it, because it reads the incident when it runs, and what changes while it runs makes one more.
 */
export function createAnnounce(queue: Queue<DeliveryJob>): Announce {
  const deliver = async (incident: string, delay: number): Promise<void> => {
    const deduplication = { id: incident, keepLastIfActive: true };
    await queue.add('incident', { version: 1, kind: 'incident', incident }, { deduplication, delay });
  };
  const deliverSoon = inTurn(async (incident) => deliver(incident, gatherMs));
  return async ({ incident, opened, left }) => {
    await (opened ? deliver(incident, 0) : deliverSoon(incident));
    if (left !== null) await deliverSoon(left);
  };
}

/** Those who ask for the same incident while a call is under way share one call after it: in a storm most triages do. */
function inTurn(call: (incident: string) => Promise<void>): (incident: string) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  const begin = async (incident: string): Promise<void> => {
    const called = call(incident);
    underWay.set(incident, called);
    try {
      await called;
    } finally {
      underWay.delete(incident);
    }
  };
  const after = async (before: Promise<void>, incident: string): Promise<void> => {
    // Whoever made that call is told of its failure.
    await before.catch(() => undefined);
    next.delete(incident);
    await begin(incident);
  };
  return async (incident) => {
    const before = underWay.get(incident);
    if (before === undefined) return begin(incident);
    const shared = next.get(incident) ?? after(before, incident);
    next.set(incident, shared);
    return shared;
  };
}
