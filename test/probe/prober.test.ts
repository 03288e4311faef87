import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import type { ProbeAttempt, ProbeOutcome } from '../../src/collectors/prober.ts';
import { isAnswer, isSilence } from '../../src/collectors/prober.ts';
import { createProber } from '../../src/probe/prober.ts';
import { certificate, key } from './certificate.ts';

const stack: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of stack.splice(0).toReversed()) await close();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  stack.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return (server.address() as AddressInfo).port;
}

const http = (answer: RequestListener): Promise<number> => listening(createHttpServer(answer));

/** Probes loopback, which the product itself never does. */
async function probe(attempt: Partial<ProbeAttempt> & { port: number }, signal = new AbortController().signal): Promise<ProbeOutcome> {
  const prober = createProber({ timeoutMs: 400, whyNever: () => null });
  return prober.probe({ kind: 'tcp', address: '127.0.0.1', path: null, ...attempt }, signal);
}

describe('a TCP probe', () => {
  it('finds a port open that somebody listens on', async () => {
    const port = await listening(createTcpServer());

    const outcome = await probe({ port });

    expect(outcome).toMatchObject({ kind: 'tcp', address: '127.0.0.1', port, outcome: 'open', connected: true });
    expect(isAnswer(outcome)).toBe(true);
  });

  it('takes a refusal for an answer of the address', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await stack.pop()?.();

    const outcome = await probe({ port });

    expect(outcome).toMatchObject({ outcome: 'refused', connected: false, text: `connect ECONNREFUSED 127.0.0.1:${port}` });
    expect(isAnswer(outcome)).toBe(true);
    expect(isSilence(outcome)).toBe(false);
  });

  it('says nothing of the address when whoever asked gave up', async () => {
    const port = await listening(createTcpServer());

    const outcome = await probe({ port }, AbortSignal.abort());

    expect(outcome).toMatchObject({ outcome: 'error', text: 'given up: there was no time left' });
    expect([isAnswer(outcome), isSilence(outcome)]).toEqual([false, false]);
  });
});

describe('an HTTP probe', () => {
  it('asks for the path of the readiness probe, and takes any status for an answer', async () => {
    const asked: string[] = [];
    const port = await http((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(503).end('the database\n  is away');
    });

    const outcome = await probe({ kind: 'http', port, path: '/ready?deep=1' });

    expect(asked).toEqual(['GET /ready?deep=1']);
    expect(outcome).toMatchObject({ outcome: 'open', text: 'HTTP 503 Service Unavailable: the database is away' });
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const port = await http((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    const outcome = await probe({ kind: 'http', port, path: '/' });

    expect(outcome).toMatchObject({ outcome: 'open', text: 'HTTP 302 Found' });
    expect(requests).toBe(1);
  });

  it('reads only the beginning of an endless body', async () => {
    const port = await http((_request, response) => {
      response.writeHead(500);
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
      };
      response.on('drain', write);
      write();
    });

    const outcome = await probe({ kind: 'http', port, path: '/' });

    expect(outcome.outcome).toBe('open');
    expect(outcome.text).toBe(`HTTP 500 Internal Server Error: ${'x'.repeat(200)}`);
  });

  it.each([
    ['/a b', '/a%20b'],
    ['no-slash', '/no-slash'],
    ['/x\r\nx-forged: 1', '/x%0D%0Ax-forged:%201'],
    ['//other.example/x', '//other.example/x'],
    ['/\ud800', '/%EF%BF%BD'],
  ])('sends the path %j as %j, to the same address', async (path, sent) => {
    let asked: string | undefined;
    const port = await http((request, response) => {
      asked = request.url;
      response.end();
    });

    const outcome = await probe({ kind: 'http', port, path });

    expect(outcome.outcome).toBe('open');
    expect(asked).toBe(sent);
  });

  it('tells a server that takes the connection and never answers from an address that is silent', async () => {
    const port = await listening(createTcpServer());

    const outcome = await probe({ kind: 'http', port, path: '/' });

    expect(outcome).toMatchObject({ outcome: 'timeout', connected: true, text: 'connected, but no HTTP answer within 400 ms' });
    expect([isAnswer(outcome), isSilence(outcome)]).toEqual([true, false]);
  });

  it('tells of an answer that is no HTTP', async () => {
    const port = await listening(createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n')));

    const outcome = await probe({ kind: 'http', port, path: '/' });

    expect(outcome).toMatchObject({ outcome: 'error', connected: true });
    expect(outcome.text).toContain('Parse Error');
  });
});

describe('an HTTPS probe', () => {
  it('does not verify the certificate', async () => {
    const server = createHttpsServer({ key, cert: certificate }, (_request, response) => void response.end());
    const port = await listening(server);

    expect(await probe({ kind: 'https', port, path: '/' })).toMatchObject({ outcome: 'open', text: 'HTTP 200 OK' });
  });

  it('tells of a port that speaks no TLS', async () => {
    const port = await http((_request, response) => void response.end());

    expect(await probe({ kind: 'https', port, path: '/' })).toMatchObject({ outcome: 'tls-error', connected: true });
  });

  it('tells of a handshake that never comes', async () => {
    const port = await listening(createTcpServer());

    expect(await probe({ kind: 'https', port, path: '/' })).toMatchObject({
      outcome: 'timeout',
      connected: true,
      text: 'connected, but no TLS handshake within 400 ms',
    });
  });
});

describe('an address that is never probed', () => {
  it.each([
    ['127.0.0.1', 'it means this host'],
    ['::1', 'it means this host'],
    ['::ffff:127.0.0.1', 'it means this host'],
    ['0.0.0.0', 'it means this host'],
    ['169.254.169.254', 'it is link-local'],
    ['::ffff:169.254.169.254', 'it is link-local'],
    ['fe80::1', 'it is link-local'],
    ['64:ff9b::a9fe:a9fe', "it is the cloud's metadata service"],
    ['fd00:ec2::254', "it is the cloud's metadata service"],
    ['255.255.255.255', 'it is a multicast or broadcast address'],
    ['ff02::1', 'it is a multicast or broadcast address'],
    ['localhost', 'it is no address'],
    ['0x7f000001', 'it is no address'],
    ['2130706433', 'it is no address'],
    ['fe80::1%eth0', 'it is no address'],
  ])('%s', async (address, why) => {
    const outcome = await createProber().probe({ kind: 'tcp', address, port: 80, path: null }, new AbortController().signal);

    expect(outcome).toMatchObject({ outcome: 'error', connected: false, text: `not tried: ${why}` });
  });
});

test('has no address that is everybody’s', () => {
  const own = createProber().ownAddresses;

  expect(own.filter((address) => address.startsWith('127.') || address.startsWith('fe80:') || address === '::1')).toEqual([]);
});
