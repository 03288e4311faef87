import { runCommandLine } from './cli/command-line.ts';
import { commands } from './cli/commands.ts';
import { endWithOutput } from './cli/lost-output.ts';
import { packageVersion } from './cli/version.ts';

endWithOutput(process.stdout, { exit: (status) => process.exit(status), writeError: (line) => void process.stderr.write(line) });
const status = await runCommandLine(process.argv.slice(2), {
  commands,
  version: packageVersion(),
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
});
// A command may have set a status of its own, e.g. for one bad line among many.
if (status !== 0) process.exitCode = status;
