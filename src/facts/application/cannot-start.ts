import type { ObservedEvent } from '../events.ts';
import { lastTermination, type PodContainer } from '../pods.ts';
import { failsToStart } from './container-state.ts';
import { lastRunLog, lineThat } from './logs.ts';
import { eventsOfContainer, hasStarted, type Scene } from './scene.ts';

/** Why the runtime could not start a container: in people's words, and in the runtime's. */
export interface StartFailure {
  readonly why: string;
  readonly said: string;
  /** Whether the words tell the reason. */
  readonly explained: boolean;
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/lifecycle hook|PostStartHook/i, 'its postStart hook fails'],
  [/no space left on device|disk quota exceeded/i, 'the node has no space left for it'],
  [/resource temporarily unavailable|pthread_create failed|pids(?:\.max| limit)/i, 'the node has no process ids left for it'],
  [/too many open files/i, 'the node has no file handles left for it'],
  [/cannot allocate memory/i, 'the node has no memory left for it'],
  [/exec format error/i, "its executable is not made for the node's CPU, or a script has no #! line"],
  [/no command specified|no entrypoint/i, 'neither image nor pod names a command'],
  [/runAsNonRoot|run as root|non-numeric user/i, 'it must not run as root, but its image does (runAsNonRoot)'],
  [
    /executable file not found|stat \S+: no such file or directory|exec:? "?[^\s":]+"?: (?:stat \S+: )?no such file|The system cannot find the file specified|not found in \$PATH/i,
    'its command does not exist in the image',
  ],
  [/exec:? .*permission denied|permission denied: unknown|permission denied/i, 'its command may not be executed (permission denied)'],
  [
    /not a directory|are you trying to mount a directory (?:on)?to a file|is a directory/i,
    'a file is to be mounted on a directory, or the other way round',
  ],
  [/chdir to cwd|working directory/i, 'its working directory does not exist or may not be entered'],
  [/read-only file system/i, "a mount point can't be made on a read-only file system"],
  [/unable to find user|no users found|no matching entries in passwd/i, 'its user does not exist in the image'],
  [/apparmor|seccomp|selinux/i, 'its security profile is not usable on the node'],
  [/subPath/i, 'a subPath of its volumes cannot be prepared'],
  [/cgroup/i, 'its resource limits cannot be set on the node'],
  [/no such file or directory/i, 'a file that it needs does not exist'],
];

const runtimeWords =
  /OCI runtime (?:create|exec)|failed to create (?:containerd|shim) task|runc create failed|starting container process caused|unable to start container process|failed to (?:start|create) container|container_linux\.go|Error response from daemon|failed to generate (?:container )?spec|executable file not found|exec format error|no command specified|runAsNonRoot|run as root|non-numeric user|no users found|unable to find user|lifecycle hook|PostStartHook|subPath/i;

/** Why the container never got to run its program; undefined where it did. */
export function startFailure(scene: Scene, container: PodContainer): StartFailure | undefined {
  const said = startWords(scene, container);
  if (said === undefined || /OOM-killed|address already in use|port is already allocated/i.test(said)) return undefined;
  const why = reasons.find(([pattern]) => pattern.test(said))?.[1];
  return { why: why ?? 'the runtime could not start it', said, explained: why !== undefined };
}

function startWords(scene: Scene, container: PodContainer): string | undefined {
  const { state, lastState } = container.status ?? {};
  const messages = [state?.terminated?.message, state?.waiting?.message, lastState?.terminated?.message];
  const said = messages.find((text) => text !== undefined && runtimeWords.test(text));
  if (said !== undefined && (failsToStart(container) || isStartCode(container) || state?.waiting?.reason === 'CreateContainerConfigError'))
    return said;
  if (failsToStart(container)) return fromEvents(scene, container) ?? messages.find(Boolean) ?? 'the runtime gave no reason';
  const event = hasStarted(container) ? failedHook(scene, container) : fromEvents(scene, container);
  if (event !== undefined) return event;
  // The container exists by then, so runc's last words stand in the container's own log.
  return lineThat(
    lastRunLog(scene, container),
    /^(?:standard_init_linux\.go.*|exec(?:u?s?e?r? process)? \S+.*): (?:exec format error|no such file or directory|permission denied)"?$/,
  );
}

function isStartCode(container: PodContainer): boolean {
  return [126, 127, 128].includes(lastTermination(container)?.terminated.exitCode ?? 0);
}

function fromEvents(scene: Scene, container: PodContainer): string | undefined {
  return scene.events.findLast((event) => (event.object.container ?? container.name) === container.name && refusesStart(event))?.message;
}

/**
 * What is said of the container's last postStart hook, where that failed: the kubelet then kills the container, which may well end with
 * code 0 (kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer).
 */
function failedHook(scene: Scene, container: PodContainer): string | undefined {
  if (container.status?.state?.running !== undefined) return undefined;
  const event = eventsOfContainer(scene, container).findLast(({ reason }) => reason === 'FailedPostStartHook');
  const began = lastTermination(container)?.terminated.startedAt;
  const isOfLastRun = !began || !event?.lastAt || Date.parse(event.lastAt) >= Date.parse(began);
  return event !== undefined && isOfLastRun ? `PostStartHook: ${event.message}` : undefined;
}

/** Whether an event says that the runtime could not create or start a container; what it says of images is another matter. */
export function refusesStart({ reason, message }: ObservedEvent): boolean {
  const relevant = reason === 'Failed' || reason === 'FailedPostStartHook';
  return relevant && runtimeWords.test(message) && !/pull(?:ing)? image|inspect image|ErrImage|InvalidImageName/i.test(message);
}
