import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type ApiAccess, apiGuard, sessionCookie } from '../../src/http/access.ts';
import { loginRoutes } from '../../src/http/login.ts';
import { isLoopback } from '../../src/http/loopback.ts';
import { createServer } from '../../src/http/server.ts';
import { createSessions } from '../../src/http/session.ts';
import { type KeptLog, keptLog } from '../support/log-lines.ts';

const publicUrl = 'https://triage.example.com';
let app: FastifyInstance | undefined;
let log: KeptLog;

const open = async (token: string | null): Promise<void> => {
  log = keptLog();
  app = await createServer({ logger: log.logger });
  const access: ApiAccess | null = token === null ? null : { token, sessions: createSessions(token) };
  const guard = apiGuard(access, publicUrl);
  app.get('/page', { onRequest: guard }, async () => 'page');
  app.get('/deep/er/page', { onRequest: guard }, async () => 'page');
  app.get('/api/v1/thing', { onRequest: guard }, async () => ({ thing: 1 }));
  app.post('/api/v1/thing', { onRequest: guard }, async () => ({ thing: 2 }));
  if (access !== null) await loginRoutes(app, { access, publicUrl });
};
afterEach(async () => app?.close());

const running = (): FastifyInstance => {
  if (app === undefined) throw new Error('the test opened no server');
  return app;
};

const from = async (options: { method?: 'GET' | 'POST'; url?: string; headers?: Record<string, string>; peer?: string }) => {
  const { method = 'GET', url = '/api/v1/thing', headers = {}, peer = '127.0.0.1' } = options;
  return running().inject({ method, url, headers, remoteAddress: peer });
};

