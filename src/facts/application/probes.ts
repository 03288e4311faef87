import type { Probe } from '../../cluster/wire.ts';
import { type ObservedEvent, withReason, wording } from '../events.ts';
import type { PodContainer } from '../pods.ts';
import { eventsOfContainer, runningSince, type Scene } from './scene.ts';

export type ProbeKind = 'Readiness' | 'Liveness' | 'Startup';

/** How a probe failed, as its words tell it. */
export type ProbeTrouble =
  | 'wrong-protocol'
  | 'connection-refused'
  | 'timeout'
  | 'http-status'
  | 'exec-failed'
  | 'grpc-status'
  | 'connection-reset'
  | 'unreachable'
  | 'host-not-found'
  | 'unnamed';

/** The newest failures of one probe. */
export interface ProbeFailure {
  readonly kind: ProbeKind;
  readonly event: ObservedEvent;
  /** What the kubelet says after "probe failed: ". */
  readonly output: string;
  readonly trouble: ProbeTrouble;
  /** The port that was probed, from the spec, else from the words; undefined where neither tells. */
  readonly port: number | undefined;
}

const failed = /^(Readiness|Liveness|Startup) probe (?:failed|errored)(?: and resulted in \w+ state)?:?\s*([\s\S]*)$/i;

/** The probe of that kind in the container's spec. */
export function probeOf({ spec }: PodContainer, kind: ProbeKind): Probe | undefined {
  if (kind === 'Readiness') return spec?.readinessProbe;
  return kind === 'Liveness' ? spec?.livenessProbe : spec?.startupProbe;
}

/** The newest failure of that probe that events tell of; `since` leaves out what belongs to an earlier run. */
export function newestFailure(scene: Scene, container: PodContainer, kind: ProbeKind): ProbeFailure | undefined {
  const match = eventsOfContainer(scene, container)
    .map((event) => ({ event, words: failed.exec(wording(event).trim()) }))
    .findLast(({ words }) => words?.[1]?.toLowerCase() === kind.toLowerCase());
  if (match?.words === undefined || match.words === null) return undefined;
  const output = (match.words[2] ?? '').trim();
  const probe = probeOf(container, kind);
  return {
    kind,
    event: match.event,
    output,
    trouble: troubleOf(output, probe),
    port: (probe && portNumber(container, probe)) ?? portIn(output),
  };
}

/** Whether the failure was seen in the container's present run. */
export function inPresentRun(container: PodContainer, failure: ProbeFailure): boolean {
  const began = runningSince(container);
  return began === null || failure.event.lastAt === null || Date.parse(failure.event.lastAt) >= Date.parse(began) - 1000;
}

/** What the kubelet says when it kills a container for a failed probe (kubernetes: pkg/kubelet/kuberuntime and, older, dockertools). */
export function probeKill(scene: Scene, container: PodContainer): { event: ObservedEvent; kind: 'Liveness' | 'Startup' } | undefined {
  const killing = withReason(eventsOfContainer(scene, container), 'Killing', 'Unhealthy');
  const event = killing.findLast((one) =>
    /failed (?:liveness|startup) probe|container is unhealthy, it will be killed|is unhealthy, it will be killed/i.test(one.message),
  );
  return event && { event, kind: /startup probe/i.test(event.message) ? 'Startup' : 'Liveness' };
}

/** The number behind a probe's port; undefined where it is a name that the container does not declare, or the probe uses no port. */
export function portNumber({ spec }: PodContainer, probe: Probe): number | undefined {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  if (port === undefined) return undefined;
  const number = Number(port);
  if (Number.isInteger(number)) return number;
  return spec?.ports?.find(({ name }) => name === String(port))?.containerPort;
}

/** The probe's port where it is a name that the container does not declare; undefined otherwise. */
export function undeclaredPortName(container: PodContainer, probe: Probe | undefined): string | undefined {
  const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
  if (probe === undefined || port === undefined || Number.isInteger(Number(port))) return undefined;
  return portNumber(container, probe) === undefined ? String(port) : undefined;
}

