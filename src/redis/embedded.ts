import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A private redis-server of this process. */
export interface EmbeddedRedis extends AsyncDisposable {
  /** `unix:///…`: only this machine's user can reach it. */
  readonly url: string;
  /** Process id of the server; another one after it was started again. */
  pid(): number;
}

/** The embedded Redis cannot run; the message is for people and says what to do. */
export class EmbeddedRedisError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedRedisError';
  }
}

const missingProgram =
  'REDIS_URL is not set and the program redis-server is not installed: set REDIS_URL, or install it with ' +
  '"apt-get install redis-server", "dnf install redis" or "brew install redis"';

/**
 * Starts a redis-server with its files under `dataDir`: append-only, synced at every write, on a Unix socket. One that a process
 * left behind when it was killed is stopped first. Throws an EmbeddedRedisError.
 */
export async function startEmbeddedRedis(dataDir: string, program = 'redis-server'): Promise<EmbeddedRedis> {
  const dir = resolve(dataDir);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new EmbeddedRedisError(`DATA_DIR ${dir} cannot be created: ${error instanceof Error ? error.message : String(error)}`);
  });
  const pidFile = join(dir, 'redis-server.pid');
  await stopLeftBehind(pidFile, dir);
  const socketDir = await mkdtemp(join(tmpdir(), 'podnet-redis-'));
  const socket = join(socketDir, 'redis.sock');
  const start = async (): Promise<ChildProcess> => {
    const started = await launch(program, [...settings(dir), '--unixsocket', socket]);
    await writeFile(pidFile, `${started.pid} ${process.pid}\n`);
    return started;
  };
  const first = await start().catch(async (error: unknown) => {
    await rm(socketDir, { recursive: true, force: true });
    throw error;
  });
  const server = supervise(first, start);
  const close = async (): Promise<void> => {
    await server.end();
    await rm(pidFile, { force: true });
    await rm(socketDir, { recursive: true, force: true });
  };
  try {
    await answering(socket, server.child());
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `unix://${socket}`, pid: () => server.child().pid ?? 0, [Symbol.asyncDispose]: close };
}

/** Starts the server again, on the same files, when it ends unasked: the kernel may kill it for want of memory. */
function supervise(first: ChildProcess, start: () => Promise<ChildProcess>): { child(): ChildProcess; end(): Promise<void> } {
  let child = first;
  let asked = false;
  let restart = Promise.resolve();
  const watch = (): void => {
    child.once('exit', (status) => {
      // A server that cannot even load its files would end again and again.
      if (asked || (status !== null && status !== 0)) return;
      restart = start().then((next) => {
        child = next;
        watch();
      });
    });
  };
  watch();
  return {
    child: () => child,
    async end() {
      asked = true;
      await restart;
      await end(child);
    },
  };
}

/** No TCP port, so that nobody else on the machine can reach it and no port can clash. */
function settings(dir: string): string[] {
  const files = ['--dir', dir, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
  return ['--port', '0', '--unixsocketperm', '700', '--loglevel', 'warning', ...files];
}

async function launch(program: string, args: readonly string[]): Promise<ChildProcess> {
  // A process group of its own: Ctrl-C must reach us first, and Redis only when we are done with it.
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new EmbeddedRedisError(missingProgram, { cause: error });
  }
  return child;
}

async function answering(socket: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-500)));
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new EmbeddedRedisError(`redis-server ended at once (status ${child.exitCode}): ${said.trim() || 'it said nothing'}`);
    if ((await ping(socket)) === '+PONG') return;
    await delay(20);
  }
  throw new EmbeddedRedisError('redis-server did not answer within 30 s');
}

/** The first word that the server answers; empty where nobody listens yet. While it loads its file it is `-LOADING`. */
async function ping(socketPath: string): Promise<string> {
  const socket = connect(socketPath);
  return new Promise((done) => {
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      done(data.toString().split(/\s/)[0] ?? '');
      socket.destroy();
    });
    socket.once('error', () => done(''));
    socket.once('close', () => done(''));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Two servers must never write one append-only file. */
async function stopLeftBehind(pidFile: string, dir: string): Promise<void> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const [server = 0, owner = 0] = text.trim().split(' ').map(Number);
  if (server === 0 || !isRunning(server) || !(await isRedisServer(server))) return;
  if (owner !== process.pid && isRunning(owner))
    throw new EmbeddedRedisError(`another podnet-triage (process ${owner}) uses DATA_DIR ${dir}: stop it, or set another DATA_DIR`);
  if (owner === process.pid) throw new EmbeddedRedisError(`this process runs a Redis in DATA_DIR ${dir} already`);
  process.kill(server, 'SIGTERM');
  for (let waited = 0; isRunning(server); waited += 50) {
    if (waited > 10_000) throw new EmbeddedRedisError(`redis-server ${server}, left behind in ${dir}, does not end: stop it by hand`);
    await delay(50);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process id may have gone to another program since. Where /proc does not exist, the pid file is believed. */
async function isRedisServer(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'redis-server');
  return command.startsWith('redis-server') || command.startsWith('redis');
}
