import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** A server program that runs until it is stopped. */
export interface ServerProcess {
  readonly pid: number;
  /** What it wrote so far. */
  output(): string;
  /** Ends it by its process id and waits for the end. */
  stop(): Promise<void>;
}

/** Starts a program and waits until `readyUrl` answers 200. */
export async function startServer(command: string, args: readonly string[], readyUrl: string): Promise<ServerProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  await Promise.race([failed, answering(readyUrl, () => (child.exitCode === null ? null : output))]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  failed.catch(() => undefined);
  return { pid: child.pid ?? 0, output: () => output, stop };
}

async function answering(url: string, endedWith: () => string | null): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const output = endedWith();
    if (output !== null) throw new Error(`the server ended before ${url} answered:\n${output}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true) return;
    await delay(25);
  }
  throw new Error(`${url} did not answer within 30 s`);
}
