import { afterEach, beforeEach, expect, test } from 'vitest';
import { named } from '../../src/core/fingerprint.ts';
import { dealOut, type BatchOutcome } from '../../src/workers/deal-out.ts';
import { settleUnsaid, type UnsaidContext } from '../../src/workers/settle-unsaid.ts';
import { openDealing, type Dealing } from '../support/dealing.ts';
import { diagnosisFor, podAlert, resolvedAlert } from '../support/redis-side.ts';

const alert = named(podAlert(1));

let dealing: Dealing;
let incidents: Dealing['context']['incidents'];
let context: UnsaidContext;
let announced: string[];

beforeEach(async () => {
  dealing = await openDealing();
  ({ incidents } = dealing.context);
  announced = [];
  context = { ...dealing.context, announce: async ({ incident }) => void announced.push(incident) };
});
afterEach(async () => dealing[Symbol.asyncDispose]());

async function webhook(one: typeof alert, job: string): Promise<BatchOutcome> {
  const { stamp } = await context.alerts.check([]);
  return dealOut(
    context,
    { version: 1, kind: 'batch', origin: 'test', receivedAt: new Date(stamp / 1000).toISOString(), stamp, alerts: [one] },
    job,
  );
}

/** The alert fires and belongs to an incident. */
async function firing(): Promise<string> {
  await webhook(alert, 'w1');
  const diagnosis = diagnosisFor('t1', alert);
  const member = { fingerprint: alert.fingerprint, status: 'firing', namespace: 'shop', pod: 'a', node: null, triage: 't1' } as const;
  const { incident } = await incidents.join({ key: 'cause', alert: member, diagnosis, at: new Date().toISOString() });
  return incident;
}

test('ends the incident of an alert whose end no webhook has told, and has it announced', async () => {
  const incident = await firing();
  await settleUnsaid(context, [alert.fingerprint]);
  expect(await incidents.get(incident)).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved' }] });
  expect(announced).toEqual([incident]);
});

test('is followed by a new triage when the alert fires again', async () => {
  await firing();
  await settleUnsaid(context, [alert.fingerprint]);
  expect(await webhook(alert, 'w2')).toMatchObject({ claimed: 1 });
});

test('leaves alone what is resolved already, and what nobody knows', async () => {
  await firing();
  await webhook(named(resolvedAlert(1)), 'w2');
  announced.length = 0;
  await settleUnsaid(context, [alert.fingerprint, 'unknown']);
  expect(announced).toEqual([]);
});
