import { expect, test } from 'vitest';
import type { Entry } from '../../src/proxy/diagnoses.ts';
import { startFeed } from '../../src/proxy/feed.ts';
import type { WatchedAlert } from '../../src/store/annotation-store.ts';
import { eventually } from '../support/eventually.ts';

const alert = {
  fingerprint: 'f',
  labels: { pod: 'a' },
  wanted: null,
  pending: null,
  pendingFrom: 0,
  closeUntil: 0,
  seenAt: 0,
  absentSince: null,
  listed: true,
} satisfies WatchedAlert;

/** A book that counts how often it is read. */
function book() {
  const state = { revision: 1, alerts: [alert] as WatchedAlert[], reads: 0, away: false };
  const answer = <T>(value: T): T => {
    if (state.away) throw new Error('Redis is away');
    return value;
  };
  const store = {
    revision: async () => answer(state.revision),
    async all() {
      state.reads += 1;
      return answer([...state.alerts]);
    },
  };
  const errors: unknown[] = [];
  let known: readonly Entry[] | null = null;
  const options = {
    store,
    diagnoses: { replace: (entries: readonly Entry[]) => void (known = entries) },
    onError: (error: unknown) => errors.push(error),
    everyMs: 5,
  };
  return { state, errors, options, known: () => known };
}

test('the book is known as soon as the feed has started', async () => {
  const { options, known } = book();
  await using _feed = await startFeed(options);
  expect(known()).toEqual([alert]);
});

test('the book is read again when its revision changes, and only then', async () => {
  const { state, options, known } = book();
  await using _feed = await startFeed(options);
  state.alerts = [];
  state.revision += 1;
  await eventually(() => known()?.length === 0);
  expect(state.reads).toBe(2);
});

test('what is known stays while the book cannot be read, and is brought up to date afterwards', async () => {
  const { state, errors, options, known } = book();
  await using _feed = await startFeed(options);
  state.away = true;
  await eventually(() => errors.length > 0);
  expect(known()).toEqual([alert]);
  state.alerts = [];
  state.away = false;
  await eventually(() => known()?.length === 0);
});

test('a book that cannot be read at first keeps nobody from starting', async () => {
  const { state, errors, options, known } = book();
  state.away = true;
  await using _feed = await startFeed(options);
  expect([errors.length, known()]).toEqual([1, null]);
});
