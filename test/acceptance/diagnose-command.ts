import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { diagnoseCommand } from '../../src/cli/diagnose.ts';
import { runCommandLine } from '../../src/cli/command-line.ts';
import type { World } from '../../src/cli/world.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';

export interface CommandRun {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `podnet-triage diagnose …` in this process; `files` are what it may read, `-` among them. */
export async function diagnose(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<CommandRun> {
  const ran = { status: 0, out: '', err: '' };
  const outside: World = {
    openSnapshot,
    connectCluster: async () => {
      throw new Error('these tests have no live cluster');
    },
    async readText(file) {
      const text = files[file];
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      return text;
    },
    write: (lines) => void (ran.out += `${lines}\n`),
    warn: (line) => void (ran.err += `${line}\n`),
    setExitStatus: (status) => void (ran.status = status),
    terminal: { isTerminal: false, width: 100 },
  };
  const status = await runCommandLine(['diagnose', ...args], {
    commands: [{ name: 'diagnose', summary: '', load: async () => diagnoseCommand(outside) }],
    version: '0',
    write: (text) => void (ran.out += text),
    writeError: (text) => void (ran.err += text),
  });
  return { ...ran, status: status === 0 ? ran.status : status };
}

/** The diagnosis that a run printed as JSON. */
export function printed({ out }: CommandRun): Diagnosis {
  return JSON.parse(out) as Diagnosis;
}
