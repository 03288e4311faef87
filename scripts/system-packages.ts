/**
 * Sees that programs which npm can't bring are there: `node scripts/system-packages.ts [--optional] PROGRAM…`.
 *
 * Installs what is missing where that needs no question (root on Debian or Ubuntu), otherwise names the command. With
 * --optional a missing program is only mentioned.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the packages are called elsewhere; on Debian they are called as their programs are. */
const elsewhere: Readonly<Record<string, { readonly dnf: string; readonly brew: string }>> = {
  'redis-server': { dnf: 'redis', brew: 'redis' },
  prometheus: { dnf: 'golang-github-prometheus', brew: 'prometheus' },
  'prometheus-alertmanager': { dnf: 'golang-github-prometheus-alertmanager', brew: 'alertmanager' },
  chromium: { dnf: 'chromium', brew: 'chromium' },
};

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Lists of packages that cannot be renewed are no reason to give up: those on the machine may do. */
function install(programs: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): void => void spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  process.stdout.write(`Installing ${programs.join(', ')} with apt-get\n`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...programs);
}

function advice(programs: readonly string[]): string {
  const names = (manager: 'dnf' | 'brew'): string => programs.map((program) => elsewhere[program]?.[manager] ?? program).join(' ');
  return [`  apt-get install ${programs.join(' ')}`, `  dnf install ${names('dnf')}`, `  brew install ${names('brew')}`].join('\n');
}

const words = process.argv.slice(2);
const isOptional = words.includes('--optional');
const missing = (): readonly string[] => words.filter((word) => !word.startsWith('--') && !isInstalled(word));
const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get');

if (missing().length > 0 && mayInstall) install(missing());
const stillMissing = missing();
if (stillMissing.length > 0) {
  const text = `These programs are missing: ${stillMissing.join(', ')}. Install them with one of\n${advice(stillMissing)}\n`;
  process.stderr.write(isOptional ? `${text}Going on without them.\n` : text);
  if (!isOptional) process.exitCode = 1;
}
