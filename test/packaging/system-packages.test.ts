import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = new URL('../../scripts/system-packages.ts', import.meta.url).pathname;
const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');

/** A folder that is the whole PATH. */
let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'podnet-path-'));
});
afterEach(async () => rm(path, { recursive: true, force: true }));

async function program(name: string, text = '#!/bin/sh\n'): Promise<void> {
  await writeFile(join(path, name), text);
  await chmod(join(path, name), 0o755);
}

function see(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { env: { PATH: path }, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('the programs that npm cannot bring', () => {
  it('are not spoken of when they are there', async () => {
    await program('redis-server');

    expect(see('redis-server')).toEqual({ status: 0, output: '' });
  });

  it('are named with the commands of three package managers when they are missing', () => {
    const { status, output } = see('redis-server', 'prometheus-alertmanager');

    expect(status).toBe(1);
    expect(output).toContain('missing: redis-server, prometheus-alertmanager');
    expect(output).toContain('apt-get install redis-server prometheus-alertmanager');
    expect(output).toContain('dnf install redis ');
    expect(output).toContain('brew install redis alertmanager');
  });

  it('are done without where they are optional', () => {
    expect(see('--optional', 'chromium')).toMatchObject({ status: 0, output: expect.stringContaining('Going on without them') as string });
  });

  it.runIf(mayInstall)('are installed by root on Debian, also when the lists of packages cannot be renewed', async () => {
    await program(
      'apt-get',
      `#!/bin/sh\necho "$@" >> ${path}/calls\n[ "$1" = update ] && exit 100\n: > ${path}/redis-server; /bin/chmod +x ${path}/redis-server\n`,
    );

    expect(see('redis-server')).toEqual({ status: 0, output: 'Installing redis-server with apt-get\n' });
    expect(await readFile(join(path, 'calls'), 'utf8')).toMatch(/install -y .*redis-server/);
  });

  it.runIf(mayInstall)('are still missing when apt-get does not bring them', async () => {
    await program('apt-get', '#!/bin/sh\nexit 100\n');

    expect(see('redis-server')).toMatchObject({ status: 1, output: expect.stringContaining('missing: redis-server') as string });
  });
});
