import { endOf } from '../network/policy/ends.ts';
import type { Protocol } from '../network/policy/endpoint.ts';
import type { PolicyIndex } from '../network/policy/policy-index.ts';
import { reach, type ReachError, type ReachResult } from '../network/policy/reach.ts';

export interface PortAndProtocol {
  readonly port: number;
  readonly protocol: Protocol;
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** `8080`, `53/UDP`; undefined where it is no port. TCP where it names no protocol. */
export function parsePort(text: string): PortAndProtocol | undefined {
  const [, number, name = 'TCP'] = /^(\d{1,5})(?:\/([A-Za-z]+))?$/.exec(text) ?? [];
  const protocol = protocols.find((each) => each === name.toUpperCase());
  const port = Number(number);
  return protocol === undefined || !(port >= 1 && port <= 65_535) ? undefined : { port, protocol };
}

/** A line of a queries file. Without a port, every port that the target's containers declare is meant. */
export interface ReachLine {
  readonly from: string;
  readonly to: string;
  readonly port: PortAndProtocol | undefined;
}

/** One line of a queries file, `{"from","to","port","protocol"}`. */
export function parseLine(line: string): ReachLine | ReachError {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { error: `the line is no JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: 'the line is no JSON object' };
  const { from, to, port, protocol } = value as Record<string, unknown>;
  if (typeof from !== 'string' || from === '') return { error: '"from" must be NAMESPACE/POD or an IP address' };
  if (typeof to !== 'string' || to === '') return { error: '"to" must be NAMESPACE/POD or an IP address' };
  if (port === undefined || port === null) return { from, to, port: undefined };
  const text = `${describe(port)}${protocol === undefined || protocol === null ? '' : `/${describe(protocol)}`}`;
  const parsed = parsePort(text);
  return parsed === undefined ? { error: `"${text}" is no port: 1 to 65535, with protocol TCP, UDP or SCTP` } : { from, to, port: parsed };
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** The answer to a query: one result, or one for each port that the target's containers declare. */
export function answer(index: PolicyIndex, { from, to, port }: ReachLine): ReachResult | ReachResult[] | ReachError {
  if (port !== undefined) return reach(index, { from, to, ...port });
  const ports = portsOf(index, to);
  if ('error' in ports) return ports;
  const results = ports.map((each) => reach(index, { from, to, ...each }));
  const wrong = results.find((result): result is ReachError => 'error' in result);
  return wrong ?? results.filter((result): result is ReachResult => !('error' in result));
}

function portsOf(index: PolicyIndex, to: string): PortAndProtocol[] | ReachError {
  const end = endOf(index, to);
  if ('problem' in end) return { error: end.why };
  const [endpoint] = end.endpoints;
  const pod = endpoint.kind === 'pod' ? endpoint.pod : endpoint.kind === 'node' ? endpoint.hostNetworkPod : null;
  if (pod === null) return { error: `a port is needed: ${to} is no pod, so that no container says its ports` };
  const declared = pod.ports.flatMap(({ port, protocol }) => parsePort(`${port}/${protocol}`) ?? []);
  const distinct = new Map(declared.map((each) => [`${each.port}/${each.protocol}`, each]));
  return [...distinct.values()];
}
