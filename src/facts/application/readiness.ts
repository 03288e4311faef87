import type { Exhibit } from '../../core/evidence.ts';
import { ageMs, duration, minutes } from '../../core/moment.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { isFresh } from '../events.ts';
import { condition, type PodContainer } from '../pods.ts';
import { claimed, editWorkload, eventExhibits, podExhibit, showLog, stateExhibit, weaker } from './claim.ts';
import { logExhibit, presentLog, tellingLine } from './logs.ts';
import { othersFault } from './network-words.ts';
import {
  inPresentRun,
  newestFailure,
  patienceMs,
  portNumber,
  type ProbeFailure,
  type ProbeKind,
  probeOf,
  undeclaredPortName,
} from './probes.ts';
import { brief, called, runningSince, type Scene, sentence } from './scene.ts';
import { describeTrouble, speaksTls, sureness } from './probe-trouble.ts';
import { loopbackOnly, saidToListen, wrongPort } from './wrong-port.ts';

/** Containers that run but are not ready because their readiness or startup probe fails, and readiness gates that nobody has set. */
export function readinessFindings(scene: Scene): Finding[] {
  const unready = scene.containers.filter(
    ({ role, status }) => (role === 'main' || role === 'sidecar') && status?.state?.running !== undefined && !status.ready,
  );
  const findings = unready.flatMap((container) => probeFinding(scene, container));
  return findings.length > 0 || unready.length > 0 ? findings : readinessGates(scene);
}

function probeFinding(scene: Scene, container: PodContainer): Finding[] {
  const kind = container.spec?.startupProbe !== undefined && container.status?.started === false ? 'Startup' : 'Readiness';
  const named = undeclaredPortName(container, probeOf(container, kind));
  if (named !== undefined) return unknownPortName(scene, container, { kind, name: named });
  const failure = newestFailure(scene, container, kind) ?? (kind === 'Startup' ? undefined : newestFailure(scene, container, 'Startup'));
  if (failure === undefined || !inPresentRun(container, failure)) return unseenFailure(scene, container, kind);
  if (isStarting(scene, container, failure)) return [];
  return failureFinding(scene, container, failure);
}

function failureFinding(scene: Scene, container: PodContainer, failure: ProbeFailure): Finding[] {
  const { detail, why, exhibits, confidence } = withOthers(scene, container, judged(scene, container, failure));
  const fresh: Confidence = isFresh(failure.event, scene.at, minutes(20)) ? 'certain' : 'likely';
  const declared: Confidence = container.spec === undefined || probeOf(container, failure.kind) !== undefined ? 'certain' : 'likely';
  const kind = failure.kind.toLowerCase();
  const { count } = failure.event;
  return claimed(scene, {
    cause: 'app-readiness-probe-failing',
    detail,
    confidence: weaker(confidence, weaker(fresh, declared)),
    title: `${sentence(kind)} probe of ${called(container)} of ${scene.name} fails: ${describeTrouble(detail, failure)}`,
    summary: `${sentence(called(container))} of ${scene.name} runs but is not ready; its ${kind} probe failed ${count === 1 ? 'last' : `${count} times, last`} with "${brief(failure.output, 180)}"${why === '' ? '' : `: ${why}`}.`,
    exhibits: [...eventExhibits([failure.event]), ...exhibits, ...stateExhibit(scene, container)],
    at: failure.event.lastAt,
    actions: [showLog(scene, container), editWorkload(scene, `Correct the ${kind} probe, or what it probes`)],
  });
}

interface Judged {
  readonly detail: string | null;
  readonly why: string;
  readonly exhibits: readonly Exhibit[];
  readonly confidence: Confidence;
}

function judged(scene: Scene, container: PodContainer, failure: ProbeFailure): Judged {
  const { trouble, port } = failure;
  if (trouble === 'connection-refused' && port !== undefined) {
    const wrong = wrongPort(scene, container, port);
    if (wrong?.confidence === 'certain')
      return { ...plain('wrong-port', `it probes port ${port}, but ${wrong.why}`), exhibits: wrong.exhibits };
    const loopback = loopbackOnly(scene, container, port);
    if (loopback !== undefined) {
      return {
        ...plain(trouble, `it listens on the loopback address only ("${brief(loopback.line, 100)}")`),
        exhibits: [loopback.exhibit],
      };
    }
    if (/(?:127\.0\.0\.1|localhost|\[::1\]):\d/.test(failure.output))
      return plain(trouble, 'it probes the loopback address, which is that of the node and not of the pod');
    // Ports that a container declares bind nobody: they are a hint at the port that it serves.
    if (wrong !== undefined)
      return { ...plain(trouble, `nothing listens on port ${port}, and it may be the wrong one: ${wrong.why}`), exhibits: wrong.exhibits };
    const line = saidToListen(scene, container, port);
    return plain(
      trouble,
      line === undefined
        ? `nothing listens on port ${port}`
        : `its log says that it listens there ("${brief(line, 100)}"), but it does not any more, or not on this address`,
    );
  }
  if (trouble === 'http-status' && speaksTls(scene, container, failure))
    return plain('wrong-protocol', 'the port speaks TLS and the probe plain HTTP');
  const confidence = trouble === 'timeout' && othersAreReady(scene) ? 'possible' : sureness(failure);
  return { ...plain(trouble === 'unnamed' ? null : trouble, ''), confidence };
}

