import type { FastifyInstance } from 'fastify';
import { Refusal } from '../http/refusal.ts';
import { isFromSlack } from './slack-signature.ts';

export interface SlackInteractionsOptions {
  /** SLACK_SIGNING_SECRET; null refuses everything. */
  readonly signingSecret: string | null;
  /** Does what a button asks for. It must not take long: Slack shows an error after three seconds. */
  readonly handle: (payload: unknown) => Promise<void>;
  /** Milliseconds; the wall clock unless said otherwise. */
  readonly now?: () => number;
}

const mib = 1024 * 1024;

/** `POST /slack/interactions`: a button was pressed. What Slack did not sign, or signed more than five minutes ago, is 401. */
export async function slackInteractions(app: FastifyInstance, options: SlackInteractionsOptions): Promise<void> {
  const { signingSecret, handle, now = Date.now } = options;

  await app.register(async (scope) => {
    // The signature is over the bytes, so they must not be parsed on the way in.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    scope.post('/slack/interactions', { bodyLimit: mib, schema: { hide: true } }, async (request, reply) => {
      if (signingSecret === null) throw new Refusal(403, 'SLACK_SIGNING_SECRET is not set, so nothing from Slack can be believed');
      const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = request.headers;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signed = { signature: single(signature), timestamp: single(timestamp), body };
      if (!isFromSlack(signed, signingSecret, now())) throw new Refusal(401, 'The signature is missing, wrong or older than five minutes');
      await handle(payloadOf(body));
      return reply.code(200).send();
    });
  });
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function payloadOf(body: Buffer): unknown {
  const text = new URLSearchParams(body.toString('utf8')).get('payload');
  if (text === null) throw new Refusal(400, 'The form has no field "payload"');
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The field "payload" is not JSON');
  }
}
