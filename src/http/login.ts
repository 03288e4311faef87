import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiAccess, sessionCookie } from './access.ts';
import { createLoginLimit } from './login-limit.ts';
import { isForeignWrite } from './origin.ts';
import { page } from './page.ts';
import { Refusal } from './refusal.ts';
import { sameSecret } from './same-secret.ts';
import { html } from '../sinks/web/html.ts';

/** `GET` and `POST /login`, `POST /logout`: a browser sends the API token once and holds a signed cookie from then on. */
export async function loginRoutes(app: FastifyInstance, options: { access: ApiAccess; publicUrl: string }): Promise<void> {
  const { access, publicUrl } = options;
  const limit = createLoginLimit();
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:') } as const;

  const refuseForeign = async (request: FastifyRequest): Promise<void> => {
    if (isForeignWrite(request, publicUrl)) throw new Refusal(403, 'A page of another site may not log in or out here');
  };

  const logIn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { token, next } = formOf(request.body);
    const now = Date.now();
    const peer = request.socket.remoteAddress ?? '';
    const waitSeconds = limit.waitSeconds(peer, now);
    if (waitSeconds > 0) {
      return show(reply.code(429).header('retry-after', waitSeconds), { next, wrong: `Too many attempts: wait ${waitSeconds} s.` });
    }
    if (!sameSecret(token, access.token)) {
      limit.failed(peer, now);
      request.log.warn({ peer }, 'login refused');
      return show(reply.code(401), { next, wrong: 'That is not the API token.' });
    }
    void reply.setCookie(sessionCookie, access.sessions.issue(now), { ...cookie, maxAge: access.sessions.validForMs / 1000 });
    return reply.redirect(`.${next}`, 303);
  };

  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 16 * 1024 });
    const hidden = { schema: { hide: true } };
    scope.get('/login', hidden, async (request, reply) => show(reply, { next: formOf(request.query).next, wrong: '' }));
    scope.post('/login', { ...hidden, onRequest: refuseForeign }, logIn);
    scope.post('/logout', { ...hidden, onRequest: refuseForeign }, async (_request, reply) => {
      return reply.clearCookie(sessionCookie, cookie).redirect('./login', 303);
    });
  });
}

interface LoginForm {
  readonly token: string;
  readonly next: string;
}

function formOf(fields: unknown): LoginForm {
  const of = (name: string): string => {
    const value: unknown = typeof fields === 'object' && fields !== null && Object.hasOwn(fields, name) ? Reflect.get(fields, name) : '';
    return typeof value === 'string' ? value : '';
  };
  return { token: of('token').trim(), next: localPath(of('next')) };
}

/** A path on this site, else `/`: the address bar must not be led elsewhere after a login. Browsers read a backslash as a slash. */
function localPath(text: string): string {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text) ? text : '/';
}

function show(reply: FastifyReply, { next, wrong }: { next: string; wrong: string }): FastifyReply {
  const form = html`${wrong === '' ? null : html`<p class="wrong" role="alert">${wrong}</p>`}
    <form method="post" action="login">
      <input type="hidden" name="next" value="${next}" />
      <p>
        <label>API token<br /><input type="password" name="token" autocomplete="current-password" required autofocus /></label>
      </p>
      <p><button>Log in</button></p>
    </form>`;
  return reply.type('text/html; charset=utf-8').send(page('Log in', form));
}
