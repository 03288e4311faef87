import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

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
  test('a checkout runs its sources', () => {
    expect(execFileSync(process.execPath, [join(root, 'bin/podnet-triage.mjs'), '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  test('an installed package runs what was built', () => {
    const bin = installed(sayVersion);
    expect(execFileSync(process.execPath, [bin, 'a', 'b'], { encoding: 'utf8' })).toBe(`${process.versions.node.split('.')[0]} a,b`);
  });
});

describe.skipIf(older === undefined)('under an older Node', () => {
  const node = older ?? '';

  test('it goes on under the Node of its own dependencies, with arguments, input and exit status', () => {
    const bin = installed(`${sayVersion}; process.stdin.pipe(process.stdout); process.exitCode = 7`);
    symlinkSync(ownNode, join(place, 'node_modules', `node-${process.platform}-${process.arch}`));
    const ran = spawnSync(node, [bin, 'x'], { encoding: 'utf8', input: '!' });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([7, '24 x!', '']);
  });

  test('signals reach the program', async () => {
    const bin = installed('process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000); process.stdout.write("up")');
    symlinkSync(ownNode, join(place, 'node_modules', `node-${process.platform}-${process.arch}`));
    const child = spawn(node, [bin]);
    const status = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await status).toBe(5);
  });

  test('without such a dependency it says plainly what to do', () => {
    const ran = spawnSync(node, [installed('')], { encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /^podnet-triage needs Node 24 or later; this is v\d+\.\d+\.\d+, and the package node-\S+, .* is not installed/,
    );
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a dependency that does not run here (another libc) is told apart', () => {
    const bin = installed('');
    const folder = join(place, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '../package.json'), '{}');
    writeFileSync(join(folder, 'node'), '#!/no/such/loader\n', { mode: 0o755 });
    const ran = spawnSync(node, [bin], { encoding: 'utf8' });
    expect([ran.status, ran.stderr.includes('does not run on this system')]).toEqual([1, true]);
  });
});
