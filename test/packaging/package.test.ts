import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url).pathname;

/** The machine's own Node, which may be an old one: without what npm put in front of it. */
const env = {
  ...process.env,
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
};

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let dir: string;
let packed: Packed;
let installed: string;

/** Runs the installed command line as a user would. */
async function podnetTriage(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npx', ['--no-install', 'podnet-triage', ...args], { cwd: installed, env, maxBuffer: 32 * 1024 * 1024 });
  return stdout;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podnet-package-'));
  installed = join(dir, 'empty');
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{}');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', dir], { cwd: root, maxBuffer: 32 * 1024 * 1024 });
  const [first] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as Record<string, Packed>);
  if (first === undefined) throw new Error(`npm pack said ${stdout}`);
  packed = first;
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(dir, packed.filename)];
  await run('npm', install, { cwd: installed, env, maxBuffer: 32 * 1024 * 1024 });
}, 300_000);

afterAll(async () => rm(dir, { recursive: true, force: true }));

describe('the packed package', { timeout: 60_000 }, () => {
  const recording = 'node_modules/podnet-triage/dist/demo/recording';

  it('holds what is needed to run and to install, and nothing of the workshop', () => {
    const paths = packed.files.map(({ path }) => path);

    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'bin/podnet-triage.mjs', 'dist/main.js', 'dist/demo/recording/pods.json']),
    );
    expect(paths).toEqual(expect.arrayContaining(['deploy/kubernetes/kustomization.yaml', 'deploy/alertmanager/templates/triage.tmpl']));
    expect(
      paths.filter((path) => /^(src|test|scripts|bench|data)\//.test(path) || (path.startsWith('dist/') && path.endsWith('.ts'))),
    ).toEqual([]);
    expect(paths.filter((path) => path.includes('secrets/'))).toEqual([]);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };

    expect((await podnetTriage('--version')).trim()).toBe(version);
  });

  it('diagnoses from files', async () => {
    const pods = JSON.parse(await readFile(join(installed, recording, 'pods.json'), 'utf8')) as {
      items: { metadata: { name: string }; status: { phase: string } }[];
    };
    const stuck =
      pods.items.find(({ metadata, status }) => metadata.name.startsWith('checkout-') && status.phase === 'Pending')?.metadata.name ?? '';
    const target = ['--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', stuck];

    const diagnosis = JSON.parse(await podnetTriage('diagnose', '--snapshot', recording, ...target, '--output', 'json')) as {
      rootCause: object;
    };

    expect(diagnosis.rootCause).toMatchObject({ id: 'ipam-state-corrupt', detail: 'leaked-allocations' });
  });

  it('answers what can reach what', async () => {
    const connection = ['--from', 'shop/postgres-0', '--to', 'shop/redis-0', '--port', '6379'];

    const reach = JSON.parse(await podnetTriage('reach', '--snapshot', recording, ...connection, '--output', 'json')) as object;

    expect(reach).toMatchObject({ verdict: 'allowed' });
  });

  it('shows the demo', async () => {
    const output = await podnetTriage('demo', '--once');

    expect(output).toContain('The pager rings, and its first page has the diagnosis');
  });
});
