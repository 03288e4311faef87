import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110, 7.6.1: they are about one connection, not about the message. */
const ofOneConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Told anew for the request that we make; an answer's text is passed on as it is, so it must not come compressed. */
const ofOurRequest = ['host', 'content-length', 'expect', 'accept-encoding'];

/** The headers to forward: those that came, without what is about the connection, and with our own in place of theirs. */
export function forwardedHeaders(
  incoming: IncomingHttpHeaders,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string | string[]>> {
  const named = (incoming.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const left = new Set([...ofOneConnection, ...ofOurRequest, ...named]);
  const kept = Object.entries(incoming).flatMap(([name, value]) => (left.has(name) || value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(kept), ...own };
}
