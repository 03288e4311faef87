import type { Confidence } from '../../core/verdict.ts';
import { linesOf } from './logs.ts';

/**
 * How the runtimes and clients of many languages say that nobody answered them, or that no name server did: packets that go nowhere.
 * In turn: Go, the C library (and with it Python, Ruby, PHP, .NET and libpq), Node.js, Java, .NET, Rust, Python, Ruby, Erlang, MySQL and curl, Envoy.
 */
const nobodyAnswers: readonly RegExp[] = [
  /i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|request canceled while waiting for connection|server misbehaving|dial tcp: lookup/i,
  /\b(?:dial|connect\w*)\b.*(?:context deadline exceeded|operation not permitted|deadline has elapsed|timeout expired)/i,
  /no route to host|(?:network|host) is (?:unreachable|down)|temporary failure in name resolution|could not resolve host/i,
  /getaddrinfo(?!.*(?:ENOTFOUND|not known|does not resolve|no address associated))/,
  /connect(?:ion)?(?: attempt)? timed[ -]out|time-?out(?: while)? connecting|timed out (?:while )?(?:connecting|waiting for (?:a )?(?:connection|response))/i,
  /EAI_AGAIN|E(?:SOCKET)?TIMEDOUT|E(?:HOST|NET)UNREACH|UND_ERR_CONNECT_TIMEOUT/,
  /UnknownHostException|ConnectTimeoutException|NoRouteToHostException/,
  /did not properly respond after a period of time|SocketException \((?:101|110|113|10060|10065|11001)\)/,
  /kind: (?:TimedOut|HostUnreachable|NetworkUnreachable)|failed to lookup address information: Try again/,
  /\bConnectTimeout(?:Error)?\b|NewConnectionError.*Errno (?:-3|11[03])\b|Net::OpenTimeout/,
  /:e?timedout\b|:ehostunreach|:enetunreach|tcp connect \([^)]*\): timeout/,
  /Can't connect to \w+ server on .*\((?:110|113)\b|curl: \(28\)/,
  /delayed connect error: (?:110|113)\b|reset reason: connection timeout/,
];

/** That somebody did answer, or that a name server knows no such name: most often what is asked for is not there, or too slow. */
const turnedAway: readonly RegExp[] = [
  /connection refused|ECONNREFUSED|ConnectionRefused|connection reset by peer|ECONNRESET|Can't connect to \w+ server on .*\(111\b|SocketException \((?:111|10061)\)/i,
  /\bENOTFOUND\b|can't resolve '|server can't find|can't find \S+: /,
  /no such host|nxdomain|name or service not known|name does not resolve|nodename nor servname|bad address|host not found|unknown \w*\s?host|could not translate host name/i,
  /context deadline exceeded|deadline has elapsed|execution expired|read timed out|SocketTimeoutException|ReadTimeout|connection timeout|request timed out|operation (?:has )?timed out|TimeoutException|upstream connect error|reset reason: connection failure/i,
  /leader ?election lost|failed to (?:acquire|renew) (?:the )?lease|no endpoints available|waiting for \w|giving up|gave up|max(?:imum)? retries|too many retries|retries exhausted/i,
];

const near = 15;

/** How sure it is that an application is at fault for what it says at its end: one that reaches nobody may be the victim of the network. */
export function ownFault(line: string | undefined, log: string | undefined): Confidence {
  return othersFault(line, log)?.confidence ?? 'certain';
}

/** The line in which it says that others do not answer it, and how sure its own fault is then; undefined where it says no such thing. */
export function othersFault(line: string | undefined, log: string | undefined): { line: string; confidence: Confidence } | undefined {
  if (line !== undefined && reachesNobody(line)) return { line, confidence: 'possible' };
  if (line !== undefined && turnedAway.some((words) => words.test(line))) return { line, confidence: 'likely' };
  const other = linesOf(log ?? '')
    .slice(-near)
    .findLast(reachesNobody);
  return other === undefined ? undefined : { line: other, confidence: 'likely' };
}

function reachesNobody(line: string): boolean {
  return nobodyAnswers.some((words) => words.test(line));
}
