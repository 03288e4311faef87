import { Refusal } from '../http/refusal.ts';
import type { WebhookPayload } from './payload.ts';

/** Grafana's `values` are two levels deep; nobody who means well sends more than a few. */
const deepest = 32;

/** Throws a Refusal for fields that are nested out of all reason, among those that no schema describes and nobody reads. */
export function expectShallow(payload: WebhookPayload): void {
  const { alerts, ...fields } = payload;
  check(fields, '');
  for (const [index, { labels: _labels, annotations: _annotations, ...alert }] of alerts.entries()) check(alert, `alerts[${index}].`);
}

function check(fields: object, where: string): void {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'object' && isDeep(value))
      throw new Refusal(400, `${where}${name.slice(0, 100)} is nested deeper than ${deepest} levels`);
  }
}

/** Level by level, for a call for each level could overflow the stack. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= deepest; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
