import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualPriority, triagePriority } from '../../src/queue/priority.ts';

const wait = 30_000;
// The seam of twelve days lies far from here.
const now = Date.parse('2026-03-14T10:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

test('the alert whose page goes out sooner comes first', () => {
  expect(triagePriority(ago(25), wait, now)).toBeLessThan(triagePriority(ago(5), wait, now));
});

test('an alert that waits in the queue passes one that came later, though both were as urgent when they came', () => {
  expect(triagePriority(ago(0), wait, now)).toBeLessThan(triagePriority(new Date(now + 10_000).toISOString(), wait, now + 10_000));
});

test('an alert whose page went out already comes after those that can still be helped', () => {
  expect(triagePriority(ago(31), wait, now)).toBeGreaterThan(triagePriority(ago(0), wait, now));
});

test('what somebody asks for comes before everything', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.integer({ min: -86_400, max: 86_400 * 30 }), (at, secondsAgo) => {
      const priority = triagePriority(new Date(at - secondsAgo * 1000).toISOString(), wait, at);
      expect(priority).toBeGreaterThan(manualPriority);
      expect(priority).toBeLessThanOrEqual(2_097_151);
    }),
  );
});

test.each([null, 'yesterday'])('an alert that says %s of its start counts as starting now', (startsAt) => {
  expect(triagePriority(startsAt, wait, now)).toBe(triagePriority(ago(0), wait, now));
});
