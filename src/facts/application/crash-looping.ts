import type { Exhibit } from '../../core/evidence.ts';
import { duration } from '../../core/moment.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { condition, lastTermination, type PodContainer } from '../pods.ts';
import { startFailure } from './cannot-start.ts';
import { claimed, editWorkload, eventExhibits, showLog, stateExhibit, weaker } from './claim.ts';
import { endedWithTheNode, failsToStart, isFailing, isFlapping, waitReason } from './container-state.ts';
import { exitCodeMeaning } from './exit-codes.ts';
import { type ProbeRestart, probeRestart } from './liveness.ts';
import { endingEvent } from './ending-events.ts';
import { lastRunLog, logExhibit, presentLog, tellingLine } from './logs.ts';
import { othersFault, ownFault } from './network-words.ts';
import { outOfMemory } from './oom-killed.ts';
import { portConflict } from './port-conflict.ts';
import { brief, called, restarts, type Scene, sentence } from './scene.ts';

/** What makes a container end, in one clause each. */
export interface Crash {
  readonly detail: string;
  readonly what: string;
  readonly why: string;
  readonly confidence: Confidence;
  readonly exhibits: readonly Exhibit[];
}

/** Containers that end again and again, or cannot be started; init containers have a cause of their own. */
export function crashFindings(scene: Scene): Finding[] {
  return scene.containers
    .filter((container) => isCrashing(scene, container))
    .flatMap((container) => {
      const crash = crashOf(scene, container);
      return crash === undefined ? [] : crashFinding(scene, container, crash);
    });
}

function isCrashing(scene: Scene, container: PodContainer): boolean {
  const initialized = condition(scene.pod, 'Initialized')?.status !== 'False';
  if (container.role !== 'main' && !(container.role === 'sidecar' && initialized)) return false;
  return crashesNow(scene, container) || finishedTooSoon(scene, container);
}

/** Whether it fails now or keeps failing, for a reason of its own. */
export function crashesNow(scene: Scene, container: PodContainer): boolean {
  if (container.status?.ready === true || (endedWithTheNode(container) && !isFailing(container))) return false;
  if (outOfMemory(scene, container) !== undefined) return false;
  if (waitReason(container) === 'CreateContainerConfigError') return startFailure(scene, container) !== undefined;
  return isFailing(container) || isFlapping(container, scene.at) || endingEvent(scene, container) !== undefined;
}

/** Exit code 0 between two restarts of a container that is to run for ever. */
function finishedTooSoon(scene: Scene, { status }: PodContainer): boolean {
  const always = (scene.pod.spec?.restartPolicy ?? 'Always') === 'Always';
  return always && status?.state?.terminated?.exitCode === 0 && status.restartCount > 0;
}

/** Why a container ends: it can't be started, its port is taken, a probe kills it, or it ends by itself. */
export function crashOf(scene: Scene, container: PodContainer): Crash | undefined {
  const start = startFailure(scene, container);
  if (start !== undefined) {
    return {
      detail: 'cannot-start',
      what: 'cannot start',
      why: `${start.why}: "${brief(start.said, 260)}"`,
      confidence: start.explained ? 'certain' : 'likely',
      exhibits: [],
    };
  }
  const conflict = portConflict(scene, container);
  if (conflict !== undefined) return { detail: 'port-conflict', what: 'cannot bind its port', ...conflict };
  const restart = probeRestart(scene, container);
  if (restart !== undefined) return killedByProbe(scene, container, restart);
  return ownEnd(scene, container);
}

/** A probe fails of an application that waits for somebody as well, and what it said last may tell so. */
function killedByProbe(scene: Scene, container: PodContainer, restart: ProbeRestart): Crash {
  const crash = { what: `is killed by its ${restart.detail.split('-')[0] ?? 'liveness'} probe`, ...restart };
  const log = lastRunLog(scene, container);
  if (log === undefined || /wrong-(?:port|protocol)$/.test(restart.detail)) return crash;
  const others = othersFault(tellingLine(log.text), log.text);
  if (others === undefined) return crash;
  return {
    ...crash,
    why: `${crash.why}; its log says "${brief(others.line, 140)}"`,
    confidence: weaker(crash.confidence, others.confidence),
    exhibits: [...crash.exhibits, logExhibit(scene, log, [others.line])],
  };
}

function ownEnd(scene: Scene, container: PodContainer): Crash | undefined {
  const end = lastTermination(container)?.terminated;
  if (end === undefined) {
    return unseenEnd(scene, container);
  }
  const log = lastRunLog(scene, container);
  const line = (log && tellingLine(log.text)) ?? end.message?.split('\n').findLast((one) => one.trim() !== '');
  const lived = end.startedAt && end.finishedAt ? ` after ${duration(Date.parse(end.finishedAt) - Date.parse(end.startedAt))}` : '';
  const meaning = exitCodeMeaning(end.exitCode);
  return {
    detail: 'exit-code',
    what: `exits with code ${end.exitCode}${lived}`,
    why: [
      meaning === undefined ? '' : `code ${end.exitCode} means: ${meaning}`,
      line === undefined ? '' : `its last line: "${brief(line)}"`,
    ]
      .filter(Boolean)
      .join('; '),
    confidence: weaker(ownFault(line, log?.text), killed(end.exitCode) ? 'likely' : 'certain'),
    exhibits: log === undefined ? [] : [logExhibit(scene, log)],
  };
}

/** Whether somebody else ended it, by SIGKILL or SIGTERM, where nothing tells who: the kubelet, the kernel or a process in it. */
function killed(exitCode: number): boolean {
  return exitCode === 137 || exitCode === 143;
}

/** Its status does not tell how it ended; what it said last may. */
function unseenEnd(scene: Scene, container: PodContainer): Crash {
  const log = lastRunLog(scene, container) ?? presentLog(scene, container);
  const line = log && tellingLine(log.text);
  const said = line === undefined ? undefined : `its last line: "${brief(line)}"`;
  const why = said ?? brief(container.status?.state?.waiting?.message ?? 'no end of it is on record');
  return {
    detail: 'exit-code',
    what: 'crashes',
    why,
    confidence: weaker(ownFault(line, log?.text), 'likely'),
    exhibits: log === undefined ? [] : [logExhibit(scene, log)],
  };
}

function crashFinding(scene: Scene, container: PodContainer, crash: Crash): Finding[] {
  const refused = waitReason(container) === 'CreateContainerConfigError';
  const steady: Confidence = isFailing(container) || refused || finishedTooSoon(scene, container) ? 'certain' : 'likely';
  const end = lastTermination(container)?.terminated;
  const facts = [restarts(scene, container), crash.why].filter(Boolean);
  const title = `${sentence(called(container))} of ${scene.name} ${crash.what}`;
  return claimed(scene, {
    cause: 'app-crash-looping',
    detail: crash.detail,
    confidence: weaker(crash.confidence, steady),
    title,
    summary: `${title}${facts.length === 0 ? '' : `, ${facts.join('; ')}`}.`,
    exhibits: [...stateExhibit(scene, container), ...crash.exhibits, ...eventExhibits([endingEvent(scene, container)])],
    at: end?.finishedAt,
    actions: [
      ...(failsToStart(container) ? [] : [showLog(scene, container)]),
      ...(crash.detail === 'exit-code' ? [] : [editWorkload(scene, actionFor(crash.detail))]),
    ],
  });
}

function actionFor(detail: string): string {
  if (detail === 'cannot-start') return 'Correct the command, the image or its security settings';
  return detail === 'port-conflict'
    ? 'Give one of the two another port'
    : 'Correct the probe, or give the start more time with a startupProbe';
}