/** How long a container may take before the kubelet acts on a probe: the delay and all permitted failures, in milliseconds. */
export function patienceMs(probe: Probe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;
}

const otherProtocol =
  /malformed HTTP (?:response|version|status)|server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|HTTP\/1\.x transport connection broken: malformed|http2: (?:frame too large|unexpected)|error reading server preface|does not implement the grpc health protocol|tls: (?:unsupported|handshake|protocol|received|oversized)|remote error: tls|sent an HTTP request to an HTTPS server|The plain HTTP request was sent to HTTPS port/i;
const tooSlow =
  /deadline exceeded|did not complete within|i\/o timeout|timed? ?out|Client\.Timeout|awaiting headers|request canceled|Timeout exceeded/i;
/** The kubelet's own words, not those of a command that waited for something in vain. */
const commandTooSlow = /^command .*timed out|DeadlineExceeded|deadline exceeded|timeout \S+ exceeded/i;
/** The node's own stack sends nothing to the pod: no route, a filter on the way out, or no port left to send from. */
const unreachable =
  /no route to host|(?:network|host) is (?:unreachable|down)|network unreachable|(?:connect|sendto|write): (?:operation not permitted|permission denied|cannot assign requested address|invalid argument|no buffer space available)/i;

function troubleOf(output: string, probe: Probe | undefined): ProbeTrouble {
  if (probe?.exec !== undefined) return commandTooSlow.test(output) ? 'timeout' : 'exec-failed';
  if (otherProtocol.test(output)) return 'wrong-protocol';
  const status = /statuscode: (\d+)|status ?code:? (\d{3})/i.exec(output);
  if (status) return 'http-status';
  if (/responded with "|service unhealthy|NOT_SERVING|SERVICE_UNKNOWN|health rpc (?:failed|probe)/i.test(output)) {
    return tooSlow.test(output) ? 'timeout' : 'grpc-status';
  }
  if (isShellOutput(output, probe)) return commandTooSlow.test(output) ? 'timeout' : 'exec-failed';
  return overTheNetwork(output, probe);
}

/** Words of a command that ran in the container, where the spec does not tell that the probe is one. */
function isShellOutput(output: string, probe: Probe | undefined): boolean {
  if (probe?.httpGet !== undefined || probe?.tcpSocket !== undefined || probe?.grpc !== undefined) return false;
  const network =
    /^(?:connect(?:ion)?:? ?)?(?:connection )?refused$|^i\/o timeout|^context deadline|^no route to host|^(?:Get|Head) "?https?:|^HTTP probe|dial tcp|^failed to connect|^timeout: failed|^net\/http|^rpc error: code = (?:Unavailable|DeadlineExceeded)|^read tcp|^EOF|^port /i;
  return !network.test(output);
}

function overTheNetwork(output: string, probe: Probe | undefined): ProbeTrouble {
  if (/no such host|server misbehaving|dial \S+ lookup /i.test(output)) return 'host-not-found';
  if (/connection refused|actively refused/i.test(output)) return 'connection-refused';
  if (unreachable.test(output)) return 'unreachable';
  if (tooSlow.test(output)) return 'timeout';
  if (/connection reset by peer|broken pipe|: EOF\b|^EOF$|unexpected EOF/i.test(output))
    return looksLikeTls(output, probe) ? 'wrong-protocol' : 'connection-reset';
  return 'unnamed';
}

/** A plain HTTP probe on a port that is a TLS port by number or name. */
function looksLikeTls(output: string, probe: Probe | undefined): boolean {
  const plain = probe?.httpGet === undefined ? /"?http:\/\//.test(output) : probe.httpGet.scheme !== 'HTTPS';
  const port = String(probe?.httpGet?.port ?? portIn(output) ?? '');
  return plain && /^(?:\d*443|https.*|tls.*)$/.test(port);
}

function portIn(output: string): number | undefined {
  const found =
    /(?:https?:\/\/|dial tcp |tcp )(?:\[[^\]]+\]|[^\s:/"]+):(\d{2,5})/.exec(output) ?? /service "?[^"\s]*:(\d{2,5})/.exec(output);
  return found ? Number(found[1]) : undefined;
}
