import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '../../src/http/server.ts';
import { slackInteractions } from '../../src/webhook/slack-interactions.ts';
import { keptLog } from '../support/log-lines.ts';

// The example of Slack's documentation, "Verifying requests from Slack".
const documented = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};

const secret = 'signing-secret';
const at = 1_800_000_000;
const body = new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions', user: { id: 'U1' } }) }).toString();
const sign = (text: string, timestamp: string | number = at, key = secret): string =>
  `v0=${createHmac('sha256', key).update(`v0:${timestamp}:${text}`).digest('hex')}`;

let app: FastifyInstance;
let handled: unknown[] = [];
afterEach(async () => app.close());

const post = async (request: { body: string; headers: Record<string, string> }, options: { secret?: string | null; now?: number } = {}) => {
  handled = [];
  app = await createServer({ logger: keptLog().logger });
  await slackInteractions(app, {
    signingSecret: options.secret === undefined ? secret : options.secret,
    handle: async (payload) => void handled.push(payload),
    now: () => (options.now ?? at) * 1000,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...request.headers };
  return app.inject({ method: 'POST', url: '/slack/interactions', headers, body: request.body });
};

const headersOf = (signature: string, timestamp: string | number = at): Record<string, string> => ({
  'x-slack-signature': signature,
  'x-slack-request-timestamp': String(timestamp),
});

describe('what Slack signed', () => {
  it('reaches the handler', async () => {
    const answer = await post({ body, headers: headersOf(sign(body)) });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(handled).toEqual([{ type: 'block_actions', user: { id: 'U1' } }]);
  });

  it("the signature of Slack's own documentation is right", async () => {
    const { timestamp, signature } = documented;
    const answer = await post(
      { body: documented.body, headers: headersOf(signature, timestamp) },
      { secret: documented.secret, now: Number(timestamp) },
    );
    expect(answer.json<{ error: string }>().error).toBe('The form has no field "payload"');
  });

  it.each([-299, 0, 299])('%i seconds away from our clock is fine', async (offset) => {
    expect((await post({ body, headers: headersOf(sign(body)) }, { now: at + offset })).statusCode).toBe(200);
  });
});

describe('what is refused and never reaches the handler', () => {
  it.each([
    ['no signature', { 'x-slack-request-timestamp': String(at) }],
    ['no timestamp', { 'x-slack-signature': sign(body) }],
    ['another secret', headersOf(sign(body, at, 'other'))],
    ['another body', headersOf(sign(`${body}x`))],
    ['another timestamp', headersOf(sign(body, at - 1))],
    ['a timestamp that is none', headersOf(sign(body, 'now'), 'now')],
    ['a short signature', headersOf(sign(body).slice(0, 20))],
    ['another version', headersOf(sign(body).replace('v0', 'v1'))],
    ['an empty signature', headersOf('')],
  ])('%s', async (_what, headers) => {
    const answer = await post({ body, headers });
    expect([answer.statusCode, handled]).toEqual([401, []]);
  });

  it.each([-301, 301, 86_400])('a right signature that is %i seconds old', async (offset) => {
    expect((await post({ body, headers: headersOf(sign(body)) }, { now: at + offset })).statusCode).toBe(401);
    expect(handled).toEqual([]);
  });

  it('everything while there is no signing secret', async () => {
    expect((await post({ body, headers: headersOf(sign(body, at, '')) }, { secret: null })).statusCode).toBe(403);
    expect(handled).toEqual([]);
  });

  it('a signed payload that is not JSON', async () => {
    const broken = 'payload=%7Bx';
    expect((await post({ body: broken, headers: headersOf(sign(broken)) })).statusCode).toBe(400);
  });

  it('JSON instead of a form', async () => {
    expect((await post({ body: '{}', headers: { ...headersOf(sign('{}')), 'content-type': 'application/json' } })).statusCode).toBe(415);
  });
});
