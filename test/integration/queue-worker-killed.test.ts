import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { openWebhookSide, podAlert, type WebhookSide } from '../support/redis-side.ts';

const program = fileURLToPath(new URL('queue-worker-process.ts', import.meta.url));
let children: ChildProcess[] = [];
let server: TestRedis | undefined;
let side: WebhookSide | undefined;

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await side?.[Symbol.asyncDispose]();
  await server?.close();
});

/** A worker process; `started` tells how many triages it has begun. */
function startWorker(url: string, mode: 'holding' | 'working'): { child: ChildProcess; started: () => number } {
  const child = spawn(process.execPath, [program, url, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, started: () => said.split('\n').filter((line) => line.startsWith(mode)).length };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('alerts whose workers were killed twice in the middle of their triage are diagnosed by the third', async () => {
  server = await startRedis();
  const { url } = server;
  side = openWebhookSide(url);
  const { intake, triages } = side;
  const count = 5;
  await eventually(async () =>
    intake.accept(
      Array.from({ length: count }, (_, n) => podAlert(n)),
      { origin: 'test' },
    ),
  );

  for (const _time of [1, 2]) {
    const worker = startWorker(url, 'holding');
    await eventually(() => worker.started() === count, 40_000);
    await kill(worker.child);
  }

  startWorker(url, 'working');
  await eventually(async () => (await triages.list({ status: 'done' }, { limit: 50, cursor: null })).items.length === count, 40_000);
  const all = await triages.list({}, { limit: 50, cursor: null });
  expect(all.items.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'done'));
}, 150_000);
