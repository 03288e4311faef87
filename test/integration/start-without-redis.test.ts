import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/redis.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';

const alert = {
  status: 'firing',
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-1' },
  annotations: {},
  startsAt: '2026-03-14T03:00:00Z',
};

test.each([
  ['webhook', 'no worker will see its alerts'],
  ['worker', 'no alert will ever come to it'],
])('a %s that has a Redis of its own says that it is alone', async (role, told) => {
  await using place = await writeKubeconfig('http://127.0.0.1:1');
  await using service = await startService({ KUBECONFIG: place.path, DATA_DIR: join(place.directory, 'data') }, role);
  const warnings = service.log().filter(({ level }) => level === 'warn');
  expect(warnings.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(new RegExp(`^REDIS_URL is not set: .*${told}`)));
});

test('a service with every part configured starts while Redis is away, refuses within two seconds, and ends when asked', async () => {
  const nobody = await freePort();
  await using service = await startService({ REDIS_URL: `redis://127.0.0.1:${nobody}`, ALERTMANAGER_URLS: `http://127.0.0.1:${nobody}` });

  const asked = performance.now();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ version: '4', alerts: [alert] });
  const answer = await fetch(`${service.url}/api/v1/alertmanager`, { method: 'POST', headers, body });

  expect(answer.status).toBe(503);
  expect(performance.now() - asked).toBeLessThan(2_500);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
  service.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});
