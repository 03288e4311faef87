import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDeliveryPace } from '../../src/store/delivery-pace.ts';
import type { DeliveryPace } from '../../src/store/delivery-pace.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
let pace: DeliveryPace;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});

afterAll(async () => {
  redis.disconnect();
  await server.close();
});

beforeEach(async () => {
  await redis.flushall();
  pace = openDeliveryPace(redis, { everyMs: 300 });
});

const comes = async (holder: string): Promise<true> =>
  eventually(async () => ((await pace.turn('C1', holder)) === 0 ? (true as const) : false));

describe('the pace of a channel', () => {
  it('lets the first through at once and gives the next ones turns one behind the other', async () => {
    expect(await pace.turn('C1', 'a')).toBe(0);

    const b = await pace.turn('C1', 'b');
    const c = await pace.turn('C1', 'c');

    expect(b).toBeGreaterThan(200);
    expect(c - b).toBeGreaterThan(250);
    expect(c - b).toBeLessThanOrEqual(300);
  });

  it('keeps channels apart', async () => {
    await pace.turn('C1', 'a');

    expect(await pace.turn('C2', 'b')).toBe(0);
  });

  it('keeps a turn for whoever asks again', async () => {
    await pace.turn('C1', 'a');
    const first = await pace.turn('C1', 'b');
    await pace.turn('C1', 'c');

    expect(await pace.turn('C1', 'b')).toBeLessThanOrEqual(first);
  });

  it('lets nobody pass one whose turn came before', async () => {
    await pace.turn('C1', 'a');
    await pace.turn('C1', 'b');
    const wait = await pace.turn('C1', 'c');
    await new Promise((resolve) => setTimeout(resolve, wait + 50));

    expect(await pace.turn('C1', 'c')).toBeGreaterThan(0);
    expect(await pace.turn('C1', 'b')).toBe(0);
  });

  it('never lets two through nearer to each other than it should', async () => {
    await pace.turn('C1', 'a');
    await pace.turn('C1', 'b');
    await pace.turn('C1', 'c');
    await comes('b');
    const at = Date.now();

    await comes('c');

    expect(Date.now() - at).toBeGreaterThanOrEqual(290);
  });

  it('puts everybody off while the channel is held, the one that was turned away first', async () => {
    await pace.turn('C1', 'a');
    await pace.turn('C1', 'b');

    await pace.hold('C1', { holder: 'a', ms: 1000 });
    const b = await pace.turn('C1', 'b');
    const a = await pace.turn('C1', 'a');

    expect(a).toBeGreaterThan(900);
    expect(b - a).toBeGreaterThan(250);
  });
});
