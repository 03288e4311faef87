import type { Confidence } from '../../core/verdict.ts';
import type { PodContainer } from '../pods.ts';
import { lineThat, presentLog } from './logs.ts';
import { ownFault } from './network-words.ts';
import { portNumber, type ProbeFailure, probeOf } from './probes.ts';
import type { Scene } from './scene.ts';

const words: Readonly<Record<string, string>> = {
  'wrong-port': 'nothing listens on the port that it probes',
  'wrong-protocol': 'the port speaks another protocol',
  'connection-refused': 'connection refused',
  timeout: 'no answer in time',
  'exec-failed': 'its command fails',
  'grpc-status': 'the gRPC health service does not say SERVING',
  'connection-reset': 'the connection is cut off',
  unreachable: 'the pod cannot be reached from its node',
  'host-not-found': 'the name of its host is not known',
};

/** The trouble in a few words for a title; with the port or the status where it is known. */
export function describeTrouble(detail: string | null, { output, port }: ProbeFailure): string {
  const status = /statuscode: (\d+)/i.exec(output)?.[1];
  if (detail === 'http-status') return `HTTP status ${status ?? 'not 2xx or 3xx'}`;
  const said = words[detail ?? ''] ?? 'see what it says';
  return port === undefined ? said : `${said} (port ${port})`;
}

/** How sure it is that the container itself is at fault: a probe that gets no answer may just as well be the victim of the network. */
export function sureness({ trouble, output }: ProbeFailure): Confidence {
  if (trouble === 'unreachable' || trouble === 'host-not-found') return 'possible';
  if (trouble === 'timeout' || trouble === 'unnamed') return 'likely';
  return trouble === 'exec-failed' && !asksItself.test(output) ? ownFault(output, undefined) : 'certain';
}

/** A command that asks its own container, and no others. */
const asksItself = /localhost|\b127\.\d+\.\d+\.\d+|::1\b/;

const tlsTalk =
  /TLS handshake error|sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|wrong version number|http request received on https|first record does not look like a TLS handshake/i;

/** Whether a status of 400 comes from a TLS port that was asked in plain HTTP: by the application's log, or by the port's number or name. */
export function speaksTls(scene: Scene, container: PodContainer, failure: ProbeFailure): boolean {
  if (!/statuscode: 400/i.test(failure.output)) return false;
  const probe = probeOf(container, failure.kind);
  if (probe?.httpGet?.scheme === 'HTTPS') return false;
  if (lineThat(presentLog(scene, container), tlsTalk) !== undefined) return true;
  const number = (probe && portNumber(container, probe)) ?? failure.port;
  const name = container.spec?.ports?.find(({ containerPort }) => containerPort === number)?.name ?? '';
  return /^\d*443$/.test(String(number ?? '')) || /^(?:https|tls)/.test(name);
}
