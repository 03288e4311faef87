import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupCommit } from '../../src/queue/group-commit.ts';

const never = new AbortController().signal;

/** Commits that end when they are told to. */
function stage({ groupsAtOnce = 1, most = 100 } = {}) {
  const groups: { readonly of: readonly number[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const add = groupCommit({
    commit: async (of: readonly number[]) => {
      const end = Promise.withResolvers<void>();
      groups.push({ of, end });
      await end.promise;
      return of.map((one) => one * 10);
    },
    together: (waiting) => Math.min(waiting.length, most),
    groupsAtOnce,
  });
  return { add, groups };
}

describe('a commit in groups', () => {
  it('begins at once with the first entry', () => {
    const { add, groups } = stage();
    void add(1, never);
    expect(groups.map(({ of }) => of)).toEqual([[1]]);
  });

  it('takes together what came while another was under way, and gives each its own result', async () => {
    const { add, groups } = stage();
    const results = [1, 2, 3].map(async (one) => add(one, never));
    groups[0]?.end.resolve();
    await results[0];
    groups[1]?.end.resolve();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
    expect(groups.map(({ of }) => of)).toEqual([[1], [2, 3]]);
  });

  it('fails for all of a group, and for nobody else', async () => {
    const { add, groups } = stage();
    const results = [1, 2, 3].map(async (one) => add(one, never));
    groups[0]?.end.resolve();
    await results[0];
    groups[1]?.end.reject(new Error('away'));
    expect(await Promise.allSettled(results.slice(1))).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    const after = add(4, never);
    groups[2]?.end.resolve();
    expect(await after).toBe(40);
  });

  it('leaves out what was withdrawn while it waited', async () => {
    const { add, groups } = stage();
    const [first, withdrawn] = [add(1, never), new AbortController()];
    const second = add(2, withdrawn.signal);
    const third = add(3, never);
    withdrawn.abort(new Error('too late'));
    await expect(second).rejects.toThrow('too late');
    groups[0]?.end.resolve();
    await first;
    groups[1]?.end.resolve();
    expect([await third, groups.map(({ of }) => of)]).toEqual([30, [[1], [3]]]);
  });

  it('commits every entry exactly once, in their order, whatever may go together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.nat({ max: 20 }),
        async (groupsAtOnce, most, count) => {
          const { add, groups } = stage({ groupsAtOnce, most });
          const entries = Array.from({ length: count }, (_, one) => one);
          const results = Promise.all(entries.map(async (one) => add(one, never)));
          for (let ended = 0; ended < groups.length; ended += 1) {
            expect(groups.length - ended).toBeLessThanOrEqual(groupsAtOnce);
            groups[ended]?.end.resolve();
            await new Promise(setImmediate);
          }
          expect(await results).toEqual(entries.map((one) => one * 10));
          expect(groups.flatMap(({ of }) => of)).toEqual(entries);
        },
      ),
    );
  });
});
