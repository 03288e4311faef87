import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ClusterReader } from '../cluster/reader.ts';
import { fileErrorText } from '../cluster/snapshot/problem.ts';

/** What a command touches of the world; tests give another. */
export interface World {
  openSnapshot(
    directory: string,
  ): Promise<ClusterReader & { readonly problems?: readonly { readonly file: string; readonly why: string }[] }>;
  connectCluster(options: { context: string | undefined }): Promise<ClusterReader>;
  /** The content of a file; `-` is the standard input. Throws, with the file in the message, where it cannot be read. */
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
  readText: async (file) => withoutByteOrderMark(file === '-' ? await text(process.stdin) : await textOf(file)),
  write: (lines) => void process.stdout.write(`${lines}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  setExitStatus(status) {
    process.exitCode = status;
  },
  terminal: { isTerminal: process.stdout.isTTY, width: process.stdout.columns ?? 100 },
};

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} ${fileErrorText(error)}`, { cause: error });
  }
}

/** Editors and shells of Windows write one before a text; JSON knows none. */
function withoutByteOrderMark(content: string): string {
  return content.replace(/^\uFEFF/, '');
}
