import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A real redis-server on a free loopback port, append-only with fsync at every write, its files in a temporary folder. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Process id of the server; undefined while it is stopped. */
  readonly pid: number | undefined;
  /** Ends it in an orderly way and keeps its files. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL and keeps its files. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files. */
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Starts a redis-server; `settings` are further lines of its configuration as arguments, e.g. `['--appendfsync', 'no']`. */
export async function startRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  return startRedisAt(port, settings);
}

/** Like `startRedis`, on a port that the caller chose: for tests in which Redis is away at first. */
export async function startRedisAt(port: number, settings: readonly string[] = []): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'podnet-redis-'));
  const fixed = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes'];
  const args = [...fixed, '--appendfsync', 'always', '--loglevel', 'warning', ...settings];
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = spawn('redis-server', args, { stdio: 'ignore' });
    await answering(port, child);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  };
  const close = async (): Promise<void> => {
    await end('SIGTERM');
    await rm(dir, { recursive: true, force: true });
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid;
    },
    stop: async () => end('SIGTERM'),
    kill: async () => end('SIGKILL'),
    start,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with status ${child.exitCode}`);
    if ((await ping(port)).startsWith('+PONG')) return;
    await delay(20);
  }
  throw new Error(`redis-server did not answer on port ${port}`);
}

/** The first answer to PING; empty where nobody listens. While the append-only file loads it is `-LOADING`. */
async function ping(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.setTimeout(500, () => socket.destroy());
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  });
}
