import { ageMs, duration, minutes } from '../../core/moment.ts';
import type { Confidence, Finding, NextAction } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import { isFresh, type ObservedEvent, withReason, wording } from '../events.ts';
import type { PodContainer } from '../pods.ts';
import { claimed, editWorkload, eventExhibits, stateExhibit } from './claim.ts';
import { waitReason } from './container-state.ts';
import { classifyPull, type PullFailure } from './pull-errors.ts';
import { brief, called, eventsOfContainer, hasStarted, type Scene, sentence } from './scene.ts';

const pullStates = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];

/** Containers of any kind that wait for an image that does not come. */
export function imageFindings(scene: Scene): Finding[] {
  return scene.containers.flatMap((container) =>
    waitsForImage(scene, container) ? pullFinding(scene, container) : slowPull(scene, container),
  );
}

/** A pull that began a while ago and has not ended: a big image, or a slow way to its registry. */
function slowPull(scene: Scene, container: PodContainer): Finding[] {
  if (hasStarted(container)) return [];
  const event = withReason(scene.events, 'Pulling', 'Pulled', 'Created', 'Started', 'Failed', 'BackOff', 'FailedCreatePodSandBox').at(-1);
  const age = ageMs(scene.at, event?.lastAt);
  if (event?.reason !== 'Pulling' || event.object.container !== container.name || age === null || age < minutes(5)) return [];
  const title = `Image ${imageOf(container) ?? ''} of ${called(container)} of ${scene.name} is still being pulled`;
  return claimed(scene, {
    cause: 'app-image-pull',
    detail: 'slow-pull',
    confidence: 'possible',
    title,
    summary: `${title} after ${duration(age)}; it may be big, or the way to its registry slow.`,
    exhibits: eventExhibits([event]),
    at: event.lastAt,
  });
}

/** By its status; or, where that only says that it is being created, by fresh events with nothing after them that succeeded. */
function waitsForImage(scene: Scene, container: PodContainer): boolean {
  const reason = waitReason(container);
  if (reason !== undefined && pullStates.includes(reason)) return true;
  if (hasStarted(container) && container.status?.state?.waiting === undefined) return false;
  if (reason !== undefined && !['ContainerCreating', 'PodInitializing'].includes(reason)) return false;
  const last = pullEvents(scene, container).at(-1);
  return last !== undefined && isFresh(last, scene.at, minutes(30)) && failedPull.test(wording(last));
}

const failedPull =
  /^(?:Failed to pull image|Error: (?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)|Back-off pulling image|Failed to apply default image|Container image .* is not present with pull policy of Never|Failed to inspect image)/i;

/** What became of the container's pulls, oldest first; an event that names no container is known by its image. */
function pullEvents(scene: Scene, container: PodContainer): readonly ObservedEvent[] {
  const image = imageOf(container);
  const own = eventsOfContainer(scene, container);
  const named = scene.events.filter(
    ({ object, message }) => object.container === null && image !== undefined && message.includes(`"${image}"`),
  );
  const relevant = scene.events.filter((event) => own.includes(event) || named.includes(event));
  return relevant.filter((event) => ['Pulled', 'Created', 'Started'].includes(event.reason) || failedPull.test(wording(event)));
}

const imageOf = ({ spec, status }: PodContainer): string | undefined => spec?.image ?? status?.image;

function pullFinding(scene: Scene, container: PodContainer): Finding[] {
  const image = imageOf(container) ?? 'its image';
  const { failure, said, event } = pullFailure(scene, container);
  const seen: Confidence = pullStates.includes(waitReason(container) ?? '') ? 'certain' : 'likely';
  return claimed(scene, {
    cause: 'app-image-pull',
    detail: failure.detail,
    confidence: seen,
    title: `Image ${image} of ${called(container)} of ${scene.name} cannot be pulled: ${failure.why}`,
    summary: `${sentence(called(container))} of ${scene.name} waits for image ${image}: ${failure.why}${said === undefined ? '' : ` ("${brief(said, 260)}")`}${secretNote(scene)}.`,
    exhibits: [...stateExhibit(scene, container), ...eventExhibits([event]), ...eventExhibits(missingPullSecret(scene))],
    at: event?.lastAt,
    actions: actionsFor(scene, failure, image),
  });
}

/** The words that tell why: the waiting state's own, else the newest event whose words tell anything. */
function pullFailure(
  scene: Scene,
  container: PodContainer,
): { failure: PullFailure; said: string | undefined; event: ObservedEvent | undefined } {
  const events = pullEvents(scene, container);
  const tells = (text: string): boolean => classifyPull(text, scene.pod).detail !== null;
  const event = events.findLast((one) => tells(wording(one))) ?? events.findLast((one) => !saysNothing(wording(one))) ?? events.at(-1);
  const { reason = '', message = '' } = container.status?.state?.waiting ?? {};
  const words = [message, event === undefined ? '' : wording(event)];
  const said = [...words, reason].find(tells) ?? words.find((text) => !saysNothing(text));
  return { failure: classifyPull(said ?? '', scene.pod), said, event };
}

/** Whether they only say that the pull failed, or will be tried again. */
function saysNothing(text: string): boolean {
  return /^$|^Back-off|^(?:Error: )?(?:ErrImagePull|ImagePullBackOff)$/i.test(text);
}

const missingPullSecret = (scene: Scene): readonly ObservedEvent[] => withReason(scene.events, 'FailedToRetrieveImagePullSecret').slice(-1);

function secretNote(scene: Scene): string {
  const [event] = missingPullSecret(scene);
  const names = /pull secrets \(([^)]+)\)/.exec(event?.message ?? '')?.[1];
  return names === undefined ? '' : `; its pull secret ${names} could not be read`;
}

function actionsFor(scene: Scene, { detail }: PullFailure, image: string): NextAction[] {
  const node = scene.pod.spec?.nodeName;
  const pull: NextAction[] =
    node === undefined
      ? []
      : [
          {
            title: 'Try the pull on the node',
            command: sh`kubectl debug node/${node} -it --image=busybox -- chroot /host crictl pull ${image}`,
            risk: 'disruptive',
          },
        ];
  if (detail === 'unauthorized' || detail === 'rate-limited') {
    const namespace = scene.pod.metadata?.namespace ?? '';
    const accounts = sh`kubectl get serviceaccount -n ${namespace} ${scene.pod.spec?.serviceAccountName ?? 'default'} -o yaml`;
    return [
      { title: 'See which pull secrets are used', command: accounts, risk: 'read-only' },
      editWorkload(scene, 'Add or renew imagePullSecrets'),
    ];
  }
  return detail === 'not-found' || detail === 'invalid-name' || detail === 'wrong-platform'
    ? [editWorkload(scene, 'Correct the name or tag of the image')]
    : pull;
}
