import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { incidentKey } from '../../src/incidents/incident-key.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import type { IncidentChange, IncidentFilter, IncidentStore } from '../../src/store/incident-store.ts';
import { triageId } from '../../src/redis/ids.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { podAlert } from '../support/redis-side.ts';

const minute = 60_000;
const start = Date.parse('2026-03-14T10:00:00Z');
let server: TestRedis;
let redis: RedisClient;
let store: IncidentStore;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  store = openIncidentStore(redis, { retentionMs: 7 * 24 * 60 * minute, quietMs: 15 * minute });
});
afterAll(async () => {
  await closeRedis(redis);
  await server.close();
});
beforeEach(async () => {
  await redis.flushall();
});

const at = (minutes: number): string => new Date(start + minutes * minute).toISOString();
const fingerprint = (n: number): string => podAlert(n).fingerprint ?? '';

function causeOn(node: string, n: number, changes: Partial<Diagnosis> = {}): Diagnosis {
  const canned = cannedDiagnosis(podAlert(n), { id: `t${n}` });
  const rootCause = canned.rootCause === null ? null : { ...canned.rootCause, subject: { kind: 'Node', namespace: null, name: node } };
  return { ...canned, rootCause, headline: `no address on ${node} (${n})`, ...changes };
}
const unknown = (n: number): Diagnosis => causeOn('', n, { outcome: 'inconclusive', rootCause: null, headline: `unknown ${n}` });
/** As where the API server is away. */
const blind = (n: number): Diagnosis => {
  const rule = {
    runbook: 'PodIPConflict',
    number: 2,
    title: '',
    verdict: 'unknown',
    why: 'the API server does not answer',
    evidence: [],
  } as const;
  return { ...unknown(n), rules: [rule, { ...rule, number: 3 }], headline: `nothing read ${n}` };
};
const healthy = (n: number): Diagnosis => causeOn('', n, { outcome: 'recovered', rootCause: null, headline: `Ready again ${n}` });

const causeless = new Map(Object.entries({ unknown, blind, healthy }));

async function join(n: number, diagnosis: Diagnosis, minutes = 0): Promise<IncidentChange> {
  const alert = {
    fingerprint: fingerprint(n),
    status: 'firing',
    alertname: 'KubePodNotReady',
    namespace: `team-${n % 7}`,
    pod: `web-${n}`,
    node: 'worker-3',
    triage: diagnosis.id,
  } as const;
  return store.join({ key: incidentKey(diagnosis), alert, diagnosis, at: at(minutes) });
}

