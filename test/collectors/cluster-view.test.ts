import { describe, expect, it } from 'vitest';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import type { ViewAges } from '../../src/collectors/cluster-view.ts';

/** A view over a clock that the test moves, and a read that tells how often it was done. */
function viewed(ages: Partial<ViewAges> = {}) {
  let now = 1_000_000;
  let reads = 0;
  const view = new ClusterView({ maxAgeMs: 5_000, refreshMs: 2_000, failureMs: 1_000, clock: () => now, ...ages });
  return {
    view,
    now: () => now,
    pass: (ms: number) => void (now += ms),
    reads: () => reads,
    read: () => Promise.resolve((reads += 1)),
  };
}

describe('the cluster view', () => {
  it('shares one read between all who ask while it is under way', async () => {
    const { view, read } = viewed();

    const values = await Promise.all(Array.from({ length: 50 }, () => view.share('nodes', read)));

    expect(new Set(values)).toEqual(new Set([1]));
  });

  it('gives the same value until it is too old, and reads again then', async () => {
    const { view, read, pass } = viewed();
    const first = await view.share('nodes', read);
    pass(4_999);
    const second = await view.share('nodes', read);
    pass(1);

    expect([first, second, await view.share('nodes', read)]).toEqual([1, 1, 2]);
  });

  it('reads again for an alert that began after the last read', async () => {
    const { view, read, pass, now } = viewed();
    await view.share('nodes', read);
    pass(2_500);

    expect(await view.share('nodes', read, { since: now() - 100 })).toBe(2);
  });

  it('reads at most once in two seconds, however new the alerts are', async () => {
    const { view, read, pass, now, reads } = viewed();
    for (let passed = 0; passed < 6_000; passed += 10) {
      await view.share('nodes', read, { since: now() });
      pass(10);
    }

    expect(reads()).toBe(3);
  });

  it('gives nothing that was read before an alert ended, however little before', async () => {
    const { view, read, pass, now } = viewed();
    await view.share('nodes', read);
    pass(1);
    const ended = now();

    expect(await view.share('nodes', read, { notBefore: ended })).toBe(2);
    pass(1_000);
    expect(await view.share('nodes', read, { notBefore: ended })).toBe(2);
  });

  it('does not wait with one whose alert ended for a read that was under way before', async () => {
    const { view, read, pass, now } = viewed();
    const { promise: stuck } = Promise.withResolvers<number>();
    void view.share('nodes', () => stuck);
    pass(1);

    expect(await view.share('nodes', read, { notBefore: now() })).toBe(1);
  });

  it('keeps a value for an alert that began before the read', async () => {
    const { view, read, pass, now } = viewed();
    const began = now() - 900_000;
    await view.share('nodes', read);
    pass(4_000);

    expect(await view.share('nodes', read, { since: began })).toBe(1);
  });

  it('uses what took long to read for longer', async () => {
    const { view, read, pass } = viewed();
    const slowly = Promise.withResolvers<number>();
    const first = view.share('pods', () => slowly.promise);
    pass(8_000);
    slowly.resolve(0);
    await first;
    pass(23_000);
    const later = await view.share('pods', read);
    pass(2_000);

    expect([later, await view.share('pods', read)]).toEqual([0, 1]);
  });

  it('shares a failure with those who ask within a second, and tries again after it', async () => {
    const { view, read, pass } = viewed();
    const fails = (): Promise<number> => Promise.reject(new Error('no answer'));
    await expect(view.share('nodes', fails)).rejects.toThrow('no answer');
    await expect(view.share('nodes', read)).rejects.toThrow('no answer');
    pass(1_000);

    expect(await view.share('nodes', read)).toBe(1);
  });

  it('reads anew what an asker wants of the present, and still shares the read under way', async () => {
    const { view, read } = viewed();
    await view.share('pod', read, { anew: true });

    expect(await Promise.all([view.share('pod', read, { anew: true }), view.share('pod', read, { anew: true })])).toEqual([2, 2]);
  });
});

describe('a large read in the cluster view', () => {
  const never = (): Promise<number> => new Promise(() => undefined);

  it('is not waited for longer than the patience, and goes on', async () => {
    const { view } = viewed({ clock: Date.now });
    const slowly = Promise.withResolvers<number>();
    await expect(view.share('pods', () => slowly.promise, { patienceMs: 10, mayDoWithout: true })).rejects.toThrow('still being read');
    slowly.resolve(7);

    expect(await view.share('pods', never, { patienceMs: 10, mayDoWithout: true })).toBe(7);
  });

  it('is not waited for at all by those who come when the patience is over', async () => {
    const { view, pass } = viewed();
    void view.share('pods', never);
    pass(60_000);

    await expect(view.share('pods', never, { patienceMs: 1_000, mayDoWithout: true })).rejects.toThrow(
      'still being read (for 60 s so far)',
    );
  });

  it('leaves the value before in use while it is read again for longer than the patience', async () => {
    const { view, read, pass } = viewed();
    await view.share('pods', read);
    pass(10_000);
    void view.share('pods', never);
    pass(1_000);

    expect(await view.share('pods', never, { patienceMs: 1_000 })).toBe(1);
  });

  it('is waited for by those who cannot do without, where there is no value before', async () => {
    const { view, pass } = viewed();
    const slowly = Promise.withResolvers<number>();
    const waiting = view.share('nodes', () => slowly.promise, { patienceMs: 1_000 });
    pass(60_000);
    slowly.resolve(5);

    expect(await waiting).toBe(5);
  });

  it('lets go of what took long to read once nobody may use it any more', async () => {
    const { view, read, pass } = viewed();
    for (let pod = 0; pod < 20; pod += 1) {
      const slowly = Promise.withResolvers<object>();
      const reading = view.share(`pod ${pod}`, () => slowly.promise);
      pass(3_000);
      slowly.resolve({ pod });
      await reading;
    }
    pass(301_000);
    await view.share('nodes', read);

    expect(view.size).toBe(1);
  });

  it('leaves a value that is minutes old in use no longer', async () => {
    const { view, read, pass } = viewed();
    await view.share('pods', read);
    pass(10_000);
    void view.share('pods', never);
    pass(300_000);

    await expect(view.share('pods', never, { patienceMs: 1_000, mayDoWithout: true })).rejects.toThrow('still being read');
  });
});
