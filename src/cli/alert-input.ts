import type { Alert } from '../core/alert.ts';

/** Alerts from a file, and whether it held a list of them (the answer is a list then, too). */
export interface AlertInput {
  readonly alerts: readonly Alert[];
  readonly several: boolean;
}

/** A file that holds no alert. The message says what was wrong and where. */
export class AlertInputError extends Error {
  override readonly name = 'AlertInputError';
}

/**
 * Reads a whole Alertmanager webhook body, one alert object, or what `GET /api/v2/alerts` answers. Only labels are
 * needed of an alert; what else is missing is null or empty.
 */
export function parseAlerts(text: string, source: string): AlertInput {
  const parsed = parseJson(text, source);
  const list = Array.isArray(parsed)
    ? parsed
    : isObject(parsed) && Array.isArray(parsed['alerts'])
      ? (parsed['alerts'] as unknown[])
      : undefined;
  if (list === undefined) return { alerts: [alertOf(parsed, source)], several: false };
  if (list.length === 0) throw new AlertInputError(`${source} holds no alert: its list of alerts is empty`);
  return { alerts: list.map((one, index) => alertOf(one, `${source}: alerts[${index}]`)), several: list.length > 1 };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message quotes the text, line breaks and all.
    const why = (error as Error).message.replaceAll(/\s+/g, ' ');
    throw new AlertInputError(`${source} is not JSON: ${why}`, { cause: error });
  }
}

function alertOf(value: unknown, where: string): Alert {
  if (!isObject(value)) throw new AlertInputError(`${where} is no alert: it must be an object with labels`);
  const labels = strings(value['labels'], `${where}.labels`);
  const alertname = labels['alertname'];
  if (alertname === undefined || alertname === '') throw new AlertInputError(`${where}.labels has no alertname`);
  const ended = timeOf(value['endsAt']);
  return {
    alertname,
    fingerprint: typeof value['fingerprint'] === 'string' ? value['fingerprint'] : null,
    status: value['status'] === 'resolved' ? 'resolved' : 'firing',
    startsAt: timeOf(value['startsAt']),
    endsAt: value['status'] === 'resolved' ? ended : null,
    labels,
    annotations:
      value['annotations'] === undefined || value['annotations'] === null ? {} : strings(value['annotations'], `${where}.annotations`),
    generatorUrl: typeof value['generatorURL'] === 'string' ? value['generatorURL'] : '',
  };
}

/** Alertmanager writes a time that was never set as the year 1. */
function timeOf(value: unknown): string | null {
  return typeof value === 'string' && Date.parse(value) > 0 ? value : null;
}

function strings(value: unknown, where: string): Record<string, string> {
  if (!isObject(value)) throw new AlertInputError(`${where} must be an object of strings`);
  const wrong = Object.entries(value).find(([, one]) => typeof one !== 'string');
  if (wrong !== undefined) throw new AlertInputError(`${where}.${wrong[0]} must be a string`);
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__')) as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
