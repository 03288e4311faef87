import { createHmac, timingSafeEqual } from 'node:crypto';

const windowSeconds = 300;

/** What Slack signs: the headers it sends and the body to the last byte. */
export interface SignedRequest {
  readonly signature: string | undefined;
  /** Seconds of the Unix epoch, as text. */
  readonly timestamp: string | undefined;
  readonly body: Buffer;
}

/**
 * Whether Slack sent it within the last five minutes: HMAC-SHA256 over `v0:timestamp:body` (docs.slack.dev, "Verifying requests
 * from Slack"). `now` is in milliseconds.
 */
export function isFromSlack(request: SignedRequest, secret: string, now: number): boolean {
  const { signature = '', timestamp = '', body } = request;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > windowSeconds) return false;
  const given = /^v0=([0-9a-f]{64})$/.exec(signature)?.[1];
  if (given === undefined) return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), expected);
}
