import type { Endpoint } from './endpoint.ts';
import type { Match } from './match.ts';
import type { Traffic } from './policy.ts';

/** One item of a rule's `ports`. */
export interface PortRule {
  readonly text: string;
  readonly matches: (traffic: Traffic) => Match;
}

const protocols: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

/** Whether it is a protocol that has ports, in the one spelling that the API server takes. */
export function isProtocol(text: string): boolean {
  return protocols.has(text);
}

/** Every port of a protocol. */
export function allPorts(protocol: string): PortRule {
  if (!isProtocol(protocol)) return invalidPort(`of the protocol ${protocol}`);
  return { text: protocol, matches: (traffic) => traffic.protocol === protocol };
}

/** Ports from first to last, both included. */
export function portRange(protocol: string, first: number, last: number): PortRule {
  const text = first === last ? `${first}/${protocol}` : `${first}-${last}/${protocol}`;
  if (!isProtocol(protocol) || !isPort(first) || !isPort(last) || last < first) return invalidPort(text);
  return { text, matches: (traffic) => traffic.protocol === protocol && first <= traffic.port && traffic.port <= last };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/**
 * A named port, which each destination pod resolves by its own containers, init containers and sidecars included.
 * Null takes any protocol. A name that the destination does not have matches nothing.
 */
export function namedPort(name: string, protocol: string | null): PortRule {
  const text = protocol === null ? name : `${name}/${protocol}`;
  if (protocol !== null && !isProtocol(protocol)) return invalidPort(text);
  return {
    text,
    matches: (traffic) =>
      (protocol === null || traffic.protocol === protocol) &&
      declaredPorts(traffic.to).some((port) => port.name === name && port.protocol === traffic.protocol && port.port === traffic.port),
  };
}

function declaredPorts(endpoint: Endpoint): readonly { name: string | null; port: number; protocol: string }[] {
  return endpoint.kind === 'pod' ? endpoint.pod.ports : [];
}

/** A port that the API server would not have accepted, so that nobody knows what a plugin makes of it. */
export function invalidPort(text: string): PortRule {
  return { text, matches: () => ({ doubt: `the port ${text} is not valid` }) };
}
