import { Command, CommanderError } from 'commander';

/** A command as the top-level help shows it; its module is loaded only when it is run. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** What a command line is run with. */
export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  readonly version: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/**
 * Runs a command line and returns its exit status: 0 done, 1 it could not be done (the cause is written, one line for each
 * mistake, never a stack trace), 2 wrong usage.
 */
export async function runCommandLine(args: readonly string[], line: CommandLine): Promise<number> {
  try {
    const program = await programFor(args, line);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    for (const text of linesOf(error)) line.writeError(`podnet-triage: ${text}\n`);
    return 1;
  }
}

async function programFor(args: readonly string[], { commands, version, write, writeError }: CommandLine): Promise<Command> {
  const program = new Command('podnet-triage')
    .description('names the cause of pod-network alerts before the pager has finished ringing')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureOutput({ writeOut: write, writeErr: writeError })
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();
  // The command named first is the one that runs; `help X` wants the options of X.
  const wanted = args.find((arg) => !arg.startsWith('-') && arg !== 'help');
  for (const { name, summary, load } of commands) {
    const command = name === wanted ? await load() : new Command(name).description(summary);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(linesOf);
  if (!(error instanceof Error)) return [String(error)];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const lines = error.message.split('\n').filter((text) => text.trim() !== '');
  return lines.length === 0 ? [code] : lines;
}
