import { expect, test } from 'vitest';
import { createAnnotationRounds } from '../../src/workers/annotation-rounds.ts';

/** Rounds on a queue that only writes down which jobs were asked for. */
function rounds() {
  const ids: string[] = [];
  const queue = {
    add: async (_name: string, _job: unknown, { jobId }: { jobId?: string }) => void ids.push(jobId ?? ''),
    upsertJobScheduler: async () => undefined,
  };
  return { ids, rounds: createAnnotationRounds(queue as unknown as Parameters<typeof createAnnotationRounds>[0]) };
}

const slotOf = (id: string | undefined): number => Number(id?.replace('round-', ''));
const inAnHour = Math.ceil(Date.now() / 10_000) * 10_000 + 3_600_000;

test('a hundred wishes for one moment are one round', async () => {
  const { ids, rounds: own } = rounds();
  await Promise.all(Array.from({ length: 100 }, async () => own.at(inAnHour + 10)));
  expect(ids).toHaveLength(1);
});

test('a round comes when its time has come, not before', async () => {
  const { ids, rounds: own } = rounds();
  for (const time of [inAnHour, inAnHour + 1]) await own.at(time);
  expect(slotOf(ids[0])).toBe(inAnHour);
  expect(slotOf(ids[1])).toBeGreaterThan(inAnHour);
});

test('looks that are two seconds apart stay so however long a round takes', async () => {
  const { ids, rounds: own } = rounds();
  own.took(3_000);
  for (const time of [0, 2_000, 4_000]) await own.at(inAnHour + time);
  expect(ids.map(slotOf)).toEqual([inAnHour, inAnHour + 2_000, inAnHour + 4_000]);
});

test('a wish for now gets a round that has not run yet', async () => {
  const { ids, rounds: own } = rounds();
  await own.at(Date.now());
  const begun = Date.now();
  await own.at(begun);
  expect(slotOf(ids[1])).toBeGreaterThan(begun);
});

test('the longer a round takes, the further apart are the next ones', async () => {
  const after = async (ms: number): Promise<number> => {
    const { ids, rounds: own } = rounds();
    own.took(ms);
    for (let time = inAnHour + 50; time <= inAnHour + 4_000; time += 50) await own.at(time);
    return ids.length;
  };
  expect([await after(5), await after(300), await after(600), await after(3_000)]).toEqual([16, 8, 4, 2]);
});

test('two processes that see Alertmanager differently share the slots that both have', async () => {
  const [quick, slow] = [rounds(), rounds()];
  slow.rounds.took(600);
  for (let time = inAnHour; time < inAnHour + 4_000; time += 50) {
    await quick.rounds.at(time);
    await slow.rounds.at(time);
  }
  expect(quick.ids).toEqual(expect.arrayContaining(slow.ids));
});
