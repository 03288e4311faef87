import { type Static, Type } from 'typebox';
import type { Alert } from '../core/alert.ts';
import { redact } from '../core/redact.ts';
import type { CutOff } from '../queue/jobs.ts';

const texts = (description: string) =>
  Type.Unsafe<Readonly<Record<string, string>>>({ type: 'object', additionalProperties: { type: 'string' }, description });

const text = Type.Optional(Type.String());

/** What Go writes for a time that is not set. */
const zeroTime = /^0001-01-01T00:00:00/;

const webhookAlert = Type.Object({
  status: Type.Unsafe<'firing' | 'resolved'>({ type: 'string', enum: ['firing', 'resolved'] }),
  labels: texts('The alert, as Prometheus knows it'),
  annotations: Type.Optional(texts('Text for people')),
  startsAt: Type.String({ format: 'date-time' }),
  endsAt: Type.Optional(Type.String({ format: 'date-time' })),
  generatorURL: text,
  fingerprint: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$', examples: ['798e7d059db24feb'] })),
});

/**
 * The body of Alertmanager's webhook (version "4") and of Grafana's (version "1"). Fields that are not read, among them
 * those that newer senders add (`notification_reason`, `routeLabels`, Grafana's `orgId` and `values`), are accepted as they are.
 */
export const webhookPayload = Type.Object(
  {
    version: Type.Unsafe<'1' | '4'>({ type: 'string', enum: ['4', '1'], description: '"4" is Alertmanager, "1" is Grafana' }),
    alerts: Type.Array(webhookAlert),
    receiver: text,
    externalURL: text,
    groupKey: text,
    status: text,
    groupLabels: Type.Optional(texts('The labels by which the alerts are grouped')),
    commonLabels: Type.Optional(texts('The labels that all alerts of the group have')),
    commonAnnotations: Type.Optional(texts('The annotations that all alerts of the group have')),
    truncatedAlerts: Type.Optional(Type.Integer({ minimum: 0, description: 'How many alerts max_alerts cut off' })),
  },
  { description: "Alertmanager's webhook, version 4, or Grafana's, version 1" },
);

export type WebhookPayload = Static<typeof webhookPayload>;

/** The alerts of a payload, in its order. An alert without an alertname has the empty one. */
export function alertsOf(payload: WebhookPayload): readonly Alert[] {
  return payload.alerts.map((alert) => ({
    alertname: alert.labels['alertname'] ?? '',
    fingerprint: alert.fingerprint ?? null,
    status: alert.status,
    startsAt: set(alert.startsAt),
    endsAt: alert.status === 'resolved' ? set(alert.endsAt) : null,
    labels: alert.labels,
    annotations: alert.annotations ?? {},
    generatorUrl: alert.generatorURL ?? '',
  }));
}

function set(time: string | undefined): string | null {
  return time === undefined || zeroTime.test(time) ? null : time;
}

/**
 * What `max_alerts` cut off; null where nothing was, and for Grafana, whose own alerts cannot be asked for. Alertmanager's receiver is
 * a quoted regular expression in the payload (`regexp.QuoteMeta`), as its API takes it.
 */
export function cutOffOf({ version, receiver, groupLabels = {}, truncatedAlerts = 0 }: WebhookPayload): CutOff | null {
  if (version !== '4' || truncatedAlerts === 0 || receiver === undefined || receiver === '') return null;
  return { receiver, groupLabels, count: truncatedAlerts };
}

/** Who sent it, for the log: the sender's own URL and the receiver's name, which nobody vouches for. */
export function originOf(payload: WebhookPayload): string {
  const parts = [payload.externalURL, payload.receiver].filter((part) => part !== undefined && part !== '');
  return redact(parts.join(' ').slice(0, 300));
}
