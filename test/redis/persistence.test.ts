import { afterEach, expect, test } from 'vitest';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { persistenceWarning } from '../../src/redis/persistence.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis | undefined;
let client: RedisClient | undefined;

afterEach(async () => {
  if (client !== undefined) await closeRedis(client);
  await server?.close();
});

async function warningOf(...settings: string[]): Promise<string | null> {
  server = await startRedis(settings);
  client = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  return persistenceWarning(client);
}

test('a Redis that syncs each write to its append-only file is trusted', async () => {
  expect(await warningOf()).toBeNull();
});

test('one without an append-only file is named with its cure', async () => {
  expect(await warningOf('--appendonly', 'no')).toMatch(/writes no append-only file.*set appendonly yes/);
});

test('one that syncs once a second is named with what that loses', async () => {
  expect(await warningOf('--appendfsync', 'everysec')).toMatch(/once a second \(appendfsync everysec\).*power cut.*set appendfsync always/);
});

test('one that drops keys is named', async () => {
  expect(await warningOf('--maxmemory-policy', 'allkeys-lru')).toMatch(/maxmemory-policy allkeys-lru.*noeviction/);
});

test('several faults are one sentence', async () => {
  const warning = await warningOf('--appendonly', 'no', '--maxmemory-policy', 'volatile-ttl');
  expect(warning).toMatch(/append-only file.*drops keys/);
  expect(warning?.split('\n')).toHaveLength(1);
});

test('a managed Redis that forbids CONFIG is judged by INFO', async () => {
  expect(await warningOf('--rename-command', 'CONFIG', '', '--appendonly', 'no')).toMatch(/writes no append-only file/);
});

test('a managed Redis that forbids CONFIG and writes its file is trusted', async () => {
  expect(await warningOf('--rename-command', 'CONFIG', '')).toBeNull();
});
