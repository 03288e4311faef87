import { eventExhibit, wording } from '../../../facts/events.ts';
import type { ObservedEvent } from '../../../facts/events.ts';
import { classify } from '../../../network/cni/classify.ts';
import type { Where } from '../../../network/cni/signature.ts';
import type { Words } from './words.ts';

/** What kind of event it is: signatures say where their words count. */
type EventPlace = Extract<Where, 'event' | 'probe' | 'node-event'>;

/** What an event says where its words are known; undefined where they are not. */
function eventWords(event: ObservedEvent, where: EventPlace): Words | undefined {
  // Of a node's events the reason may be the only word that tells.
  const classification = classify(where === 'node-event' ? `${event.reason}: ${wording(event)}` : wording(event), { where });
  if (classification === undefined) return undefined;
  const { count, firstAt, lastAt } = event;
  const lastedMs = lastAt === null || firstAt === null ? 0 : Date.parse(lastAt) - Date.parse(firstAt);
  return { classification, exhibits: [eventExhibit(event)], at: lastAt, count, lastedMs };
}

/** The newest words of each cause that fresh events name; the events come oldest first. */
export function newestEventWords(events: readonly ObservedEvent[], whereOf: (event: ObservedEvent) => EventPlace): readonly Words[] {
  const words = events.toReversed().flatMap((event) => eventWords(event, whereOf(event)) ?? []);
  return [...Map.groupBy(words, ({ classification }) => classification.cause).values()].flatMap(([newest]) => newest ?? []);
}
