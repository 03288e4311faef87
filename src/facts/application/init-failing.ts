import { ageMs, duration, minutes } from '../../core/moment.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { condition, lastTermination, type PodContainer } from '../pods.ts';
import { claimed, showLog, stateExhibit, weaker } from './claim.ts';
import { isFailing } from './container-state.ts';
import { crashesNow, crashOf } from './crash-looping.ts';
import { linesOf, logExhibit, presentLog } from './logs.ts';
import { brief, called, restarts, runningSince, type Scene, sentence } from './scene.ts';

/** Init containers (and sidecars that hold up the start) that end with an error, or never come to their end. */
export function initFindings(scene: Scene): Finding[] {
  if (condition(scene.pod, 'Initialized')?.status === 'True') return [];
  const early = scene.containers.filter(({ role }) => role === 'init' || role === 'sidecar');
  return early.flatMap((container) => (crashesNow(scene, container) ? failing(scene, container) : neverDone(scene, container)));
}

function failing(scene: Scene, container: PodContainer): Finding[] {
  const crash = crashOf(scene, container);
  if (crash === undefined) return [];
  const title = `${sentence(called(container))} of ${scene.name} ${crash.what}`;
  const facts = [restarts(scene, container), crash.why].filter(Boolean);
  return claimed(scene, {
    cause: 'app-init-failing',
    detail: crash.detail,
    confidence: weaker(crash.confidence, isFailing(container) ? 'certain' : 'likely'),
    title,
    summary: `${title}${facts.length === 0 ? '' : `, ${facts.join('; ')}`}. The containers after it wait for it.`,
    exhibits: [...stateExhibit(scene, container), ...crash.exhibits],
    at: lastTermination(container)?.terminated.finishedAt,
    actions: [showLog(scene, container)],
  });
}

const waits =
  /wait|not (?:yet )?(?:ready|available|up|reachable)|retry|sleeping|still|refused|bad address|can't resolve|could not resolve|timed? ?out|until/i;

/** One that runs on and on, as those that wait for a service do. What it waits for may be missing, or the way to it. */
function neverDone(scene: Scene, container: PodContainer): Finding[] {
  const ran = ageMs(scene.at, runningSince(container));
  if (container.role === 'sidecar' || ran === null || ran < minutes(5)) return [];
  const log = presentLog(scene, container);
  const last = log === undefined ? undefined : linesOf(log.text).at(-1);
  const confidence: Confidence =
    last !== undefined && waits.test(last) && !/bad address|resolve|timed? ?out/i.test(last) ? 'likely' : 'possible';
  const title = `${sentence(called(container))} of ${scene.name} has not come to its end`;
  return claimed(scene, {
    cause: 'app-init-failing',
    detail: 'not-finished',
    confidence,
    title,
    summary: `${title} after ${duration(ran)}, and the containers after it wait for it${last === undefined ? '' : `; its last line: "${brief(last)}"`}.`,
    exhibits: [...stateExhibit(scene, container), ...(log === undefined ? [] : [logExhibit(scene, log)])],
    actions: [showLog(scene, container)],
  });
}
