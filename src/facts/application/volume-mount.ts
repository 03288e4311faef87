import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { isFresh, type ObservedEvent, wording } from '../events.ts';
import { isScheduled } from '../pods.ts';
import { claimed, eventExhibits, weaker, workload } from './claim.ts';
import { claimNames, type ClaimTrouble, claimTroubles } from './claims.ts';
import { missingIn } from './missing-config.ts';
import { classifyMount } from './mount-errors.ts';
import { brief, type Scene } from './scene.ts';
import { schedulerSentence, type SchedulerSentence } from './scheduler-words.ts';
import { volumeEvents, waitsForVolumes } from './volume-events.ts';

/** Volumes that the pod waits for: claims that are not bound or not there, and volumes that are not attached or mounted. */
export function volumeFindings(scene: Scene): Finding[] {
  if (!isScheduled(scene.pod)) {
    const unbound = unboundClaims(scene);
    if (unbound.length > 0) return unbound;
  }
  if (!waitsForVolumes(scene)) return [];
  const events = volumeEvents(scene).filter((event) => !isPassing(event));
  const telling = events.findLast((event) => classifyMount(wording(event)).detail !== null) ?? events.at(-1);
  const troubles = claimTroubles(scene);
  if (telling === undefined || classifyMount(wording(telling)).detail === null) {
    const [trouble] = troubles;
    if (trouble !== undefined && (telling !== undefined || isScheduled(scene.pod)))
      return claimFinding(scene, trouble, { said: telling, confidence: 'certain' });
  }
  return telling === undefined || missingIn(wording(telling)) !== undefined || onlyWaits(events)
    ? []
    : mountFinding(scene, telling, events);
}

/** What the kubelet says while its caches fill, and what is about ConfigMaps and Secrets, which have a cause of their own. */
function isPassing(event: ObservedEvent): boolean {
  return /failed to sync (?:configmap|secret) cache|object "[^"]*"\/"[^"]*" not registered|couldn't propagate object cache/i.test(
    event.message,
  );
}

/** Whether all that is known is that ConfigMaps and Secrets are missing and the general wait that follows from it. */
function onlyWaits(events: readonly ObservedEvent[]): boolean {
  return (
    events.some((event) => missingIn(wording(event)) !== undefined) &&
    events.every((event) => missingIn(wording(event)) !== undefined || classifyMount(wording(event)).detail === null)
  );
}

function mountFinding(scene: Scene, event: ObservedEvent, all: readonly ObservedEvent[]): Finding[] {
  const said = wording(event);
  const { detail, why, mayBeNetwork } = classifyMount(said);
  const name = /for volume "([^"]+)"/.exec(said)?.[1] ?? /unmounted volumes=\[([^\]]+)\]/.exec(said)?.[1];
  const volume = name === undefined ? 'a volume' : `volume ${name}`;
  const fresh: Confidence = isFresh(event, scene.at, minutes(20)) ? 'certain' : 'likely';
  return claimed(scene, {
    cause: 'app-volume-mount',
    detail,
    confidence: weaker(fresh, mayBeNetwork || detail === null ? 'likely' : 'certain'),
    title: `${volume.charAt(0).toUpperCase()}${volume.slice(1)} of ${scene.name} cannot be ${detail === 'attach-failed' ? 'attached' : 'mounted'}: ${why}`,
    summary: `${scene.name} waits for ${volume} on node ${scene.pod.spec?.nodeName ?? '?'}, and ${why}: "${brief(said, 300)}".`,
    exhibits: eventExhibits([...all.filter((one) => one !== event).slice(-1), event]),
    at: event.lastAt,
    actions: storageActions(scene),
  });
}

/** Without a node: the scheduler, or the claims themselves, say that a claim is not there or not bound. */
function unboundClaims(scene: Scene): Finding[] {
  const sentence = schedulerSentence(scene);
  const [trouble] = claimTroubles(scene);
  if (sentence === undefined) return trouble === undefined ? [] : claimFinding(scene, trouble, { said: undefined, confidence: 'likely' });
  if (trouble !== undefined && /volume|storageclass/i.test(sentence.text)) {
    return claimFinding(scene, trouble, { said: sentence.event, confidence: 'certain' });
  }
  const said = claimInSentence(scene, sentence);
  return said === undefined ? [] : claimFinding(scene, said, { said: undefined, confidence: 'certain' });
}

const unbound =
  /unbound immediate PersistentVolumeClaims|waiting for ephemeral volume controller|persistentvolumeclaims? .*not bound|bound to non-existent pv/i;

/** The claim that the scheduler complains of, where the claims themselves could not be read. */
function claimInSentence(scene: Scene, { text, exhibits }: SchedulerSentence): ClaimTrouble | undefined {
  const [, claim, state] =
    /persistentvolumeclaim "([^"]+)" (not found|bound to non-existent persistentvolume|is being deleted)/i.exec(text) ?? [];
  const { claims } = scene.evidence;
  if (claim !== undefined && state !== undefined && claims?.some(({ metadata }) => metadata?.name === claim) !== true) {
    const gone = /not found/i.test(state);
    return { detail: gone ? 'missing-object' : 'unbound-claim', claim, why: gone ? 'it does not exist' : `it is ${state}`, exhibits };
  }
  const names = claimNames(scene);
  if (!unbound.test(text) || (claims !== undefined && names.length > 0)) return undefined;
  return { detail: 'unbound-claim', claim: names.join(', '), why: 'the scheduler says that it is not bound', exhibits };
}

function claimFinding(
  scene: Scene,
  { detail, claim, why, exhibits }: ClaimTrouble,
  { said, confidence }: { said: ObservedEvent | undefined; confidence: Confidence },
): Finding[] {
  const state = detail === 'missing-object' ? 'does not exist' : 'is not bound';
  const name = claim === '' ? `A claim of ${scene.name}` : `Claim ${claim} of ${scene.name}`;
  return claimed(scene, {
    cause: 'app-volume-mount',
    detail,
    confidence,
    title: `${name} ${state}${detail === 'missing-object' ? '' : `: ${brief(why, 140)}`}`,
    summary: `${name} ${state}, so that ${workload(scene)} cannot start${why === 'it does not exist' ? '' : `: ${why}`}.`,
    exhibits: [...exhibits, ...eventExhibits([said])],
    at: said?.lastAt,
    actions: storageActions(scene),
  });
}

function storageActions(scene: Scene) {
  const namespace = scene.pod.metadata?.namespace ?? '';
  const names = claimNames(scene);
  return names.length === 0
    ? []
    : [
        ...names.slice(0, 2).map((name) => ({
          title: `Show claim ${name} and its events`,
          command: sh`kubectl describe pvc -n ${namespace} ${name}`,
          risk: 'read-only' as const,
        })),
        { title: 'List the storage classes', command: 'kubectl get storageclass', risk: 'read-only' as const },
      ];
}
