import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/redis.ts';
import { type CommandProcess, startCommand } from '../support/service-process.ts';

/** A PATH on which only redis-server is found, and one with nothing at all. */
let redisOnly: string;
let nothing: string;
/** Temporary files of one demo, so that what it leaves is seen. */
let temporary: string;

beforeAll(async () => {
  const folder = async (name: string): Promise<string> => mkdtemp(join(tmpdir(), `demo-${name}-`));
  [redisOnly, nothing, temporary] = await Promise.all([folder('redis'), folder('nothing'), folder('files')]);
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const program = folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
  await symlink(program ?? '', join(redisOnly, 'redis-server'));
});

afterAll(async () => {
  await Promise.all([redisOnly, nothing, temporary].map(async (folder) => rm(folder, { recursive: true, force: true })));
});

function demo(args: readonly string[] = [], variables: Record<string, string> = {}): CommandProcess {
  return startCommand(['demo', ...args], { TMPDIR: temporary, ...variables });
}

const steps = [
  'An alert fires: KubePodNotReady',
  'The diagnosis arrives in Slack',
  "It stands in the alert's annotations in Alertmanager",
  'The pager rings, and its first page has the diagnosis',
  'The web page has every step',
];

/** What stands under a step, its lines joined. */
function under(step: string, output: string): string {
  const from = output.indexOf(step);
  const next = steps.map((one) => output.indexOf(one)).filter((at) => at > from);
  return output.slice(from, Math.min(...next, output.length)).replaceAll(/\s*\n[ |]*/g, ' ');
}

describe('the demo', { timeout: 90_000 }, () => {
  it('tells the story from the alert to the first page with a real Alertmanager, and ends with status 0', async () => {
    await using command = demo(['--once']);

    expect({ status: await command.ended, output: command.output() }).toMatchObject({ status: 0 });

    const output = command.output();
    expect(output).toMatch(/Alertmanager +http:\S+, prometheus-alertmanager \d/);
    const places = steps.map((step) => output.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(under('The diagnosis arrives', output)).toContain('no IP addresses available in range set: 10.244.3.1-10.244.3.254');
    expect(under('It stands in', output)).toMatch(/summary +Pod has been in a non-ready state/);
    expect(under('It stands in', output)).toMatch(/triage_root_cause +ipam-state-corrupt/);
    expect(under('The pager rings', output)).toContain('(ipam-state-corrupt, certain)');
    expect(under('The web page', output)).toMatch(/http:\/\/127\.0\.0\.1:\d+\/triages\/\S+/);
  });

  it("plays Alertmanager's part where none is installed, and says so", async () => {
    await using command = demo(['--once'], { PATH: redisOnly });

    expect({ status: await command.ended, output: command.output() }).toMatchObject({ status: 0 });

    const output = command.output();
    expect(output.replaceAll(/\s+/g, ' ')).toContain('played by this demo: no prometheus-alertmanager is installed');
    expect(under('The pager rings', output)).toContain('(ipam-state-corrupt, certain)');
  });

  it('says in one line what is missing without redis-server', async () => {
    await using command = demo(['--once'], { PATH: nothing });

    expect(await command.ended).toBe(1);

    expect(command.output()).toMatch(
      /podnet-triage: REDIS_URL is not set and the program redis-server is not installed: .*apt-get install redis-server/,
    );
    expect(command.output()).not.toMatch(/^\s+at /m);
  });

  it('says in one line that the Redis it is told to use is away', async () => {
    await using command = demo(['--once'], { REDIS_URL: `redis://127.0.0.1:${await freePort()}` });

    expect({ status: await command.ended, output: command.output() }).toMatchObject({ status: 1 });

    expect(command.output()).toContain('podnet-triage: the Redis of REDIS_URL does not answer');
  });

  it('stays up, on another port where the usual one is taken, answers, and leaves nothing behind after Ctrl-C', async () => {
    const holder = createServer().listen(8080, '127.0.0.1');
    await Promise.race([once(holder, 'listening'), once(holder, 'error')]);
    await using command = demo([], { PATH: redisOnly });
    const output = await eventually(() => command.output().includes('Ctrl-C ends it.') && command.output(), 60_000);
    const page = /http:\/\/127\.0\.0\.1:(\d+)\/triages\/\S+/.exec(output) ?? [];
    const alertmanager = /Alertmanager +(http:\S+),/.exec(output)?.[1] ?? '';
    const ending = /-d '(\[.*"endsAt".*\])'/.exec(output)?.[1] ?? '';

    expect(page[1]).not.toBe('8080');
    expect((await fetch(page[0] ?? '')).status).toBe(200);

    const headers = { 'content-type': 'application/json' };
    await fetch(`${alertmanager}/api/v2/alerts`, { method: 'POST', headers, body: ending });
    await eventually(() => /The message in Slack is edited\n.*Resolved after/.test(command.output()), 30_000);

    command.kill('SIGINT');
    expect({ status: await command.ended, output: command.output() }).toMatchObject({ status: 0 });
    expect(await readdir(temporary)).toEqual([]);
    holder.close();
  });
});
