import { afterEach, beforeEach, expect, test } from 'vitest';
import { named } from '../../src/core/fingerprint.ts';
import type { RestJob } from '../../src/queue/jobs.ts';
import type { ListedAlert, Replica } from '../../src/sinks/alertmanager/replica.ts';
import { dealOut } from '../../src/workers/deal-out.ts';
import { dealOutRest, type RestContext } from '../../src/workers/deal-out-rest.ts';
import { openDealing, type Dealing } from '../support/dealing.ts';
import { podAlert, resolvedAlert } from '../support/redis-side.ts';

const rest: RestJob = {
  version: 1,
  kind: 'rest',
  origin: 'test',
  cutOff: { receiver: 'triage', groupLabels: { namespace: 'shop' }, count: 2 },
};

let dealing: Dealing;
let asked: (readonly [readonly string[], string | undefined])[];

beforeEach(async () => {
  dealing = await openDealing();
  asked = [];
});
afterEach(async () => dealing[Symbol.asyncDispose]());

const contextOf = (replicas: RestContext['replicas'], changes: Partial<RestContext> = {}): RestContext => ({
  ...dealing.context,
  replicas,
  claims: () => true,
  ...changes,
});

const listed = (index: number): ListedAlert => {
  const { labels, annotations, fingerprint } = named(podAlert(index));
  return { labels, annotations, fingerprint, startsAt: new Date().toISOString(), endsAt: '', generatorURL: '' };
};

/** An Alertmanager that lists these alerts, or does not answer. */
function replica(answer: () => Promise<readonly ListedAlert[]>): Replica {
  const unused = async (): Promise<never> => Promise.reject(new Error('not asked for here'));
  const alerts: Replica['alerts'] = async (filters, receiver) => {
    asked.push([filters, receiver]);
    return answer();
  };
  return { name: 'replica', alerts, post: unused, status: unused, close: async () => undefined };
}
const replicas = (...all: Replica[]) => ({ current: async () => all });
const down = replica(async () => Promise.reject(new Error('connection refused')));

test('the group is asked for by receiver and labels, and each alert of any replica is triaged once', async () => {
  const [one, other] = [replica(async () => [listed(1), listed(2)]), replica(async () => [listed(2), listed(3)])];
  expect(await dealOutRest(contextOf(replicas(one, down, other)), rest, 'rest-1')).toMatchObject({ claimed: 3, duplicate: 0 });
  expect(asked).toEqual(Array.from({ length: 3 }, () => [['namespace="shop"'], 'triage']));
});

test('what came with the webhook is not triaged again', async () => {
  const context = contextOf(replicas(replica(async () => [listed(1), listed(2)])));
  const { stamp } = await context.alerts.check([]);
  await dealOut(
    context,
    { version: 1, kind: 'batch', origin: 'test', receivedAt: new Date().toISOString(), stamp, alerts: [named(podAlert(1))] },
    'w1',
  );
  expect(await dealOutRest(context, rest, 'rest-1')).toMatchObject({ claimed: 1, duplicate: 1 });
});

test('an alert that resolves while Alertmanager is asked stays resolved', async () => {
  const context: RestContext = contextOf(
    replicas(
      replica(async () => {
        const { stamp } = await context.alerts.check([]);
        await context.alerts.claim({ job: 'w1', stamp, alerts: [{ alert: named(resolvedAlert(1)), triage: 't1' }] });
        return [listed(1)];
      }),
    ),
  );
  expect(await dealOutRest(context, rest, 'rest-1')).toMatchObject({ claimed: 0, stale: 1 });
});

test('alerts that no runbook claims are left out', async () => {
  const context = contextOf(replicas(replica(async () => [listed(1)])), { claims: () => false });
  expect(await dealOutRest(context, rest, 'rest-1')).toMatchObject({ claimed: 0 });
});

test('the job fails, to be tried again, while no replica answers', async () => {
  await expect(dealOutRest(contextOf(replicas(down, down)), rest, 'rest-1')).rejects.toThrow(/no Alertmanager/);
});

test('there is nothing to do without an Alertmanager', async () => {
  expect(await dealOutRest(contextOf(null), rest, 'rest-1')).toBeNull();
});
