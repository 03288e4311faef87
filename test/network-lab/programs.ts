import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Namespace } from './namespaces.ts';

/** A Node program inside a network namespace, spoken with in lines. Disposing of it ends it. */
export interface Program extends AsyncDisposable {
  /** Sends a line and waits for the next that it prints. */
  ask(line: string): Promise<string>;
}

/** Starts a file of the project in a namespace, as soon as it has printed a line that `ready` accepts. */
export async function startIn(
  namespace: Namespace,
  words: readonly string[],
  { variables = {}, ready }: { variables?: Readonly<Record<string, string>>; ready: (line: string) => boolean },
): Promise<Program> {
  const [file = '', ...rest] = words;
  const [enter = '', ...into] = namespace.enter;
  const child = spawn(enter, [...into, process.execPath, join(import.meta.dirname, '../..', file), ...rest], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close');
  // Where a test is broken off, nobody disposes of anything.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${file} ended: ${errors}`);
    return value;
  };
  for (let line = await next(); !ready(line); line = await next());
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return next();
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) kill();
      await ended;
    },
  };
}