describe('joining', () => {
  it('makes one incident of 200 alerts that join at once', async () => {
    const changes = await Promise.all(Array.from({ length: 200 }, async (_, n) => join(n, causeOn('worker-3', n))));
    expect(new Set(changes.map(({ incident }) => incident)).size).toBe(1);
    expect(changes.filter(({ opened }) => opened)).toHaveLength(1);
    const incident = await store.get(changes[0]?.incident ?? '');
    expect(incident?.alerts).toHaveLength(200);
    expect(new Set(incident?.alerts.map((alert) => alert.fingerprint)).size).toBe(200);
    const { items } = await store.list({}, { limit: 10, cursor: null });
    expect(items.map(({ counts }) => counts)).toEqual([{ alerts: 200, firing: 200 }]);
  });

  it('keeps different subjects apart', async () => {
    const [a, b] = [await join(1, causeOn('worker-3', 1)), await join(2, causeOn('worker-4', 2))];
    expect(a.incident).not.toBe(b.incident);
  });

  it('leaves an alert without a root cause on its own', async () => {
    const [a, b] = [await join(1, unknown(1)), await join(2, unknown(2))];
    expect(a.incident).not.toBe(b.incident);
    expect(await store.get(a.incident)).toMatchObject({ rootCause: null, subject: null, headline: 'unknown 1' });
  });

  it('makes one incident of all alerts of which nothing could be checked', async () => {
    const known = await join(1, unknown(1));
    const [first, second] = [await join(2, blind(2)), await join(3, blind(3), 1)];
    expect(second).toEqual({ incident: first.incident, opened: false, resolved: false, left: null });
    expect(known.incident).not.toBe(first.incident);
    expect(await store.get(first.incident)).toMatchObject({ rootCause: null, headline: 'nothing read 3' });
  });

  it('leaves an alert where it is when nothing can be checked any more', async () => {
    const [cause, alone] = [await join(1, causeOn('worker-3', 1)), await join(2, unknown(2))];
    const { incident } = await join(3, blind(3));
    expect([(await join(1, blind(1), 1)).incident, (await join(2, blind(2), 1)).incident]).toEqual([cause.incident, alone.incident]);
    expect((await join(4, blind(4), 2)).incident).toBe(incident);
  });

  it('takes alerts out of what could not be checked as soon as their cause is known', async () => {
    const { incident } = await join(1, blind(1));
    await join(2, blind(2));
    expect(await join(1, causeOn('worker-3', 1), 1)).toMatchObject({ opened: true, left: incident });
    expect(await join(2, causeOn('worker-3', 2), 1)).toMatchObject({ opened: false, left: incident });
    expect(await store.get(incident)).toMatchObject({ status: 'resolved', alerts: [] });
  });

  it('twice with the same alert changes nothing but the triage', async () => {
    const first = await join(1, causeOn('worker-3', 1));
    const second = await join(1, causeOn('worker-3', 1, { id: 't99' }), 1);
    expect(second).toEqual({ incident: first.incident, opened: false, resolved: false, left: null });
    expect((await store.get(first.incident))?.alerts).toMatchObject([{ triage: 't99' }]);
  });

  it('lets the newest diagnosis with a root cause speak', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    await join(2, causeOn('worker-3', 2), 1);
    await join(2, unknown(2), 2);
    expect(await store.get(incident)).toMatchObject({
      headline: 'no address on worker-3 (2)',
      triage: 't2',
      firstSeen: at(0),
      lastSeen: at(2),
    });
  });

  it('renames the incident of a lone alert whose cause becomes known', async () => {
    const before = await join(1, unknown(1));
    const after = await join(1, causeOn('worker-3', 1), 1);
    expect(after).toMatchObject({ incident: before.incident, opened: false, left: null });
    expect((await join(2, causeOn('worker-3', 2), 2)).incident).toBe(before.incident);
    expect(await store.get(before.incident)).toMatchObject({ rootCause: 'ip-pool-exhausted' });
    const listed = await store.list({ rootCause: 'ip-pool-exhausted' }, { limit: 5, cursor: null });
    expect(listed.items.map(({ id }) => id)).toEqual([before.incident]);
  });

  it('moves an alert to the open incident of its cause, and ends the one that it leaves empty', async () => {
    const cause = await join(1, causeOn('worker-3', 1));
    const alone = await join(2, unknown(2));
    const moved = await join(2, causeOn('worker-3', 2), 1);
    expect(moved).toEqual({ incident: cause.incident, opened: false, resolved: false, left: alone.incident });
    expect(await store.get(alone.incident)).toMatchObject({ status: 'resolved', alerts: [] });
    expect((await store.get(cause.incident))?.alerts).toHaveLength(2);
  });

  it('keeps a healthy alert in the incident that it belongs to', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    expect((await join(1, healthy(1), 1)).incident).toBe(incident);
    expect(await store.get(incident)).toMatchObject({ rootCause: 'ip-pool-exhausted', headline: 'no address on worker-3 (1)' });
  });

  it('adds up what is affected', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1, { impact: { pods: 40, nodes: 1, namespaces: ['a'], services: ['a/x'] } }));
    await join(2, causeOn('worker-3', 2, { impact: { pods: 12, nodes: 3, namespaces: ['b'], services: ['b/y'] } }));
    const { impact } = (await store.get(incident)) ?? {};
    expect(impact).toEqual({ pods: 40, nodes: 3, namespaces: ['a', 'b', 'team-1', 'team-2'], services: ['a/x', 'b/y'] });
  });
});

describe('resolving', () => {
  it('shrinks an incident, and ends it with its last alert', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    await join(2, causeOn('worker-3', 2));
    expect(await store.resolveAlert(fingerprint(1), at(3))).toEqual({ incident, opened: false, resolved: false, left: null });
    expect((await store.get(incident))?.alerts.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(await store.resolveAlert(fingerprint(2), at(4))).toEqual({ incident, opened: false, resolved: true, left: null });
    expect(await store.get(incident)).toMatchObject({ status: 'resolved', resolvedAt: at(4) });
  });

  it('twice is the same as once', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    await store.resolveAlert(fingerprint(1), at(3));
    expect(await store.resolveAlert(fingerprint(1), at(9))).toMatchObject({ incident, resolved: false });
    expect(await store.get(incident)).toMatchObject({ resolvedAt: at(3) });
  });

  it('of an alert that is in no incident is null', async () => {
    expect(await store.resolveAlert('feedfeedfeedfeed', at(1))).toBeNull();
  });

  it('moves an incident from the list of open ones to that of resolved ones', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    const listed = async (status: 'open' | 'resolved'): Promise<string[]> =>
      (await store.list({ status }, { limit: 5, cursor: null })).items.map(({ id }) => id);
    expect([await listed('open'), await listed('resolved')]).toEqual([[incident], []]);
    await store.resolveAlert(fingerprint(1), at(3));
    expect([await listed('open'), await listed('resolved')]).toEqual([[], [incident]]);
  });
});

test('an incident that stays open for weeks lets go of alerts that resolved longer ago than anything is kept', async () => {
  const day = 24 * 60;
  const joinAt = async (n: number, minutes: number): Promise<IncidentChange> =>
    join(n, causeOn('worker-3', n, { id: triageId(start + minutes * minute, `${n}`) }), minutes);
  const { incident } = await joinAt(1, 0);
  for (let n = 2; n < 30; n += 1) {
    await joinAt(n, (n - 1) * day);
    await store.resolveAlert(fingerprint(n), at((n - 1) * day + 5));
  }

  const pods = (await store.get(incident))?.alerts.map(({ pod }) => pod) ?? [];
  expect(new Set(pods)).toEqual(new Set([1, ...Array.from({ length: 8 }, (_, index) => index + 22)].map((n) => `web-${n}`)));
});

