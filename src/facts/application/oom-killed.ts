import { duration, minutes } from '../../core/moment.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { isFresh, withReason } from '../events.ts';
import { lastTermination, type PodContainer, restartedWithin, type Termination } from '../pods.ts';
import { claimed, editWorkload, eventExhibits, showLog, stateExhibit } from './claim.ts';
import { isFailing } from './container-state.ts';
import { lastRunLog, lineThat, logExhibit } from './logs.ts';
import { brief, called, restarts, runningSince, type Scene, sentence } from './scene.ts';

interface OutOfMemory {
  readonly detail: string;
  readonly confidence: Confidence;
  readonly why: string;
  /** The line of its log that says so, where that is the proof. */
  readonly line?: string;
}

/** Containers, init containers too, whose last run ended for want of memory, while they are still failing because of it. */
export function oomFindings(scene: Scene): Finding[] {
  return scene.containers.flatMap((container) => {
    const found = outOfMemory(scene, container);
    return found === undefined ? [] : finding(scene, container, found);
  });
}

/** How the container ran out of memory; undefined where it did not, or where that was in another life. */
export function outOfMemory(scene: Scene, container: PodContainer): OutOfMemory | undefined {
  if (container.role === 'ephemeral' || container.status?.ready === true) return undefined;
  if (initTooSmall(container))
    return { detail: 'container-limit', confidence: 'certain', why: 'its memory limit is too small even to start it' };
  const end = lastTermination(container);
  if (end === undefined || (!isFailing(container) && !restartedWithin(container, scene.at, minutes(30)))) return undefined;
  const { reason, exitCode } = end.terminated;
  if (reason === 'OOMKilled') return killed(scene, container, end);
  const inWords = /oom[- ]?kill|out of memory/i.test(end.terminated.message ?? '');
  if (exitCode === 137 && (inWords || killEvent(scene, container) !== undefined)) {
    return {
      detail: 'container-limit',
      confidence: 'likely',
      why: 'it was killed with exit code 137 and the kernel reports an out-of-memory kill',
    };
  }
  return heapFull(scene, container, end);
}

/** runc says so when the limit is smaller than what starting needs; the status then is StartError. */
function initTooSmall({ status }: PodContainer): boolean {
  const words = [status?.state?.waiting?.message, status?.state?.terminated?.message, status?.lastState?.terminated?.message];
  return words.some((text) => /container init was OOM-killed|memory limit too low/i.test(text ?? ''));
}

function killed(scene: Scene, container: PodContainer, end: Termination): OutOfMemory {
  const limit = container.spec?.resources?.limits?.['memory'];
  const stillDown = isFailing(container) || end.present;
  const confidence: Confidence = stillDown ? 'certain' : 'likely';
  if (limit !== undefined) return { detail: 'container-limit', confidence, why: `its memory limit is ${limit}` };
  const onNode = withReason(scene.evidence.nodeEvents ?? [], 'SystemOOM', 'OOMKilling').some((event) =>
    isFresh(event, scene.at, minutes(30)),
  );
  // Without a limit of its own only the node (or the pod's limit) can have run out.
  return onNode && container.spec !== undefined
    ? { detail: 'node-memory', confidence, why: 'it has no memory limit, and its node reports that it ran out of memory' }
    : { detail: 'container-limit', confidence, why: 'no memory limit of its own is known' };
}

function killEvent(scene: Scene, container: PodContainer): unknown {
  return scene.events.find(
    (event) =>
      /oom[- ]?kill/i.test(`${event.reason} ${event.message}`) &&
      (event.object.container ?? container.name) === container.name &&
      isFresh(event, scene.at, minutes(30)),
  );
}

const heap =
  /java\.lang\.OutOfMemoryError|Terminating due to java\.lang\.OutOfMemoryError|JavaScript heap out of memory|fatal error: runtime: (?:out of memory|cannot allocate memory)|^MemoryError\b|std::bad_alloc|System\.OutOfMemoryException|Allowed memory size of \d+ bytes exhausted|FATAL: {2}out of memory|Cannot allocate memory|^Killed$|^OOMKilled$/;

function heapFull(scene: Scene, container: PodContainer, { terminated }: Termination): OutOfMemory | undefined {
  if (terminated.exitCode === 0 || terminated.exitCode === 143) return undefined;
  const line = lineThat(lastRunLog(scene, container), heap);
  if (line === undefined) return undefined;
  const bySignal = terminated.exitCode === 137 || line.endsWith('Killed');
  return { detail: bySignal ? 'container-limit' : 'heap-limit', confidence: 'likely', why: `its log says "${brief(line, 120)}"`, line };
}

function finding(scene: Scene, container: PodContainer, { detail, confidence, why, line }: OutOfMemory): Finding[] {
  const end = lastTermination(container)?.terminated;
  const log = lastRunLog(scene, container);
  const verb = detail === 'heap-limit' ? 'runs out of heap memory' : 'is killed for using too much memory';
  const lived = end?.startedAt && end.finishedAt ? Date.parse(end.finishedAt) - Date.parse(end.startedAt) : null;
  const facts = [
    end === undefined ? '' : `exit code ${end.exitCode}${lived === null ? '' : ` after ${duration(lived)}`}`,
    restarts(scene, container),
  ].filter(Boolean);
  return claimed(scene, {
    cause: 'app-oom-killed',
    detail,
    confidence,
    title: `${sentence(called(container))} of ${scene.name} ${verb}`,
    summary: `${sentence(called(container))} of ${scene.name} ${verb}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}: ${why}.`,
    exhibits: [
      ...stateExhibit(scene, container),
      ...(log === undefined || line === undefined ? [] : [logExhibit(scene, log, [line])]),
      ...eventExhibits(withReason(scene.evidence.nodeEvents ?? [], 'SystemOOM', 'OOMKilling')),
    ],
    at: end?.finishedAt ?? runningSince(container),
    actions: [
      showLog(scene, container),
      editWorkload(
        scene,
        detail === 'heap-limit' ? "Give the application's heap more room, or find the leak" : 'Raise the memory limit, or find the leak',
      ),
    ],
  });
}
