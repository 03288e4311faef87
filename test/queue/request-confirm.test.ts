import { expect, test } from 'vitest';
import { createConfirmRequest } from '../../src/queue/request-confirm.ts';

/** Requests on a queue in which so many triages wait; gives the triages whose proof was handed on. */
function requests(waiting: number) {
  const asked: string[] = [];
  const queue = {
    add: async (_name: string, job: { triage: string }) => void asked.push(job.triage),
    getJobCountByTypes: async () => waiting,
  };
  return { asked, request: createConfirmRequest(queue as unknown as Parameters<typeof createConfirmRequest>[0]) };
}

test('a proof is held against what waits when much does', async () => {
  const { asked, request } = requests(200);
  await request({ triage: 't1', incident: 'i1' });
  expect(asked).toEqual(['t1']);
});

test('a proof is kept to itself while few triages wait', async () => {
  const { asked, request } = requests(5);
  await request({ triage: 't1', incident: 'i1' });
  expect(asked).toEqual([]);
});

test('of one incident a second proof is not asked for at once, of another one it is', async () => {
  const { asked, request } = requests(200);
  await request({ triage: 't1', incident: 'i1' });
  await request({ triage: 't2', incident: 'i1' });
  await request({ triage: 't3', incident: 'i2' });
  expect(asked).toEqual(['t1', 't3']);
});
