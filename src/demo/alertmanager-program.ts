import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { AlertmanagerPlace, DemoAlertmanager } from './demo-alertmanager.ts';
import { alertmanagerConfig } from './routes.ts';

const startMs = 30_000;

/** Starts an installed Alertmanager on loopback, alone, and waits until it answers. */
export async function startAlertmanagerProgram(
  program: string,
  { port, directory, receivers }: AlertmanagerPlace,
): Promise<DemoAlertmanager> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'alertmanager.yml');
  await writeFile(file, stringify(alertmanagerConfig(receivers)));
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${file}`,
    `--storage.path=${directory}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const version = await answering(child, url);
    return { url, who: `${basename(program)} ${version}`, [Symbol.asyncDispose]: async () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Its version, as soon as it is ready. */
async function answering(child: ChildProcess, url: string): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-600)));
  child.once('error', (error) => (said = String(error)));
  for (let waited = 0; waited < startMs; waited += 50) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Alertmanager ended at once: ${said.trim()}`);
    const version = await versionOf(url);
    if (version !== null) return version;
    await delay(50);
  }
  throw new Error(`Alertmanager did not answer at ${url} within ${startMs / 1000} s: ${said.trim()}`);
}

async function versionOf(url: string): Promise<string | null> {
  try {
    const [ready, status] = await Promise.all([fetch(`${url}/-/ready`), fetch(`${url}/api/v2/status`)]);
    if (!ready.ok || !status.ok) return null;
    const { versionInfo } = (await status.json()) as { versionInfo?: { version?: string } };
    return versionInfo?.version ?? '';
  } catch {
    // It does not listen yet.
    return null;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
