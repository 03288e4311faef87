import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusal.ts';

/** Says of compressed bodies that none are taken, instead of calling them malformed. Holds for the routes that are added afterwards. */
export function refuseEncodedBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase();
    if (encoding === undefined || encoding === '' || encoding === 'identity') return;
    throw new Refusal(415, 'Compressed bodies are not taken: send it without Content-Encoding');
  });
}
