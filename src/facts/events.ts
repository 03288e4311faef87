import type { ClusterEvent } from '../cluster/wire.ts';
import { exhibit, type Exhibit } from '../core/evidence.ts';
import { ageMs, type Moment } from '../core/moment.ts';
import { oncePer } from '../core/once-per.ts';

/** What an event is about. */
export interface EventObject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string | null;
  /** The container that the field path or the text's prefix names. */
  readonly container: string | null;
}

/** One event, whichever API wrote it. Times are RFC 3339. */
export interface ObservedEvent {
  readonly reason: string;
  /** Verbatim. */
  readonly message: string;
  readonly type: string;
  readonly object: EventObject;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** How often it was seen; at least 1. */
  readonly count: number;
  readonly component: string | null;
  readonly host: string | null;
  readonly name: string;
  readonly namespace: string | null;
}

const inContainer = /^spec\.(?:init|ephemeral)?containers\{([^}]+)\}/i;
const combinedPrefix = '(combined from similar events): ';

/**
 * Reads an event of either API. Null timestamps are passed over: events written through events.k8s.io have only
 * `eventTime` and `series` (kubernetes: client-go tools/events, api/core/v1 Event).
 */
export function observe(event: ClusterEvent): ObservedEvent {
  const message = event.message ?? event.note ?? '';
  const firstAt = firstTime(event);
  return {
    reason: event.reason ?? '',
    message,
    type: event.type ?? 'Normal',
    object: objectOf(event, message),
    firstAt,
    lastAt: lastTime(event) ?? firstAt,
    count: Math.max(1, event.series?.count ?? event.count ?? event.deprecatedCount ?? 1),
    ...reporterOf(event),
    name: event.metadata?.name ?? '',
    namespace: event.metadata?.namespace ?? null,
  };
}

/** Events from oldest to newest by when they were last seen; those without any time come first. The order is the same for the same events. */
export const byTime = oncePer((events: readonly ClusterEvent[]): readonly ObservedEvent[] => events.map(observe).toSorted(oldestFirst));

/** Orders observed events from oldest to newest; ties by first sight, then by name. */
function oldestFirst(a: ObservedEvent, b: ObservedEvent): number {
  return millis(a.lastAt) - millis(b.lastAt) || millis(a.firstAt) - millis(b.firstAt) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** The events that have one of the reasons, in the order given. */
export function withReason(events: readonly ObservedEvent[], ...reasons: readonly string[]): ObservedEvent[] {
  return events.filter((event) => reasons.includes(event.reason));
}

/** Whether it was seen within the window before the present. An event without a time is not fresh. */
export function isFresh(event: ObservedEvent, moment: Moment, windowMs: number): boolean {
  const age = ageMs(moment, event.lastAt);
  return age !== null && age <= windowMs;
}

/** The newest of events that are ordered oldest first; undefined when there is none. */
export function newest(events: readonly ObservedEvent[]): ObservedEvent | undefined {
  return events.at(-1);
}

/** What was said, without "(combined from similar events): " and "spec.containers{x}: " before it. */
export function wording(event: ObservedEvent): string {
  return bare(event.message);
}

/** Events of this very object: by uid where both sides have one, since names are reused; otherwise by kind and name. */
export function eventsOf(
  events: readonly ObservedEvent[],
  object: { readonly kind: string; readonly name: string; readonly namespace?: string | null; readonly uid?: string | null | undefined },
): ObservedEvent[] {
  return events.filter(({ object: about }) => {
    if (about.kind !== object.kind || about.name !== object.name) return false;
    // The uid of a node event is the node's name or missing (client-go in the kubelet), so it says nothing.
    if (object.kind === 'Node') return true;
    if (object.namespace && about.namespace && object.namespace !== about.namespace) return false;
    return !object.uid || !about.uid || about.uid === object.uid;
  });
}

/** An event as an exhibit: reason and words, its object, its time, and how often where more than once. */
export function eventExhibit(event: ObservedEvent): Exhibit {
  const times = event.count > 1 ? ` (${event.count} times)` : '';
  return exhibit(
    { kind: 'Event', namespace: event.namespace, name: event.name, container: event.object.container, field: null },
    `${event.reason}${times}: ${event.message}`,
    event.lastAt,
  );
}

function objectOf(event: ClusterEvent, message: string): EventObject {
  const object = event.involvedObject ?? event.regarding ?? {};
  return {
    kind: object.kind ?? '',
    namespace: object.namespace ?? null,
    name: object.name ?? '',
    uid: nonEmpty(object.uid),
    container: inContainer.exec(object.fieldPath ?? '')?.[1] ?? inContainer.exec(withoutCombined(message))?.[1] ?? null,
  };
}

function reporterOf(event: ClusterEvent): Pick<ObservedEvent, 'component' | 'host'> {
  const source = event.source ?? event.deprecatedSource;
  return {
    component: nonEmpty(source?.component, event.reportingComponent, event.reportingController),
    host: nonEmpty(source?.host, event.reportingInstance),
  };
}

function firstTime(event: ClusterEvent): string | null {
  return firstGiven(event.firstTimestamp, event.deprecatedFirstTimestamp, event.eventTime, event.metadata?.creationTimestamp);
}

function lastTime(event: ClusterEvent): string | null {
  return firstGiven(event.series?.lastObservedTime, event.lastTimestamp, event.deprecatedLastTimestamp, event.eventTime);
}

const firstGiven = (...times: readonly unknown[]): string | null => times.map(timeOf).find((time) => time !== null) ?? null;

function timeOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const time = Date.parse(value);
  // Go writes a time that was never set as the year 1.
  return Number.isNaN(time) || time <= 0 ? null : value;
}

const millis = (time: string | null): number => (time === null ? 0 : Date.parse(time));
const nonEmpty = (...values: readonly (string | undefined)[]): string | null => values.find((value) => value) ?? null;
const withoutCombined = (text: string): string => (text.startsWith(combinedPrefix) ? text.slice(combinedPrefix.length) : text);
const bare = (text: string): string => withoutCombined(text).replace(/^spec\.(?:init|ephemeral)?containers\{[^}]+\}:\s*/i, '');
