import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from './same-secret.ts';

const validForMs = 12 * 3_600_000;

/** Signs and checks the value of the browser's cookie. It holds no secret, and no process needs to remember it. */
export interface Sessions {
  readonly validForMs: number;
  issue(now: number): string;
  isValid(value: string | undefined, now: number): boolean;
}

/** Sessions under an API token: another token makes all of them invalid. */
export function createSessions(apiToken: string): Sessions {
  // A key of its own, so that the cookie's signature tells nothing of the token that is sent elsewhere.
  const key = createHmac('sha256', apiToken).update('podnet-triage browser session').digest();
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');

  return {
    validForMs,
    issue(now) {
      const text = `${now + validForMs}.${randomBytes(12).toString('base64url')}`;
      return `${text}.${sign(text)}`;
    },
    isValid(value, now) {
      const parts = /^((\d{1,16})\.[\w-]{1,32})\.([\w-]{43})$/.exec(value ?? '');
      if (parts === null) return false;
      const [, text = '', until = '', signature = ''] = parts;
      return sameSecret(signature, sign(text)) && Number(until) > now;
    },
  };
}
