import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeRedis, connectRedis, isReady, type RedisClient } from '../../src/redis/connection.ts';
import { EmbeddedRedisError, startEmbeddedRedis } from '../../src/redis/embedded.ts';
import { persistenceWarning } from '../../src/redis/persistence.ts';
import { eventually } from '../support/eventually.ts';

let dir = '';
let open: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podnet-embedded-'));
});
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<Awaited<ReturnType<typeof startEmbeddedRedis>>> {
  const embedded = await startEmbeddedRedis(dir);
  open.push(async () => embedded[Symbol.asyncDispose]());
  return embedded;
}

function clientOf(url: string): RedisClient {
  const client = connectRedis(url, { patience: 'patient', onError: () => undefined });
  open.push(async () => closeRedis(client));
  return client;
}

test('it loses nothing that was acknowledged, and only its user reaches it', async () => {
  const { url } = await start();
  expect(await persistenceWarning(clientOf(url))).toBeNull();
  expect((await stat(url.replace('unix://', ''))).mode & 0o077).toBe(0);
});

test('what it holds is there at the next start', async () => {
  const first = await startEmbeddedRedis(dir);
  const client = connectRedis(first.url, { patience: 'patient', onError: () => undefined });
  await client.set('alert', 'stored');
  await closeRedis(client);
  await first[Symbol.asyncDispose]();
  expect(await clientOf((await start()).url).get('alert')).toBe('stored');
});

test('it is started again when something kills it', async () => {
  const embedded = await start();
  const client = clientOf(embedded.url);
  await client.set('alert', 'stored');
  const before = embedded.pid();
  process.kill(before, 'SIGKILL');
  await eventually(() => embedded.pid() !== before && isReady(client));
  expect(await client.get('alert')).toBe('stored');
});

test('it ends when it is closed', async () => {
  const embedded = await startEmbeddedRedis(dir);
  const pid = embedded.pid();
  await embedded[Symbol.asyncDispose]();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('two processes never share one folder', async () => {
  await start();
  await expect(startEmbeddedRedis(dir)).rejects.toThrow(EmbeddedRedisError);
});

test('a server that a killed process left behind is replaced', async () => {
  const left = spawn('redis-server', ['--port', '0', '--unixsocket', join(dir, 's'), '--dir', dir, '--appendonly', 'yes'], {
    stdio: 'ignore',
  });
  await once(left, 'spawn');
  const ended = once(left, 'exit');
  const nobody = spawn('true');
  await once(nobody, 'exit');
  await writeFile(join(dir, 'redis-server.pid'), `${left.pid} ${nobody.pid}\n`);
  const embedded = await start();
  await ended;
  expect(await clientOf(embedded.url).ping()).toBe('PONG');
});

test('without the program it says what to install', async () => {
  await expect(startEmbeddedRedis(dir, 'no-such-redis-server')).rejects.toThrow(/apt-get install redis-server.*dnf.*brew/);
});

test('a folder that cannot be made is named', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(startEmbeddedRedis(join(dir, 'file', 'data'))).rejects.toThrow(/DATA_DIR .*file\/data cannot be created/);
});
