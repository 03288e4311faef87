import { minutes } from '../../core/moment.ts';
import { isFresh, type ObservedEvent, withReason } from '../events.ts';
import { isScheduled } from '../pods.ts';
import { waitReason } from './container-state.ts';
import { hasStarted, type Scene } from './scene.ts';

const mountReasons = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedMountOnFilesystemMismatch',
  'VolumeResizeFailed',
  'FileSystemResizeFailed',
];
const mountWords = /^(?:MountVolume|AttachVolume|MapVolume|Unable to (?:attach or )?mount|Multi-Attach error|UnmountVolume)/;
const laterThanMount = ['Pulling', 'Pulled', 'Created', 'Started', 'FailedCreatePodSandBox', 'BackOff', 'Failed', 'SuccessfulMountVolume'];

/** Whether no container has got past the mounting of volumes: the kubelet mounts them before it makes the sandbox. */
export function waitsForVolumes(scene: Scene): boolean {
  if (!isScheduled(scene.pod) && scene.events.every(({ reason }) => !mountReasons.includes(reason))) return false;
  const serious = scene.containers.filter(({ role }) => role !== 'ephemeral');
  return (
    serious.every((container) => !runsNow(container) && isWaitingToBegin(waitReason(container))) &&
    !(scene.pod.status?.phase === 'Running' && serious.some(hasStarted))
  );
}

const runsNow = (container: Scene['containers'][number]): boolean =>
  container.status?.state?.running !== undefined || container.status?.state?.terminated !== undefined;

function isWaitingToBegin(reason: string | undefined): boolean {
  return reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing';
}

/** Events of volumes that could not be attached or mounted, after which nothing went further; oldest first, none older than an hour. */
export function volumeEvents(scene: Scene): readonly ObservedEvent[] {
  const failed = scene.events.filter(({ reason, message }) => mountReasons.includes(reason) || (reason === '' && mountWords.test(message)));
  const beyond = withReason(scene.events, ...laterThanMount).at(-1);
  const passed = beyond?.lastAt ?? null;
  return failed.filter(
    (event) =>
      isFresh(event, scene.at, minutes(60)) && (passed === null || event.lastAt === null || Date.parse(event.lastAt) >= Date.parse(passed)),
  );
}
