import type { FastifyRequest } from 'fastify';
import { credentialsOf } from '../http/credentials.ts';
import { Refusal } from '../http/refusal.ts';
import { sameSecret } from '../http/same-secret.ts';

/** Lets in who sends AGENT_TOKEN as bearer, compared in constant time. */
export function tokenGuard(token: string): (request: FastifyRequest) => Promise<void> {
  return async ({ headers }) => {
    const credentials = credentialsOf(headers.authorization);
    if (credentials?.scheme === 'bearer' && sameSecret(credentials.secret, token)) return;
    throw new Refusal(401, 'The agent token is missing or wrong: send AGENT_TOKEN as "Authorization: Bearer TOKEN"', {
      headers: { 'www-authenticate': 'Bearer realm="podnet-triage agent"' },
    });
  };
}
