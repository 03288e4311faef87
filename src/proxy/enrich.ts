import { type Annotations, withOurs } from '../sinks/alertmanager/annotations.ts';
import { isPostedAlert, type PostedAlert } from './posted-alert.ts';

/** A batch of alerts as it is to be forwarded. */
export interface Batch {
  readonly body: Uint8Array;
  /** How many alerts it holds; 0 where it was not read. */
  readonly alerts: number;
  /** How many of them were given annotations of ours. */
  readonly enriched: number;
}

/** Reading a larger one would hold up the others; Prometheus' own batches are a hundredth of it. */
const largestRead = 8 * 1024 * 1024;

/** Bytes that are not UTF-8 must not be forwarded as something else. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Adds what is known to the alerts of a batch. The very bytes that came are returned where there is nothing to add, and where they
 * cannot be read or not be written again unchanged: whatever a source sends, Alertmanager is who judges it.
 */
export function enrich(body: Uint8Array, annotationsFor: (alert: PostedAlert) => Annotations | null): Batch {
  const posted = body.length > largestRead ? null : parsed(body);
  if (!Array.isArray(posted)) return { body, alerts: 0, enriched: 0 };
  let enriched = 0;
  const alerts = posted.map((alert: unknown) => {
    if (!isPostedAlert(alert)) return alert;
    const ours = annotationsFor(alert);
    if (ours === null) return alert;
    enriched += 1;
    return { ...alert, annotations: withOurs(alert.annotations ?? {}, ours) };
  });
  const changed = enriched === 0 ? null : written(alerts);
  return { body: changed ?? body, alerts: alerts.length, enriched: changed === null ? 0 : enriched };
}

/** The alerts as JSON; null where something in them would not be written as it came: a number beyond a double, or a very deep nesting. */
function written(alerts: readonly unknown[]): Uint8Array | null {
  try {
    return alerts.every(isCarried) ? Buffer.from(JSON.stringify(alerts)) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isCarried(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return true;
  for (const name in value) if (!isCarried((value as Readonly<Record<string, unknown>>)[name])) return false;
  return true;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // Alertmanager answers what is wrong with it.
    return null;
  }
}
