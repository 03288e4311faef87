import type { Diagnosis } from '../core/diagnosis.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Sink } from '../sinks/sink.ts';
import { DeliveryError } from '../sinks/sink.ts';
import type { SlackContent, SlackPost, SlackReceipt } from '../sinks/slack/content.ts';
import { findingKey, renderEvidence } from '../sinks/slack/evidence.ts';
import { incidentUrl, renderIncident } from '../sinks/slack/render.ts';
import type { SlackRenderOptions } from '../sinks/slack/render.ts';
import { digestOf } from '../sinks/slack/sink.ts';
import type { DeliveryPace } from '../store/delivery-pace.ts';
import type { DeliveryReceipts } from '../store/delivery-receipts.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';

/** What the metrics count. */
export interface DeliveryMetrics {
  delivered(what: 'posted' | 'edited' | 'evidence'): void;
  rateLimited(channel: string): void;
  refused(channel: string, reason: string): void;
}

export interface DeliveryContext {
  readonly incidents: Pick<IncidentStore, 'get' | 'recordSlack'>;
  readonly triages: Pick<TriageStore, 'get'>;
  readonly receipts: DeliveryReceipts<SlackReceipt>;
  readonly pace: DeliveryPace;
  readonly sink: Sink<SlackPost, SlackReceipt>;
  /** The channels of an alert with these labels. */
  readonly channelsOf: (labels: Readonly<Record<string, string>>) => readonly string[];
  /** The labels of an incident's alerts, since each may lead to a channel of its own; absent where all lead to one. */
  readonly labelsOf?: (incident: Incident) => Promise<readonly Readonly<Record<string, string>>[]>;
  readonly render: SlackRenderOptions;
  readonly now: () => Date;
  /** Hears of a refusal that only a person can mend. */
  readonly onRefused: (channel: string, error: DeliveryError) => void;
  /** Hears of each message that a channel took. */
  readonly onTaken: (channel: string) => void;
  readonly metrics?: DeliveryMetrics;
  /** An incident's message is edited at most once in so long. */
  readonly editEachMs: number;
  /** How long to wait after a failure without a Retry-After. */
  readonly retryMs: number;
}

/**
 * Brings an incident's messages up to date in all its channels, evidence in their threads. Returns in how many milliseconds
 * to come again because something has to wait; null when all is done or nothing can be done.
 */
export async function deliverIncident(context: DeliveryContext, id: string, signal: AbortSignal): Promise<number | null> {
  const incident = await context.incidents.get(id);
  if (incident === null) return null;
  const diagnosis = (await context.triages.get(incident.triage))?.diagnosis ?? null;
  const receipts = new Map(await context.receipts.all(id));
  const delivery: Delivery = { context, incident, diagnosis, receipts, signal };

  const waits: number[] = [];
  for (const channel of await channelsOf(delivery)) {
    const wait = await deliverTo(delivery, channel);
    if (wait !== null) waits.push(wait);
  }
  return waits.length === 0 ? null : Math.min(...waits);
}

interface Delivery {
  readonly context: DeliveryContext;
  readonly incident: Incident;
  readonly diagnosis: Diagnosis | null;
  readonly receipts: Map<string, SlackReceipt>;
  readonly signal: AbortSignal;
}

/** Those that the alerts' labels lead to, the speaking one's first, and those where a message stands already. */
async function channelsOf({ context, incident, diagnosis, receipts }: Delivery): Promise<readonly string[]> {
  const spoken = diagnosis === null ? [] : [diagnosis.alert.labels];
  const others = incident.alerts.length < 2 ? [] : ((await context.labelsOf?.(incident)) ?? []);
  const routed = [...spoken, ...others].flatMap(context.channelsOf);
  return [...new Set([...routed, ...[...receipts.keys()].filter((place) => !place.includes(threadMark))])];
}

async function deliverTo(delivery: Delivery, channel: string): Promise<number | null> {
  try {
    return (await deliverMessage(delivery, channel)) ?? (await deliverEvidence(delivery, channel));
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return failed(delivery, channel, error);
  }
}

async function failed({ context, incident }: Delivery, channel: string, error: DeliveryError): Promise<number | null> {
  if (!error.retryable) {
    context.onRefused(channel, error);
    context.metrics?.refused(channel, error.message);
    return null;
  }
  if (error.retryAfterMs === null) return context.retryMs;
  context.metrics?.rateLimited(channel);
  await context.pace.hold(channel, { holder: incident.id, ms: error.retryAfterMs });
  return error.retryAfterMs;
}

/** Returns how long to wait; null when the message stands as it should. */
async function deliverMessage(delivery: Delivery, channel: string): Promise<number | null> {
  const { context, incident, diagnosis, receipts } = delivery;
  const post = { channel, thread: null, content: renderIncident(incident, diagnosis, context.render) };
  const previous = receipts.get(channel);
  if (previous !== undefined && previous.digest === digestOf(post)) return null;
  const sinceMs = context.now().getTime() - Date.parse(previous?.at ?? '');
  if (previous?.ts && sinceMs < context.editEachMs) return context.editEachMs - sinceMs;

  const wait = await write(delivery, { place: channel, post });
  if (wait !== null) return wait;
  context.onTaken(channel);
  context.metrics?.delivered(previous?.ts ? 'edited' : 'posted');
  await context.incidents.recordSlack(incident.id, messagesOf(receipts));
  return null;
}

/** The evidence is posted once, and again when another cause is found. A resolved incident gets none any more. */
async function deliverEvidence(delivery: Delivery, channel: string): Promise<number | null> {
  const { context, incident, diagnosis, receipts } = delivery;
  const message = receipts.get(channel);
  if (diagnosis === null || incident.status !== 'open' || !message?.ts) return null;
  const place = `${channel}${threadMark}${findingKey(diagnosis)}`;
  if (receipts.get(place)?.ts) return null;

  const content: SlackContent = renderEvidence(diagnosis, incident.id, incidentUrl(incident.id, context.render.publicUrl));
  const wait = await write(delivery, { place, post: { channel: message.channel, thread: message.ts, content } });
  if (wait === null) context.metrics?.delivered('evidence');
  return wait;
}

const threadMark = ' > ';

function messagesOf(receipts: ReadonlyMap<string, SlackReceipt>): readonly { channel: string; ts: string }[] {
  return [...receipts].flatMap(([place, { channel, ts }]) => (place.includes(threadMark) || ts === null ? [] : [{ channel, ts }]));
}

/** One write when the channel's turn has come, recorded before (where it is a first post) and after. Returns how long to wait; null when written. */
async function write(
  { context, incident, receipts, signal }: Delivery,
  { place, post }: { place: string; post: SlackPost },
): Promise<number | null> {
  const [channel = place] = place.split(threadMark);
  const waitMs = await context.pace.turn(channel, incident.id);
  if (waitMs > 0) return waitMs;

  const previous = receipts.get(place) ?? null;
  if (previous === null) {
    await context.receipts.put(incident.id, place, { channel: post.channel, ts: null, at: context.now().toISOString(), digest: '' });
  }
  const receipt = await context.sink.deliver(post, previous, signal);
  receipts.set(place, receipt);
  await context.receipts.put(incident.id, place, receipt);
  return null;
}
