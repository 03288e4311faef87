import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { createIntake, type Intake } from '../../src/queue/intake.ts';
import type { BatchJob, IntakeJob } from '../../src/queue/jobs.ts';
import { QueueUnavailableError } from '../../src/queue/unavailable.ts';

const alertOf = (pod: string, status: Alert['status'] = 'firing'): Alert => ({
  alertname: 'KubePodNotReady',
  fingerprint: null,
  status,
  startsAt: '2026-03-14T10:00:00Z',
  endsAt: null,
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod },
  annotations: {},
  generatorUrl: '',
});
const from = (origin: string) => ({ origin });

let jobs: BatchJob[];
let gates: PromiseWithResolvers<void>[];
let intake: Intake;

/** Redis that stores a job when it is told to. */
beforeEach(() => {
  [jobs, gates] = [[], []];
  intake = createIntake({
    producer: {
      async add(_name: string, job: IntakeJob) {
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
        if (job.kind === 'batch') jobs.push(job);
      },
      async [Symbol.asyncDispose]() {},
    },
    stored: {
      check: async (alerts) => ({ stamp: 1_773_482_400_000_000 + gates.length, known: alerts.map(() => false) }),
      mark: async () => undefined,
    },
    claims: () => true,
    onError: () => undefined,
  });
});

const turn = async (): Promise<void> => new Promise(setImmediate);

/** Lets Redis store whatever it is given, until nothing comes any more. */
async function storeAll(): Promise<void> {
  await turn();
  for (let open = 0; open < gates.length; open += 1) {
    gates[open]?.resolve();
    await turn();
  }
}

const podsOf = (job: BatchJob | undefined): (string | undefined)[] => (job?.alerts ?? []).map(({ labels }) => labels['pod']);

describe('webhooks that come in the same moment', () => {
  it('are stored in one job while others are on their way', async () => {
    const accepted = Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))));
    await storeAll();
    expect((await accepted).map(({ queued }) => queued)).toEqual([1, 1, 1, 1, 1]);
    expect(jobs.map(podsOf)).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  });

  it('are told each of its own alerts', async () => {
    const accepted = Promise.all([
      ...['x', 'y'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))),
      intake.accept([alertOf('a'), alertOf('b')], from('one')),
      intake.accept([alertOf('b'), alertOf('c', 'resolved')], from('two')),
    ]);
    await storeAll();
    expect((await accepted).slice(2)).toEqual([
      { received: 2, queued: 2, deduplicated: 0, resolved: 0, ignored: 0 },
      { received: 2, queued: 0, deduplicated: 1, resolved: 1, ignored: 0 },
    ]);
    expect(podsOf(jobs[2])).toEqual(['a', 'b', 'c']);
    expect(jobs[2]?.origin).toBe('one, two');
  });

  it('never share a job where one says that an alert fires and the other that it is resolved, since stamps put them in order', async () => {
    const accepted = Promise.all([
      ...['x', 'y'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))),
      intake.accept([alertOf('a')], from('one')),
      intake.accept([alertOf('a', 'resolved')], from('one')),
    ]);
    await storeAll();
    await accepted;
    expect(jobs.map(podsOf)).toEqual([['x'], ['y'], ['a'], ['a']]);
    expect((jobs[3]?.stamp ?? 0) > (jobs[2]?.stamp ?? 0)).toBe(true);
  });

  it('are as many as hold four hundred alerts', async () => {
    const large = (name: string): Alert[] => Array.from({ length: 150 }, (_, index) => alertOf(`${name}-${index}`));
    const accepted = Promise.all([
      ...['x', 'y'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))),
      ...['a', 'b', 'c'].map(async (name) => intake.accept(large(name), from('one'))),
    ]);
    await storeAll();
    await accepted;
    expect(jobs.map(({ alerts }) => alerts.length)).toEqual([1, 1, 300, 150]);
  });

  it('are all refused where they could not be stored, and the next are taken', async () => {
    const refused = Promise.allSettled(['a', 'b', 'c', 'd'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))));
    await turn();
    gates[0]?.resolve();
    gates[1]?.resolve();
    await turn();
    gates[2]?.reject(new QueueUnavailableError('Redis is not connected'));
    expect((await refused).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    const next = intake.accept([alertOf('e')], from('one'));
    await storeAll();
    expect(await next).toMatchObject({ queued: 1 });
  });
});

describe('a webhook that Redis does not take in time', () => {
  it('is refused, and what still waited behind it is not stored afterwards', async () => {
    const late = Promise.allSettled(['a', 'b', 'c'].map(async (pod) => intake.accept([alertOf(pod)], from('one'))));
    const reasons = (await late).map((one) => (one.status === 'rejected' ? (one.reason as Error).name : ''));
    expect(reasons).toEqual(['QueueUnavailableError', 'QueueUnavailableError', 'QueueUnavailableError']);
    await storeAll();
    expect(jobs.map(podsOf)).toEqual([['a'], ['b']]);
  });
});
