import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import type { Recording } from '../../src/core/evidence.ts';
import { createServer } from '../../src/http/server.ts';
import { Refusal } from '../../src/http/refusal.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { recordingRoute } from '../../src/webhook/recordings.ts';
import { diagnosisOf, incidentOf } from '../support/diagnoses.ts';
import { keptLog } from '../support/log-lines.ts';
import { aRecord, memoryIncidents, memoryTriages, unreachable } from '../support/memory-stores.ts';

const recording: Recording = {
  pod: { status: 'missing', reason: 'forbidden', why: 'pods is forbidden', command: 'kubectl get pod', durationMs: 3 },
};
const diagnosis = diagnosisOf();
const disputed = { by: 'anna', at: '2026-11-22T01:30:00Z' };

let app: FastifyInstance;
afterEach(async () => app.close());

async function open(records: TriageRecord[], stored: Recording | null = recording): Promise<void> {
  app = await createServer({ logger: keptLog().logger });
  const incidents = memoryIncidents([incidentOf(diagnosis, { id: 'i1', disputed })]);
  recordingRoute(app, { triages: { ...memoryTriages(records), recording: async () => stored }, incidents, guard: async () => undefined });
}
const get = async (id: string) => app.inject(`/api/v1/triages/${id}/recording`);

test('all that a triage went by can be read, with who called it wrong', async () => {
  const record = aRecord({ diagnosis, incident: 'i1' });
  await open([record]);
  const expected = { schema: 'podnet-triage/recording/v1', triage: 't1', alert: record.alert, diagnosis, disputed, recording };
  expect((await get('t1')).json()).toEqual(expected);
});

test('nobody has called a diagnosis wrong whose incident is not stored', async () => {
  await open([aRecord({ diagnosis, incident: null })]);
  expect((await get('t1')).json()).toMatchObject({ disputed: null });
});

test.each([
  ['is not known', [], recording],
  ['has not ended', [aRecord({ status: 'running', diagnosis: null })], recording],
  ['has lost its evidence', [aRecord({ diagnosis })], null],
])('there is no recording of a triage that %s', async (_, records, stored) => {
  await open(records, stored);
  expect((await get('t1')).statusCode).toBe(404);
});

test('an id that none could have is looked up nowhere', async () => {
  await open([aRecord({ diagnosis })]);
  expect((await get('..%2Ft1')).statusCode).toBe(404);
});

test('the guard is asked first', async () => {
  app = await createServer({ logger: keptLog().logger });
  const guard = async (): Promise<never> => {
    throw new Refusal(401, 'no');
  };
  recordingRoute(app, { triages: { get: unreachable, recording: unreachable }, incidents: memoryIncidents([]), guard });
  expect((await get('t1')).statusCode).toBe(401);
});

test('503 while the store does not answer', async () => {
  app = await createServer({ logger: keptLog().logger });
  recordingRoute(app, {
    triages: { get: unreachable, recording: unreachable },
    incidents: memoryIncidents([]),
    guard: async () => undefined,
  });
  expect((await get('t1')).statusCode).toBe(503);
});
