/** An alert as a source posts it to Alertmanager. Whatever else it holds is passed on unread. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** Whether a value has the shape that `POST /api/v2/alerts` asks for, as far as it is read here. */
export function isPostedAlert(value: unknown): value is PostedAlert {
  if (!isRecord(value) || !isTexts(value['labels'])) return false;
  const { annotations, startsAt, endsAt } = value;
  return (annotations === undefined || isTexts(annotations)) && isTextOrUnset(startsAt) && isTextOrUnset(endsAt);
}

/** Go's zero time, which says nothing of an end: Alertmanager then waits for its resolve_timeout (api/v2, postAlertsHandler). */
const unsaidMs = Date.parse('0001-01-01T00:00:00Z');

/** Whether the source says that it is over: its end has passed. */
export function isResolved({ endsAt }: PostedAlert, nowMs: number): boolean {
  const endMs = Date.parse(endsAt ?? '');
  return endMs > unsaidMs && endMs <= nowMs;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (!isRecord(value)) return false;
  for (const name in value) if (typeof value[name] !== 'string') return false;
  return true;
}

function isTextOrUnset(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
