import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ClusterReader } from '../cluster/reader.ts';

/** What a command touches of the world; tests give another. */
export interface World {
  openSnapshot(
    directory: string,
  ): Promise<ClusterReader & { readonly problems?: readonly { readonly file: string; readonly why: string }[] }>;
  connectCluster(options: { context: string | undefined }): Promise<ClusterReader>;
  /** The content of a file; `-` is the standard input. */
  readText(file: string): Promise<string>;
  /** Writes one or more lines to the standard output. */
  write(lines: string): void;
  /** Writes one line to the standard error output. */
  warn(line: string): void;
  setExitStatus(status: number): void;
  /** Whether the standard output is a terminal, and how wide it is. */
  readonly terminal: { readonly isTerminal: boolean; readonly width: number };
}

/** The process's own files, streams and cluster. */
export const world: World = {
  async openSnapshot(directory) {
    const { openSnapshot } = await import('../cluster/snapshot/open-snapshot.ts');
    return openSnapshot(directory);
  },
  async connectCluster({ context }) {
    const { connectCluster } = await import('../cluster/live/connect-cluster.ts');
    return connectCluster({ context });
  },
  readText: (file) => (file === '-' ? text(process.stdin) : readFile(file, 'utf8')),
  write: (lines) => void process.stdout.write(`${lines}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  setExitStatus(status) {
    process.exitCode = status;
  },
  terminal: { isTerminal: process.stdout.isTTY, width: process.stdout.columns ?? 100 },
};
