import type { PodContainer } from '../pods.ts';
import type { ContainerLog } from './evidence.ts';
import { linesOf } from './logs.ts';

/** A port that the application says it listens on. */
export interface Listening {
  readonly port: number;
  /** On the loopback address only, where no probe of the kubelet arrives. */
  readonly loopback: boolean;
  /** The line that says so. */
  readonly line: string;
}

const opening =
  /listen|serving|waiting for connections|\busing port|\bserves?\b|accept(?:ing|s)? (?:connections|requests)|(?:start(?:ed|ing|up)?|run(?:ning|s)?|bound|bind(?:ing)?|ready|available|up|live|initialized|open(?:ed)?|exposed)\b.*\b(?:at|on|to|with|in|port)\b|\bport(?:\(s\))?\b.*\b(?:start|listen|http)|start(?:ed|ing)? (?:\w+ ){0,3}(?:server|at|on)|Local:\s|\bstarted\b.*:\d|running on|https?:\/\/(?:0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1|\*)/i;
const notOpening =
  /fail|error|unable|cannot|can't|could not|already in use|refused|connecting|connect(?:ed)? to|dial|retry|upstream|forward(?:ing|ed) to|proxy(?:ing)? to|registered with|publish|request from|client|curl|stopp|shut/i;
const side = /metric|prometheus|admin|debug|pprof|management|actuator|gossip|raft|peer|cluster|jmx|telemetry|tracing|agent|profil/i;

const address =
  /(?:(?<host>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.%\w]*\]|localhost|\*|::1?|0(?::0){6,7}(?:%\w+)?|(?<=:\/\/)[\w.-]+)|(?<=^|[\s"'(=,[]))[:](?<port>\d{2,5})(?!\w|[.:]\d)/g;
const named = /\bport(?:\(s\)|s)?["']?\s*(?:is|number)?\s*[:=]?\s*["'[(]?(?<port>\d{2,5})\b/gi;
const alsoNamed = /(?<=port\(s\)[^\n]*,\s*)(?<port>\d{2,5})(?=\s*\()/gi;

/**
 * The ports that a log says a server listens on, in the many words that frameworks have for it; each port once.
 * Ports of side doors (metrics, admin, debugging) are left out unless `port` is one of them.
 */
export function listeningPorts(log: ContainerLog | undefined, port: number): readonly Listening[] {
  if (log === undefined) return [];
  const found = linesOf(log.text)
    .filter((line) => opening.test(line) && !notOpening.test(line))
    .flatMap((line) => portsIn(line).map((one) => ({ ...one, line })));
  const kept = found.filter((one) => one.port === port || !side.test(one.line.replace('[GIN-debug]', '')));
  return kept.filter((one, index) => kept.findIndex((other) => other.port === one.port && other.loopback === one.loopback) === index);
}

function portsIn(line: string): { port: number; loopback: boolean }[] {
  const addresses = [...line.matchAll(address)].map(({ groups }) => ({
    port: Number(groups?.['port']),
    // "http://localhost:3000" is what many frameworks print although they listen everywhere.
    loopback: /^(?:127\.|\[::1\]$|::1$)/.test(groups?.['host'] ?? '') && !/0\.0\.0\.0|\[::\]/.test(line),
  }));
  const ports = [...line.matchAll(named), ...line.matchAll(alsoNamed)].map(({ groups }) => ({
    port: Number(groups?.['port']),
    loopback: false,
  }));
  const known = new Set(addresses.map(({ port }) => port));
  return [...addresses, ...ports.filter(({ port }) => !known.has(port))].filter(({ port }) => port > 0 && port < 65_536);
}

const portVariable = /^(?:[A-Z0-9_]*_)?(?:PORT|LISTEN(?:_ADDR(?:ESS)?|_PORT)?|BIND(?:_ADDR(?:ESS)?)?|ASPNETCORE_(?:URLS|HTTP_PORTS))$/;
const otherParty =
  /(?:DB|DATABASE|REDIS|PG|POSTGRES\w*|MYSQL|MONGO\w*|KAFKA|RABBIT\w*|AMQP|SMTP|MAIL|ELASTIC\w*|UPSTREAM|BACKEND|REMOTE|TARGET|PROXY|METRICS?|ADMIN|DEBUG|MANAGEMENT|API|CACHE|QUEUE|SERVICE)_/;
const portArgument =
  /^--?(?:http-?|secure-?|https-?|server[.-]?|listen-?|web\.?listen-?|bind-?|api-?)*(?:port|addr(?:ess)?|listen|bind)(?:=|\s+|$)/i;

/** Ports that the container's own environment and arguments tell the application to listen on. */
export function configuredPorts({ spec }: PodContainer): readonly number[] {
  const variables = (spec?.env ?? [])
    .filter(({ name }) => portVariable.test(name) && !otherParty.test(name))
    .map(({ value }) => value ?? '');
  const words = [...(spec?.command ?? []), ...(spec?.args ?? [])];
  const given = words.flatMap((word, index) => {
    if (!portArgument.test(word)) return [];
    return word.includes('=') ? [word.slice(word.indexOf('=') + 1)] : [words[index + 1] ?? ''];
  });
  const ports = [...variables, ...given].map((value) => Number(/(?:^|[:\]])(\d{2,5})\/?$/.exec(value)?.[1] ?? Number.NaN));
  return [...new Set(ports.filter((port) => port > 0 && port < 65_536))];
}
