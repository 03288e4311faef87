import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Finding } from '../../core/verdict.ts';
import { isFresh, withReason, wording } from '../events.ts';
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

/** A pod that asks for a runtime which its node does not have, so that no sandbox is made: it is the pod's placement, not its network. */
export function sandboxRuntimeFindings(scene: Scene): Finding[] {
  const event = withReason(scene.events, 'FailedCreatePodSandBox', 'FailedCreatePodSandbox').at(-1);
  if (event === undefined || !isFresh(event, scene.at, minutes(20))) return [];
  const said = wording(event).replaceAll(String.raw`\"`, '"');
  const [runtime] = unknownRuntime.flatMap((words) => words.exec(said)?.[1] ?? []);
  if (runtime === undefined) return [];
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
