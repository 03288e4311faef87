import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** A Node older than 24 outside of this project, if the machine has one. */
const older = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const tried = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return tried.status === 0 && Number.parseInt(tried.stdout.slice(1), 10) < 24;
});

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'podnet-bin-'));
});
afterEach(() => rmSync(place, { recursive: true }));

/** A package as it is installed from a pack: no sources, and a main that says under which Node it runs. */
const installed = (main: string): string => {
  const folder = join(place, 'node_modules/podnet-triage');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'dist/main.js'), main);
  return join(folder, 'bin/podnet-triage.mjs');
};
const sayVersion = 'process.stdout.write(`${process.versions.node.split(".")[0]} ${process.argv.slice(2).join(",")}`)';
const ownNode = join(root, 'node_modules', `node-${process.platform}-${process.arch}`);

describe('under Node 24 or later', () => {
  it('a checkout runs its sources', () => {
    expect(execFileSync(process.execPath, [join(root, 'bin/podnet-triage.mjs'), '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  it('an installed package runs what was built', () => {
    const bin = installed(sayVersion);
    expect(execFileSync(process.execPath, [bin, 'a', 'b'], { encoding: 'utf8' })).toBe(`${process.versions.node.split('.')[0]} a,b`);
  });
});

describe('the command line as a program', () => {
  const demoAlert = JSON.stringify({ labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'redis-0' } });
  const run = (pipeline: string, input = '') =>
    spawnSync('sh', ['-c', pipeline], { encoding: 'utf8', input, env: { ...process.env, NODE: process.execPath }, cwd: root });
  const program = '"$NODE" bin/podnet-triage.mjs';
  const snapshot = '--snapshot src/demo/recording';

  it('ends quietly when the reader of its output has seen enough', () => {
    const { stdout, stderr } = run(`${program} reach ${snapshot} --all --output json | head -c 1`);
    expect([stdout, stderr]).toEqual(['[', '']);
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that its output cannot be written', () => {
    const { status, stderr } = run(`${program} reach ${snapshot} --all --output json > /dev/full`);
    expect([status, stderr]).toEqual([1, 'podnet-triage: the output cannot be written: ENOSPC\n']);
  });

  it('takes an alert from its input as an editor on Windows writes it', () => {
    const { status, stdout } = run(`${program} diagnose ${snapshot} --alert -`, `\uFEFF${demoAlert}`);
    expect([status, (JSON.parse(stdout) as { outcome: string }).outcome]).toEqual([0, 'recovered']);
  });

  it.each([
    ['/nonexistent/alert.json', 'does not exist'],
    ['/', 'is a directory'],
  ])('names the file that cannot be read: %s', (file, why) => {
    const { status, stderr } = run(`${program} diagnose ${snapshot} --alert ${file}`);
    expect([status, stderr]).toEqual([1, `podnet-triage: ${file} ${why}\n`]);
  });
});

describe.skipIf(older === undefined)('under an older Node', () => {
  const node = older ?? '';

  it('goes on under the Node of its own dependencies, with arguments, input and exit status', () => {
    const bin = installed(`${sayVersion}; process.stdin.pipe(process.stdout); process.exitCode = 7`);
    symlinkSync(ownNode, join(place, 'node_modules', `node-${process.platform}-${process.arch}`));
    const ran = spawnSync(node, [bin, 'x'], { encoding: 'utf8', input: '!' });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([7, '24 x!', '']);
  });

  it('signals reach the program', async () => {
    const bin = installed('process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000); process.stdout.write("up")');
    symlinkSync(ownNode, join(place, 'node_modules', `node-${process.platform}-${process.arch}`));
    const child = spawn(node, [bin]);
    const status = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await status).toBe(5);
  });

  it('without such a dependency it says plainly what to do', () => {
    const ran = spawnSync(node, [installed('')], { encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /^podnet-triage needs Node 24 or later; this is v\d+\.\d+\.\d+, and the package node-\S+, .* is not installed/,
    );
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a dependency that does not run here (another libc) is told apart', () => {
    const bin = installed('');
    const folder = join(place, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '../package.json'), '{}');
    writeFileSync(join(folder, 'node'), '#!/no/such/loader\n', { mode: 0o755 });
    const ran = spawnSync(node, [bin], { encoding: 'utf8' });
    expect([ran.status, ran.stderr.includes('does not run on this system')]).toEqual([1, true]);
  });
});
