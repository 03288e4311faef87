import { runCommandLine } from './cli/command-line.ts';
import { commands } from './cli/commands.ts';
import { packageVersion } from './cli/version.ts';

const status = await runCommandLine(process.argv.slice(2), {
  commands,
  version: packageVersion(),
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
});
// A command may have set a status of its own, e.g. for one bad line among many.
if (status !== 0) process.exitCode = status;
