import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchedAlert } from '../../src/store/annotation-store.ts';
import { isOver, nextLook, wantedNow } from '../../src/workers/annotation-schedule.ts';

const seenAt = 1_000_000_000_500;
const ours = { triage_status: 'done' };
const pending = { triage_status: 'pending' };

function watched(changes: Partial<WatchedAlert> = {}): WatchedAlert {
  return {
    fingerprint: '798e7d059db24feb',
    labels: { alertname: 'KubePodNotReady' },
    wanted: ours,
    pending,
    pendingFrom: seenAt + 3_000,
    closeUntil: seenAt + 32_000,
    seenAt,
    absentSince: null,
    listed: true,
    ...changes,
  };
}

describe('the next look', () => {
  it('is at most two seconds away until the first page is out, and at most ten afterwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (afterMs) => {
        const now = seenAt + afterMs;
        const waitMs = nextLook(watched(), now) - now;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(afterMs < 32_000 ? 2_000 : 10_000);
      }),
    );
  });

  it('is the same for alerts that came at different times, so that they share a round', () => {
    const now = seenAt + 60_000;

    expect(nextLook(watched({ closeUntil: seenAt + 1_000 }), now)).toBe(nextLook(watched({ closeUntil: seenAt + 17_300 }), now + 700));
  });

  it('is not missed by an alert whose diagnosis becomes late in between', () => {
    const alert = watched({ wanted: null, pendingFrom: seenAt + 600 });

    expect(nextLook(alert, seenAt)).toBe(seenAt + 600);
  });
});

describe('what is wanted', () => {
  it('is nothing at first, "pending" when the diagnosis is late, and the diagnosis once it is there', () => {
    expect(wantedNow(watched({ wanted: null }), seenAt + 2_999)).toBeNull();
    expect(wantedNow(watched({ wanted: null }), seenAt + 3_000)).toBe(pending);
    expect(wantedNow(watched(), seenAt)).toBe(ours);
  });
});

describe('an alert that nobody lists', () => {
  it.each([
    { which: 'still watched when every replica says so for the first time', since: null, answered: 'all', afterMs: 151_000, over: false },
    { which: 'still watched within the time in which Prometheus sends again', since: 0, answered: 'all', afterMs: 120_000, over: false },
    { which: 'over when every replica says so for longer', since: 0, answered: 'all', afterMs: 151_000, over: true },
    { which: 'still watched while one replica is silent', since: null, answered: 'some', afterMs: 151_000, over: false },
    { which: 'over when that one stays silent', since: null, answered: 'some', afterMs: 3_601_000, over: true },
    { which: 'still watched while no replica answers', since: null, answered: 'none', afterMs: 36_000_000, over: false },
  ] as const)('is $which', ({ since, answered, afterMs, over }) => {
    const alert = watched({ absentSince: since === null ? null : seenAt + since });
    expect(isOver(alert, answered, seenAt + afterMs)).toBe(over);
  });
});
