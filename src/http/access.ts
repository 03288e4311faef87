import type { FastifyReply, FastifyRequest } from 'fastify';
import { credentialsOf } from './credentials.ts';
import { isLoopback } from './loopback.ts';
import { isForeignWrite, isOwnHost } from './origin.ts';
import { Refusal } from './refusal.ts';
import { sameSecret } from './same-secret.ts';
import type { Sessions } from './session.ts';

/** Runs before the body is read; throws a Refusal. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** The cookie that a browser holds after its login. */
export const sessionCookie = 'podnet_triage_session';

/** Lets in who sends the token as bearer or as the password of basic authentication; everybody when there is no token. */
export function webhookGuard(token: string | null): Guard {
  return async (request) => {
    if (token === null) return;
    const credentials = credentialsOf(request.headers.authorization);
    if (credentials !== null && sameSecret(credentials.secret, token)) return;
    throw new Refusal(
      401,
      `${credentials === null ? 'The webhook token is missing' : 'The webhook token is wrong'}: send it as "Authorization: Bearer TOKEN", or as the password of basic authentication`,
      { headers: { 'www-authenticate': 'Bearer realm="podnet-triage", Basic realm="podnet-triage"' } },
    );
  };
}

export interface ApiAccess {
  readonly token: string;
  readonly sessions: Sessions;
}

/** Lets in who sends the API token or holds a browser session; without a token only peers on this machine. */
export function apiGuard(access: ApiAccess | null, publicUrl: string): Guard {
  if (access === null) return loopbackGuard(publicUrl);
  return async (request, reply) => {
    const credentials = credentialsOf(request.headers.authorization);
    if (credentials?.scheme === 'bearer' && sameSecret(credentials.secret, access.token)) return;
    if (!access.sessions.isValid(request.cookies[sessionCookie], Date.now())) return refuseStranger(request, reply);
    refuseForeignWrite(request, publicUrl);
  };
}

function loopbackGuard(publicUrl: string): Guard {
  return async (request) => {
    if (!isLoopback(request.socket.remoteAddress)) {
      throw new Refusal(403, 'API_TOKEN is not set, so this is answered only to peers on the same machine: set it, or use a tunnel');
    }
    if (!isOwnHost(request, publicUrl)) {
      throw new Refusal(
        403,
        'API_TOKEN is not set, so this is answered only under localhost, a loopback address or the host of PUBLIC_URL',
      );
    }
    refuseForeignWrite(request, publicUrl);
  };
}

function refuseForeignWrite(request: FastifyRequest, publicUrl: string): void {
  if (isForeignWrite(request, publicUrl)) throw new Refusal(403, 'A page of another site may not do this');
}

async function refuseStranger(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (wantsPage(request)) {
    // Relative, so that it also holds behind a proxy that serves us under a path of its own.
    const up = '../'.repeat(Math.max(0, (request.url.split('?')[0] ?? '').split('/').length - 2));
    await reply.redirect(`${up === '' ? './' : up}login?next=${encodeURIComponent(request.url)}`, 303);
    return;
  }
  throw new Refusal(401, 'The API token is missing or wrong: send it as "Authorization: Bearer TOKEN", or log in at /login', {
    headers: { 'www-authenticate': 'Bearer realm="podnet-triage"' },
  });
}

/** Whether a person's browser asks for a page, rather than a program for data. */
export function wantsPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
}
