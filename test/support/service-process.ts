import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** A command of the product in a process of its own. */
export interface CommandProcess extends AsyncDisposable {
  readonly pid: number;
  output(): string;
  /** Exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** `podnet-triage serve`, as soon as it listens. */
export interface ServiceProcess extends CommandProcess {
  readonly url: string;
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
}

type Variables = Readonly<Record<string, string>>;

/** Starts a command with these variables and nothing else of the environment but PATH. */
export function startCommand(args: readonly string[], variables: Variables = {}): CommandProcess {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...variables };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts `serve` on a free loopback port. */
export async function startService(variables: Variables, role = 'all'): Promise<ServiceProcess> {
  const command = startCommand(['serve', '--role', role], { LISTEN: '127.0.0.1:0', ...variables });
  const lines = (): Record<string, unknown>[] => {
    const text = command.output().split('\n');
    return text.filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const url = await eventually(() => {
    const found = lines().find(({ msg }) => msg === 'ready to serve');
    return found === undefined ? undefined : (found['url'] as string);
  }, 30_000).catch(async (error: unknown) => {
    await command[Symbol.asyncDispose]();
    throw new Error(`the service did not start:\n${command.output()}`, { cause: error });
  });
  return { ...command, url, log: lines };
}

/** A kubeconfig for an API server on loopback, in a folder that is removed at the end. */
export async function writeKubeconfig(server: string): Promise<AsyncDisposable & { readonly path: string; readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'podnet-service-'));
  const path = join(directory, 'kubeconfig');
  const config = {
    clusters: [{ name: 'recorded', cluster: { server } }],
    users: [{ name: 'reader', user: {} }],
    contexts: [{ name: 'recorded', context: { cluster: 'recorded', user: 'reader' } }],
    'current-context': 'recorded',
  };
  await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...config }));
  return { path, directory, [Symbol.asyncDispose]: async () => rm(directory, { recursive: true, force: true }) };
}
