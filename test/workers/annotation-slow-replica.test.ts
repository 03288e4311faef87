import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { type ReplicaHealth, createReplicaHealth } from '../../src/sinks/alertmanager/replica-health.ts';
import type { ListedAlert, PostableAlert, Replica } from '../../src/sinks/alertmanager/replica.ts';
import { type AnnotationStore, openAnnotationStore } from '../../src/store/annotation-store.ts';
import { runRound } from '../../src/workers/annotation-round.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const labels = { alertname: 'KubePodNotReady', pod: 'a' };
const bare: ListedAlert = { fingerprint: 'f', labels, annotations: {}, startsAt: '', endsAt: '', generatorURL: '' };

let server: TestRedis;
let redis: RedisClient;
let store: AnnotationStore;
let health: ReplicaHealth;

beforeEach(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  store = openAnnotationStore(redis);
  health = createReplicaHealth(() => undefined);
  const now = Date.now();
  const sighting = { fingerprint: 'f', labels, pending: {}, pendingFrom: now, closeUntil: now + 60_000, seenAt: now };
  await store.want(sighting, { triage_status: 'done' });
});
afterEach(async () => {
  await closeRedis(redis);
  await server.close();
});

/** An Alertmanager whose source overwrites the annotations after each look, and what it was posted. */
function replica(name: string, answer: () => Promise<void>): Replica & { readonly posts: PostableAlert[]; asked: number } {
  const unused = async (): Promise<never> => Promise.reject(new Error('not asked for here'));
  const posts: PostableAlert[] = [];
  const asking = {
    name,
    posts,
    asked: 0,
    async alerts() {
      asking.asked += 1;
      await answer();
      return [bare];
    },
    post: async (alerts: readonly PostableAlert[]) => void posts.push(...alerts),
    status: unused,
    close: async () => undefined,
  };
  return asking;
}

/** One round over everything that is watched, as of a minute from now. */
async function round(replicas: readonly Replica[]): Promise<void> {
  const now = (): number => Date.now() + 60_000;
  await runRound({ store, replicas: { current: async () => replicas }, health, onPosted: () => undefined, now });
  const watched = await store.all();
  await store.settle(watched.map(({ fingerprint }) => ({ fingerprint, nextAt: 0, seenAt: null, absentSince: null })));
}

test('a replica that hangs holds up no look at the others, and brings its own annotations once it answers', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const hanging = replica('hanging', async () => answered);
  const prompt = replica('prompt', async () => undefined);

  for (const _look of [1, 2, 3]) await round([hanging, prompt]);
  expect([prompt.posts.length, hanging.asked]).toEqual([3, 1]);

  answer();
  await expect.poll(() => hanging.posts.length).toBe(1);
  await round([hanging, prompt]);
  expect(hanging.posts).toHaveLength(2);
});

test('a replica that failed is not waited for when it is asked again, and is once it has answered', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const returning = replica('returning', async () => answered);
  const clock = { now: Date.now() };
  health = createReplicaHealth(
    () => undefined,
    () => clock.now,
  );
  health.failed('returning', new Error('connection refused'));

  await round([returning]);
  expect(returning.asked).toBe(0);

  clock.now += 10_000;
  await round([returning]);
  await round([returning]);
  expect([returning.asked, health.isUp('returning')]).toEqual([1, false]);

  answer();
  await expect.poll(() => health.isUp('returning')).toBe(true);
});

test('a round has seen to another one before it asks anybody, should it die on the way', async () => {
  const asked: string[] = [];
  const asking = replica('asking', async () => void asked.push('replica'));

  await runRound({
    store,
    replicas: { current: async () => [asking] },
    health,
    onPosted: () => undefined,
    onClaimed: async (leaseUntil) => void asked.push(leaseUntil > Date.now() ? 'another round' : 'a round too early'),
  });

  expect(asked).toEqual(['another round', 'replica']);
});