describe('peers on this machine', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1%lo', false],
    ['192.168.127.1', false],
    ['localhost', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

describe('without a token', () => {
  it.each([
    ['127.0.0.1', {}, 200],
    ['::ffff:127.0.0.1', {}, 200],
    ['::1', {}, 200],
    ['10.1.2.3', {}, 403],
    ['10.1.2.3', { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1', 'x-real-ip': '127.0.0.1' }, 403],
    ['127.0.0.1', { 'x-forwarded-for': '10.1.2.3' }, 200],
    ['127.0.0.1', { host: 'localhost:8080' }, 200],
    ['127.0.0.1', { host: '127.0.0.1:8080' }, 200],
    ['::1', { host: '[::1]:8080' }, 200],
    ['127.0.0.1', { host: 'triage.example.com' }, 200],
    ['127.0.0.1', { host: 'attacker.example:8080' }, 403],
    ['127.0.0.1', { host: 'localhost.attacker.example' }, 403],
    ['127.0.0.1', { authorization: 'Bearer x' }, 200],
  ])('a peer at %s with %j is answered %i', async (peer, headers, status) => {
    await open(null);
    expect((await from({ peer, headers })).statusCode).toBe(status);
  });

  it('a page of another site may not write through a browser on this machine', async () => {
    await open(null);
    expect((await from({ method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).statusCode).toBe(403);
    expect((await from({ method: 'POST', headers: { origin: 'https://attacker.example' } })).statusCode).toBe(403);
    expect((await from({ method: 'POST', headers: { origin: 'null' } })).statusCode).toBe(403);
    expect((await from({ method: 'POST' })).statusCode).toBe(200);
  });
});

describe('with a token', () => {
  it.each([
    ['Bearer right', 200],
    ['Bearer wrong', 401],
    ['Bearer right ', 200],
    ['Bearer rightx', 401],
    ['Basic eDpyaWdodA==', 401],
    ['', 401],
  ])('"%s" is answered %i, wherever it comes from', async (authorization, status) => {
    await open('right');
    for (const peer of ['127.0.0.1', '10.1.2.3']) {
      expect((await from({ peer, headers: { authorization } })).statusCode).toBe(status);
    }
  });

  it('a browser is led to the login, a program is told', async () => {
    await open('right');
    const page = await from({ url: '/page?a=1&b=2', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers.location]).toEqual([303, './login?next=%2Fpage%3Fa%3D1%26b%3D2']);
    const deeper = await from({ url: '/deep/er/page', headers: { accept: 'text/html' } });
    expect(deeper.headers.location).toBe('../../login?next=%2Fdeep%2Fer%2Fpage');
    const api = await from({ headers: { accept: 'text/html' } });
    expect([api.statusCode, api.headers['www-authenticate']]).toEqual([401, 'Bearer realm="podnet-triage"']);
  });
});

describe('logging in', () => {
  const login = async (fields: Record<string, string>, headers: Record<string, string> = {}, peer = '10.1.2.3') =>
    running().inject({
      method: 'POST',
      url: '/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
      remoteAddress: peer,
    });
  const cookieOf = (answer: { cookies: readonly { name: string; value: string }[] }): string =>
    `${sessionCookie}=${answer.cookies.find(({ name }) => name === sessionCookie)?.value ?? ''}`;

  it('gives a cookie that scripts and other sites do not get, and opens pages and the API', async () => {
    await open('right');
    const answer = await login({ token: 'right', next: '/triages/t1' });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, './triages/t1']);
    expect(answer.headers['set-cookie']).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(answer.headers['set-cookie']).not.toContain('right');
    expect((await from({ peer: '10.1.2.3', headers: { cookie: cookieOf(answer) } })).statusCode).toBe(200);
  });

  it.each([
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\b', '/'],
    ['/a\r\nset-cookie: x', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
    ['/incidents/i1?a=b#c', '/incidents/i1?a=b#c'],
  ])('leads from next=%s to %s', async (next, location) => {
    await open('right');
    expect((await login({ token: 'right', next })).headers.location).toBe(`.${location}`);
  });

  it('with a wrong token shows the form again, and no cookie', async () => {
    await open('right');
    const answer = await login({ token: 'wrong<b>', next: '/"><script>alert(1)</script>' });
    expect([answer.statusCode, answer.cookies]).toEqual([401, []]);
    expect(answer.body).toContain('That is not the API token.');
    expect(answer.body).not.toContain('<script>');
    expect(log.text()).not.toContain('wrong<b>');
  });

  it('is refused from the page of another site', async () => {
    await open('right');
    expect((await login({ token: 'right' }, { origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await login({ token: 'right' }, { origin: publicUrl })).statusCode).toBe(303);
    expect((await login({ token: 'right' }, { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(303);
  });

  it('too often with a wrong token is 429 for that peer alone', async () => {
    await open('right');
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await login({ token: 'wrong' })).statusCode).toBe(401);
    const late = await login({ token: 'right' });
    expect(late.statusCode).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await login({ token: 'right' }, {}, '10.9.9.9')).statusCode).toBe(303);
  });

  it('with a form that is too large or of another type is refused', async () => {
    await open('right');
    expect((await login({ token: 'x'.repeat(20_000) })).statusCode).toBe(413);
    expect((await login({ token: 'x' }, { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  it.each([
    ['nothing', ''],
    ['a value of another key', createSessions('other').issue(Date.now())],
    ['an expired value', createSessions('right').issue(Date.now() - 13 * 3_600_000)],
    ['a value whose end was moved', `9${createSessions('right').issue(Date.now())}`],
    ['text', 'a.b.c'],
  ])('%s in the cookie opens nothing', async (_what, value) => {
    await open('right');
    expect((await from({ headers: { cookie: `${sessionCookie}=${value}` } })).statusCode).toBe(401);
  });

  it('a page of another site may not write with the cookie, the own page may', async () => {
    await open('right');
    const header = { cookie: cookieOf(await login({ token: 'right' })) };
    const write = async (headers: Record<string, string>) =>
      (await from({ method: 'POST', headers: { ...header, ...headers } })).statusCode;
    expect(await write({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await write({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await write({ origin: 'https://evil.example' })).toBe(403);
    expect(await write({ origin: publicUrl })).toBe(200);
    expect(await write({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('logging out takes the cookie away', async () => {
    await open('right');
    const answer = await running().inject({ method: 'POST', url: '/logout' });
    expect(answer.cookies).toMatchObject([{ name: sessionCookie, value: '', maxAge: 0 }]);
  });
});
