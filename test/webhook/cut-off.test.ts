import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cutOffOf, type WebhookPayload } from '../../src/webhook/payload.ts';

const payload = (name: string): WebhookPayload =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'payloads', name), 'utf8')) as WebhookPayload;
const truncated = payload('alertmanager-0.25-truncated.json');

test('what max_alerts cut off is known by receiver and group', () => {
  expect(cutOffOf(truncated)).toEqual({
    receiver: String.raw`web\.hook/a\+b`,
    groupLabels: { alertname: 'KubePodNotReady', namespace: 'shop' },
    count: 1,
  });
});

test.each([
  ['a group that is whole', payload('alertmanager-0.25-firing.json')],
  ["Grafana's own alerts, which cannot be asked for", { ...payload('grafana-1-firing.json'), truncatedAlerts: 3 }],
  ['a payload that names no receiver', { ...truncated, receiver: '' }],
])('nothing is cut off from %s', (_, given) => {
  expect(cutOffOf(given)).toBeNull();
});
