import type { Exhibit } from '../../core/evidence.ts';
import { duration, minutes } from '../../core/moment.ts';
import type { Confidence } from '../../core/verdict.ts';
import { isFresh, type ObservedEvent } from '../events.ts';
import { lastTermination, type PodContainer } from '../pods.ts';
import { eventExhibits, weaker } from './claim.ts';
import { newestFailure, patienceMs, probeKill, type ProbeFailure, probeOf, undeclaredPortName } from './probes.ts';
import { speaksTls, sureness } from './probe-trouble.ts';
import { brief, type Scene } from './scene.ts';
import { wrongPort } from './wrong-port.ts';

/** That the kubelet itself kills the container, because a probe of it fails. */
export interface ProbeRestart {
  readonly detail: string;
  readonly why: string;
  readonly confidence: Confidence;
  readonly exhibits: readonly Exhibit[];
}

/** Exit codes of a container that was told to stop, or that stops on its own when it is told. */
const toldToStop = [0, 2, 130, 137, 143];

/**
 * Whether a liveness or startup probe is what restarts the container, and what is wrong with the probe.
 *
 * The kubelet's Killing event proves it; failures alone make it likely where the exit code is that of a stopped
 * container. A container that ends by itself fails its probe as well, and is not meant.
 */
export function probeRestart(scene: Scene, container: PodContainer): ProbeRestart | undefined {
  const kill = freshKill(scene, container);
  const kind = kill?.kind ?? (newestFailure(scene, container, 'Liveness') === undefined ? 'Startup' : 'Liveness');
  const failure = newestFailure(scene, container, kind);
  if (!killedByProbe(scene, container, { kill, failure, kind })) return undefined;
  const judged = judge(scene, container, { kind, failure });
  return {
    ...judged,
    confidence: kill === undefined ? weaker(judged.confidence, 'likely') : judged.confidence,
    exhibits: [...eventExhibits([failure?.event, kill?.event]), ...(judged.exhibits ?? [])],
  };
}

type RestartingProbe = 'Liveness' | 'Startup';

interface Signs {
  readonly kill: { readonly event: ObservedEvent } | undefined;
  readonly failure: ProbeFailure | undefined;
  readonly kind: RestartingProbe;
}

function killedByProbe(scene: Scene, container: PodContainer, { kill, failure, kind }: Signs): boolean {
  const code = lastTermination(container)?.terminated.exitCode;
  const stopped = code === undefined || toldToStop.includes(code);
  if (kill !== undefined) return stopped || livedLongEnough(container, kind);
  return failure !== undefined && isFresh(failure.event, scene.at, minutes(30)) && stopped && livedLongEnough(container, kind);
}

function freshKill(scene: Scene, container: PodContainer): { event: ObservedEvent; kind: RestartingProbe } | undefined {
  const kill = probeKill(scene, container);
  return kill !== undefined && isFresh(kill.event, scene.at, minutes(30)) ? kill : undefined;
}

/** Whether its last run was long enough for the probe to run out of patience. */
function livedLongEnough(container: PodContainer, kind: RestartingProbe): boolean {
  const probe = probeOf(container, kind);
  const lived = lifetimeMs(container);
  return probe === undefined || lived === null || lived >= patienceMs(probe) - (probe.periodSeconds ?? 10) * 1000;
}

function lifetimeMs(container: PodContainer): number | null {
  const { startedAt, finishedAt } = lastTermination(container)?.terminated ?? {};
  return startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
}

interface Judged {
  readonly detail: string;
  readonly why: string;
  readonly confidence: Confidence;
  readonly exhibits?: readonly Exhibit[];
}

function judge(scene: Scene, container: PodContainer, seen: { kind: RestartingProbe; failure: ProbeFailure | undefined }): Judged {
  const kind = seen.kind.toLowerCase();
  const name = undeclaredPortName(container, probeOf(container, seen.kind));
  if (name !== undefined) {
    return {
      detail: `${kind}-wrong-port`,
      why: `it probes a port named "${name}", which the container does not declare`,
      confidence: 'certain',
    };
  }
  if (seen.failure === undefined) {
    return { detail: `${kind}-too-strict`, why: 'the kubelet says that the probe failed', confidence: 'likely' };
  }
  return judgeFailure(scene, container, seen.failure);
}

function judgeFailure(scene: Scene, container: PodContainer, failure: ProbeFailure): Judged {
  const kind = failure.kind.toLowerCase();
  const { trouble, port } = failure;
  const said = `the ${kind} probe fails with "${brief(failure.output, 140)}"`;
  const wrong = trouble === 'connection-refused' && port !== undefined ? wrongPort(scene, container, port) : undefined;
  if (wrong !== undefined) {
    return {
      detail: `${kind}-wrong-port`,
      why: `${said}: it probes port ${port}, but ${wrong.why}`,
      confidence: wrong.confidence,
      exhibits: wrong.exhibits,
    };
  }
  if (trouble === 'wrong-protocol' || speaksTls(scene, container, failure)) {
    return { detail: `${kind}-wrong-protocol`, why: `${said}: the port speaks another protocol`, confidence: 'certain' };
  }
  const confidence = sureness(failure);
  if (!isImpatient(container, failure)) return { detail: `${kind}-${trouble}`, why: said, confidence };
  return { detail: `${kind}-too-strict`, why: `${said}; ${budget(container, failure)}`, confidence };
}

/**
 * Whether the probe is stricter than the application is quick: no answer within the timeout, or killed at the first
 * occasion after the start, before it served at all.
 */
function isImpatient(container: PodContainer, { kind, trouble, output }: ProbeFailure): boolean {
  if (trouble === 'timeout') return true;
  const starting =
    trouble === 'connection-refused' || trouble === 'exec-failed' || trouble === 'grpc-status' || /statuscode: 50[234]/i.test(output);
  const probe = probeOf(container, kind);
  const lived = lifetimeMs(container);
  if (!starting) return false;
  if (probe === undefined || lived === null) return trouble === 'connection-refused';
  const grace = minutes(1);
  return lived <= patienceMs(probe) * 1.5 + grace;
}

function budget(container: PodContainer, { kind, trouble }: ProbeFailure): string {
  const probe = probeOf(container, kind);
  if (probe === undefined) return 'it is killed before it serves';
  if (trouble === 'timeout') return `it must answer within ${probe.timeoutSeconds ?? 1} s`;
  const lived = lifetimeMs(container);
  const ran = lived === null ? '' : `, and it was killed after ${duration(lived)}`;
  return `the probe gives it ${duration(patienceMs(probe))} to start${ran}`;
}