/** The same with what its log says of others that do not answer it; what a wrong probe asks of it does not depend on them. */
function withOthers(scene: Scene, container: PodContainer, own: Judged): Judged {
  const log = presentLog(scene, container);
  if (log === undefined || own.detail === 'wrong-port' || own.detail === 'wrong-protocol') return own;
  const others = othersFault(tellingLine(log.text), log.text);
  if (others === undefined) return own;
  return {
    detail: own.detail,
    why: [own.why, `its log says "${brief(others.line, 140)}"`].filter(Boolean).join('; '),
    exhibits: [...own.exhibits, logExhibit(scene, log, [others.line])],
    confidence: weaker(own.confidence, others.confidence),
  };
}

function plain(detail: string | null, why: string): Judged {
  return { detail, why, exhibits: [], confidence: 'certain' };
}

/** Whether pods of the same workload are Ready on other nodes, so that the image and its configuration work. */
function othersAreReady({ evidence, pod }: Scene): boolean {
  return (evidence.siblings ?? []).some(({ ready, node }) => ready && node !== pod.spec?.nodeName);
}

/** Whether it is within the time that its probe allows for the start, where a refusal is to be expected. */
function isStarting(scene: Scene, container: PodContainer, failure: ProbeFailure): boolean {
  const since = ageMs(scene.at, runningSince(container));
  const probe = probeOf(container, failure.kind);
  if (since === null || (container.status?.restartCount ?? 0) > 0) return false;
  const expected = ['connection-refused', 'timeout', 'http-status', 'exec-failed', 'grpc-status'].includes(failure.trouble);
  return expected && since < Math.max(minutes(1), probe === undefined ? 0 : patienceMs(probe));
}

function unknownPortName(scene: Scene, container: PodContainer, { kind, name }: { kind: ProbeKind; name: string }): Finding[] {
  const ports = (container.spec?.ports ?? []).map((port) => `${port.name ?? ''}:${port.containerPort}`).join(', ');
  return claimed(scene, {
    cause: 'app-readiness-probe-failing',
    detail: 'wrong-port',
    confidence: 'certain',
    title: `${kind} probe of ${called(container)} of ${scene.name} asks a port named ${name}, which it does not declare`,
    summary: `The ${kind.toLowerCase()} probe of ${called(container)} asks the port named "${name}"; the container declares ${ports || 'no port'}, so the probe can never succeed.`,
    exhibits: [podExhibit(scene, `spec.containers[${container.name}].ports`, ports || 'no ports'), ...stateExhibit(scene, container)],
    actions: [editWorkload(scene, 'Correct the name of the port in the probe')],
  });
}

/** The probe's events are gone or were not read: a container that has run for long enough and is not ready proves that it fails. */
function unseenFailure(scene: Scene, container: PodContainer, kind: ProbeKind): Finding[] {
  const probe = probeOf(container, kind);
  const since = ageMs(scene.at, runningSince(container));
  if (probe === undefined || since === null || since < Math.max(minutes(5), 2 * patienceMs(probe))) return [];
  const port = portNumber(container, probe);
  const wrong = port === undefined ? undefined : wrongPort(scene, container, port);
  return claimed(scene, {
    cause: 'app-readiness-probe-failing',
    detail: wrong === undefined ? null : 'wrong-port',
    // The kubelet repeats the event while the probe fails, so its absence among others speaks against it.
    confidence: (scene.evidence.events ?? []).length === 0 ? 'likely' : 'possible',
    title: `${kind} probe of ${called(container)} of ${scene.name} does not succeed`,
    summary: `${sentence(called(container))} of ${scene.name} has run for ${duration(since)} and has a ${kind.toLowerCase()} probe, yet it is not ready${wrong === undefined ? '; no event says why' : `: ${wrong.why}`}.`,
    exhibits: [...stateExhibit(scene, container), ...(wrong?.exhibits ?? [])],
    actions: [showLog(scene, container)],
  });
}

/** Readiness gates are conditions that something outside sets, such as a load balancer's controller. */
function readinessGates(scene: Scene): Finding[] {
  if (scene.containers.some(({ role, status }) => role === 'main' && status?.ready !== true)) return [];
  const gates = (scene.pod.spec?.readinessGates ?? []).map(({ conditionType }) => conditionType);
  const closed = gates.filter((gate) => condition(scene.pod, gate)?.status !== 'True');
  if (closed.length === 0) return [];
  const exhibits = closed.map((gate) => {
    const { status = 'not set', reason = '', message = '' } = condition(scene.pod, gate) ?? {};
    return podExhibit(scene, `status.conditions[${gate}]`, [status, reason, message].filter(Boolean).join(': '));
  });
  return claimed(scene, {
    cause: 'app-readiness-probe-failing',
    detail: 'readiness-gate',
    confidence: 'certain',
    title: `Readiness gate ${closed.join(', ')} of ${scene.name} is not True`,
    summary: `All containers of ${scene.name} are ready, but its readiness gate ${closed.join(', ')} is not True; what sets it (often a load balancer's controller) has not done so.`,
    exhibits,
  });
}
