import { expect, test } from 'vitest';
import { annotationRounds } from '../../src/workers/annotation-rounds.ts';

/** Rounds on a queue that only writes down which jobs were asked for. */
function rounds() {
  const ids: string[] = [];
  const queue = {
    add: async (_name: string, _job: unknown, { jobId }: { jobId?: string }) => void ids.push(jobId ?? ''),
    upsertJobScheduler: async () => undefined,
  };
  return { ids, rounds: annotationRounds(queue as unknown as Parameters<typeof annotationRounds>[0]) };
}

const slotOf = (id: string | undefined): number => Number(id?.replace('round-', ''));
const inAnHour = Math.ceil(Date.now() / 10_000) * 10_000 + 3_600_000;

test('a hundred wishes for one moment are one round', async () => {
  const { ids, rounds: own } = rounds();
  await Promise.all(Array.from({ length: 100 }, async () => own.at(inAnHour + 10)));
  expect(ids).toHaveLength(1);
});

test('a round comes after the time that it is for', async () => {
  const { ids, rounds: own } = rounds();
  await own.at(inAnHour);
  expect(slotOf(ids[0])).toBeGreaterThan(inAnHour);
});

test('the longer a round takes, the further apart are the next ones', async () => {
  const after = async (ms: number): Promise<number> => {
    const { ids, rounds: own } = rounds();
    own.took(ms);
    for (let time = inAnHour; time < inAnHour + 4_000; time += 50) await own.at(time);
    return ids.length;
  };
  expect([await after(5), await after(50), await after(100), await after(3_000)]).toEqual([16, 8, 4, 2]);
});

test('two processes that see Alertmanager differently share the slots that both have', async () => {
  const [quick, slow] = [rounds(), rounds()];
  slow.rounds.took(200);
  for (let time = inAnHour; time < inAnHour + 4_000; time += 50) {
    await quick.rounds.at(time);
    await slow.rounds.at(time);
  }
  expect(quick.ids).toEqual(expect.arrayContaining(slow.ids));
});
