import type { FastifyRequest } from 'fastify';
import { isLoopback } from './loopback.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser sends this from a page of another site. Browsers say so in Sec-Fetch-Site, older ones in Origin; what
 * says neither is no browser. Reading is never foreign: without CORS headers the other page does not see the answer.
 */
export function isForeignWrite(request: FastifyRequest, publicUrl: string): boolean {
  if (reading.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  if (origin === undefined) return false;
  return origin !== new URL(publicUrl).origin && URL.parse(origin)?.host !== request.headers.host;
}

/**
 * Whether the Host header names this machine or the public URL. A page of another site whose name was pointed at 127.0.0.1
 * (DNS rebinding) comes from a loopback peer, but under that name.
 */
export function isOwnHost(request: FastifyRequest, publicUrl: string): boolean {
  const host = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
  const address = host.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host.endsWith('.localhost') || isLoopback(address) || host === new URL(publicUrl).hostname;
}
