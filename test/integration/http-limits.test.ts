import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type Guard, webhookGuard } from '../../src/http/access.ts';
import { limitLargeBodies } from '../../src/http/large-bodies.ts';
import { createServer, listen } from '../../src/http/server.ts';
import { alertmanagerRoute } from '../../src/webhook/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { keptLog } from '../support/log-lines.ts';
import { type MemoryIntake, memoryIntake } from '../support/memory-intake.ts';

const mib = 1024 * 1024;
let app: FastifyInstance | undefined;
let url = '';
let intake: MemoryIntake;
const sockets: Socket[] = [];

const open = async (options: { token?: string; arrivalMs?: number; atOnce?: number } = {}): Promise<void> => {
  app = await createServer({ logger: keptLog('silent').logger, ...(options.arrivalMs && { arrivalMs: options.arrivalMs }) });
  intake = memoryIntake();
  const guards: Guard[] = [webhookGuard(options.token ?? null), limitLargeBodies({ bytes: mib, atOnce: options.atOnce ?? 4 })];
  alertmanagerRoute(app, { intake, guards, observe: () => undefined });
  url = await listen(app, { host: '127.0.0.1', port: 0 });
};
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app?.close();
});

const alert = { status: 'firing', labels: { alertname: 'KubePodNotReady' }, startsAt: '2026-11-22T01:22:05Z' };
const bodyOf = (bytes: number): string =>
  JSON.stringify({ version: '4', alerts: [{ ...alert, annotations: { text: 'x'.repeat(Math.max(0, bytes - 200)) } }] });
const post = async (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/api/v1/alertmanager`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

/** A connection that is written to by hand, and everything that came back over it. */
const raw = (): { socket: Socket; answer: () => string; ended: Promise<unknown> } => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.on('error', () => undefined);
  // A socket that is written to while the service closes it ends with an error, which is an end as well.
  return { socket, answer: () => answer, ended: new Promise((resolve) => socket.once('close', resolve)) };
};
const head = (length: number): string =>
  `POST /api/v1/alertmanager HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

describe('the size of bodies', () => {
  it('31 MiB are taken', async () => {
    await open();
    expect((await post(bodyOf(31 * mib))).status).toBe(202);
  });

  it.each([33, 64])('%i MiB are 413, and the sender gets to see it', async (size) => {
    await open();
    const answer = await post(bodyOf(size * mib));
    expect([answer.status, await answer.json()]).toEqual([413, { error: 'The body is too large', requestId: expect.any(String) }]);
    expect((await post(bodyOf(0))).status).toBe(202);
  });

  it('64 MiB without a length are 413 too', async () => {
    await open();
    const chunk = new Uint8Array(mib).fill(0x20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 64) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answer = await fetch(`${url}/api/v1/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
  });

  it('millions of lists in each other are 400, and the service goes on', async () => {
    await open();
    const depth = 5_000_000;
    expect((await post(`${'['.repeat(depth)}${']'.repeat(depth)}`)).status).toBe(400);
    expect((await post(`{"version":"4","alerts":${'['.repeat(depth)}`)).status).toBe(400);
    expect((await post(bodyOf(0))).status).toBe(202);
  });

  it('a forged token is refused before the body is read', async () => {
    await open({ token: 'right' });
    const { socket, answer } = raw();
    socket.write(head(32 * mib).replace('host', 'authorization: Bearer wrong\r\nhost'));
    expect(await eventually(() => answer().includes('HTTP/1.1 401'))).toBe(true);
  });
});

describe('many large bodies at once', () => {
  it('are 503 beyond the limit, small ones are taken meanwhile, large ones afterwards', async () => {
    await open({ atOnce: 2 });
    const slow = [raw(), raw()];
    for (const { socket } of slow) socket.write(head(2 * mib) + '{');
    await eventually(async () => (await post(bodyOf(2 * mib))).status === 503);
    expect((await post(bodyOf(0))).status).toBe(202);
    for (const { socket } of slow) socket.destroy();
    await eventually(async () => (await post(bodyOf(2 * mib))).status === 202);
  });

  it('tell the sender to come again', async () => {
    await open({ atOnce: 0 });
    const answer = await post(bodyOf(2 * mib));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

describe('slow and broken clients', () => {
  it('headers that do not arrive are given up', async () => {
    await open({ arrivalMs: 300 });
    const { socket, answer, ended } = raw();
    socket.write('POST /api/v1/alertmanager HTTP/1.1\r\nhost: x\r\nx-slow: ');
    await ended;
    expect(answer()).toMatch(/^HTTP\/1\.1 408/);
  });

  it('a body that arrives byte by byte is given up, others are served meanwhile', async () => {
    // Long enough for an ordinary body to arrive whole on a busy machine.
    await open({ arrivalMs: 1_000 });
    const { socket, ended } = raw();
    socket.write(head(1000));
    const drip = setInterval(() => socket.writable && socket.write(' '), 20);
    expect((await post(bodyOf(0))).status).toBe(202);
    await ended;
    clearInterval(drip);
    expect(intake.taken).toHaveLength(1);
  });

  it('a client that goes away in the middle leaves nothing behind', async () => {
    await open({ atOnce: 1 });
    const { socket } = raw();
    socket.write(head(2 * mib));
    await delay(20);
    socket.destroy();
    expect(await eventually(async () => (await post(bodyOf(2 * mib))).status === 202)).toBe(true);
  });

  it.each([
    ['a body shorter than its length', `${head(10)}{}`],
    ['two lengths', head(5).replace('\r\n\r\n', '\r\ncontent-length: 6\r\n\r\n{}')],
    ['a length and chunks', head(5).replace('\r\n\r\n', '\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n')],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002'],
  ])('%s: refused, and the service goes on', async (_what, text) => {
    await open({ arrivalMs: 500 });
    const { socket, answer, ended } = raw();
    socket.end(text);
    await ended;
    expect(answer() === '' || answer().startsWith('HTTP/1.1 4')).toBe(true);
    expect((await post(bodyOf(0))).status).toBe(202);
    expect(intake.taken).toHaveLength(1);
  });
});