describe('an incident that returns', () => {
  it('within the quiet time is the same one, open again', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    await store.resolveAlert(fingerprint(1), at(5));
    await store.recordResolution(incident, 'it was Ready again');
    expect(await join(1, causeOn('worker-3', 1), 19)).toEqual({ incident, opened: true, resolved: false, left: null });
    expect(await store.get(incident)).toMatchObject({ status: 'open', resolvedAt: null, resolution: null, firstSeen: at(0) });
  });

  it('after the quiet time is a new one', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    await store.resolveAlert(fingerprint(1), at(5));
    const again = await join(1, causeOn('worker-3', 1), 21);
    expect(again).toMatchObject({ opened: true, left: null });
    expect(again.incident).not.toBe(incident);
    expect(await store.get(incident)).toMatchObject({ status: 'resolved' });
  });
});

describe('a list', () => {
  const firstAsked = async (filter: IncidentFilter): Promise<readonly string[]> =>
    (await store.list(filter, { limit: 10, cursor: null })).items.map(({ headline }) => headline);

  it('of those with an alert of that name, namespace, pod and node', async () => {
    await join(1, causeOn('worker-3', 1));
    await join(2, causeOn('worker-4', 2));
    expect(await firstAsked({ alertname: 'KubePodNotReady', namespace: 'team-1', pod: 'web-1', node: 'worker-3' })).toEqual([
      'no address on worker-3 (1)',
    ]);
    expect(await firstAsked({ namespace: 'team-1', pod: 'web-2' })).toEqual([]);
    expect(await firstAsked({ alertname: 'KubeNetworkPluginError' })).toEqual([]);
  });
});

describe('what people say of an incident', () => {
  it('is kept with it', async () => {
    const { incident } = await join(1, causeOn('worker-3', 1));
    const note = { by: 'ada', at: at(2) };
    await store.acknowledge(incident, note);
    await store.dispute(incident, note);
    await store.recordSlack(incident, [{ channel: 'C1', ts: '1.2' }]);
    await store.recordResolution(incident, 'calico-node-x is Ready again since 10:41');
    expect(await store.get(incident)).toMatchObject({
      acknowledged: note,
      disputed: note,
      slack: [{ channel: 'C1', ts: '1.2' }],
      resolution: 'calico-node-x is Ready again since 10:41',
    });
  });

  it('of one that has expired makes no new one', async () => {
    await store.acknowledge('i000000000000', { by: 'ada', at: at(2) });
    expect(await redis.keys('*')).toEqual([]);
  });
});

test('the open incident of a cause is found until it ends', async () => {
  const diagnosis = causeOn('worker-3', 1);
  const { incident } = await join(1, diagnosis);
  const key = incidentKey(diagnosis) ?? '';
  expect(await store.findOpen(key)).toBe(incident);
  await store.resolveAlert(fingerprint(1), at(1));
  expect(await store.findOpen(key)).toBeNull();
});

test('whatever joins, moves and resolves: each alert is in one incident, counts are right, and nothing quiet is open', async () => {
  const step = fc.record({
    n: fc.integer({ min: 0, max: 4 }),
    what: fc.constantFrom('worker-1', 'worker-2', 'unknown', 'blind', 'healthy', 'resolve'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await redis.flushall();
      for (const [index, { n, what }] of steps.entries()) {
        if (what === 'resolve') await store.resolveAlert(fingerprint(n), at(index * 4));
        else await join(n, (causeless.get(what) ?? ((one) => causeOn(what, one)))(n), index * 4);
      }
      const { items } = await store.list({}, { limit: 500, cursor: null });
      const incidents = await Promise.all(items.map(async ({ id }) => store.get(id)));
      const open = incidents.filter((incident) => incident?.status === 'open');
      for (const incident of incidents) {
        const firing = incident?.alerts.filter(({ status }) => status === 'firing').length ?? 0;
        expect(firing > 0).toBe(incident?.status === 'open');
        expect(await redis.hget(`{podnet}:incident:${incident?.id}`, 'firing')).toBe(`${firing}`);
      }
      const firingIn = open.flatMap(
        (incident) => incident?.alerts.filter(({ status }) => status === 'firing').map(({ fingerprint: f }) => f) ?? [],
      );
      expect(new Set(firingIn).size).toBe(firingIn.length);
      const last = new Map(steps.map(({ n, what }) => [n, what]));
      const expected = [...last].filter(([, what]) => what !== 'resolve').map(([n]) => fingerprint(n));
      expect([...firingIn].sort()).toEqual(expected.sort());
    }),
    { numRuns: 60 },
  );
});
