import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Finding } from '../../core/verdict.ts';
import { isFresh, type ObservedEvent, withReason, wording } from '../events.ts';
import { claimed, editWorkload, eventExhibits } from './claim.ts';
import { brief, type Scene } from './scene.ts';

/**
 * How it is said that a node cannot run pods of the class that one asks for; the group is the runtime or the class. Sources:
 * containerd/containerd:internal/cri/config/config.go (GetSandboxRuntime), cri-o/cri-o:internal/oci/oci.go, Mirantis/cri-dockerd and
 * kubernetes/kubernetes:pkg/kubelet/dockershim (RunPodSandbox), kubernetes/kubernetes:pkg/kubelet/runtimeclass/runtimeclass_manager.go.
 */
const unknownRuntime: readonly RegExp[] = [
  /no runtime for "?([^\s"]+)"? is configured/,
  /failed to find runtime handler "?([^\s"]+)"?/,
  /RuntimeHandler "?([^\s"]+)"? not supported/,
  /runtimeclass(?:es)?(?:\.node\.k8s\.io)? "([^"]+)" not found/i,
];

/** What the pod asks for and its node has no sandbox for: a runtime that the node lacks, or too little memory. */
export function sandboxRuntimeFindings(scene: Scene): Finding[] {
  const event = withReason(scene.events, 'FailedCreatePodSandBox', 'FailedCreatePodSandbox').at(-1);
  if (event === undefined || !isFresh(event, scene.at, minutes(20))) return [];
  const said = wording(event).replaceAll(String.raw`\"`, '"');
  const [runtime] = unknownRuntime.flatMap((words) => words.exec(said)?.[1] ?? []);
  if (runtime !== undefined) return lacksRuntime(scene, runtime, { event, said });
  return /container init was OOM-killed/.test(said) ? lacksMemory(scene, { event, said }) : [];
}

interface Refusal {
  readonly event: ObservedEvent;
  readonly said: string;
}

function lacksRuntime(scene: Scene, runtime: string, { event, said }: Refusal): Finding[] {
  const { nodeName = 'the node', runtimeClassName } = scene.pod.spec ?? {};
  const asked = runtimeClassName === undefined ? '' : ` by its runtimeClassName ${runtimeClassName}`;
  return claimed(scene, {
    cause: 'app-crash-looping',
    detail: 'cannot-start',
    confidence: event.count > 1 ? 'certain' : 'likely',
    title: `${scene.name} cannot start: it asks for the runtime ${runtime}, which node ${nodeName} does not have`,
    summary: `${scene.name} asks${asked} for the container runtime ${runtime}, and node ${nodeName} is not set up for it: "${brief(said, 260)}".`,
    exhibits: eventExhibits([event]),
    at: event.lastAt,
    actions: [
      { title: 'List the runtime classes and their handlers', command: 'kubectl get runtimeclasses', risk: 'read-only' },
      {
        title: "See the node's runtime and its labels",
        command: sh`kubectl get node ${nodeName} -o wide --show-labels`,
        risk: 'read-only',
      },
      editWorkload(scene, 'Place it on nodes that have the runtime, or take the class away'),
    ],
  });
}

/** The memory limit of the whole pod is too low even for the process of the sandbox (opencontainers/runc:libcontainer/process_linux.go). */
function lacksMemory(scene: Scene, { event, said }: Refusal): Finding[] {
  return claimed(scene, {
    cause: 'app-oom-killed',
    detail: 'container-limit',
    confidence: event.count > 1 ? 'certain' : 'likely',
    title: `${scene.name} cannot start: its memory limits are too low for a sandbox`,
    summary: `The kernel kills the first process of ${scene.name} for want of memory, before any container is made: "${brief(said, 260)}". A limit like "100m" is a tenth of a byte.`,
    exhibits: eventExhibits([event]),
    at: event.lastAt,
    actions: [editWorkload(scene, 'Correct its memory limits')],
  });
}
