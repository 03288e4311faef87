import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Finding, NextAction } from '../../core/verdict.ts';
import { isFresh, withReason, wording } from '../events.ts';
import { claimed, eventExhibits } from './claim.ts';
import { classifyPull } from './pull-errors.ts';
import { brief, type Scene } from './scene.ts';

/**
 * How runtimes say that they lack the image of the sandbox itself, the "pause" image; the first group is its name. Sources:
 * containerd/containerd:internal/cri/server/podsandbox/sandbox_run.go, kubernetes/kubernetes:pkg/kubelet/dockershim/docker_sandbox.go,
 * cri-o/cri-o:server/sandbox_run_linux.go.
 */
const lacksImage: readonly RegExp[] = [
  /failed (?:to get sandbox image|pulling image) "?([^\s"]+?)"?: /,
  /pod sandbox with name "[^"]*": initializing source docker:\/\/(\S+?): /,
];

/** The image of the sandbox that the node cannot get: no pod starts there, and it is neither the pod's fault nor the network plugin's. */
export function sandboxImageFindings(scene: Scene): Finding[] {
  const event = withReason(scene.events, 'FailedCreatePodSandBox', 'FailedCreatePodSandbox').at(-1);
  if (event === undefined || !isFresh(event, scene.at, minutes(20))) return [];
  const said = wording(event).replaceAll(String.raw`\"`, '"');
  const [image] = lacksImage.flatMap((words) => words.exec(said)?.[1] ?? []);
  if (image === undefined) return [];
  const { detail, why } = classifyPull(said, scene.pod);
  const node = scene.pod.spec?.nodeName ?? 'the node';
  return claimed(scene, {
    cause: 'app-image-pull',
    detail,
    confidence: event.count > 1 ? 'certain' : 'likely',
    title: `The sandbox image ${image} cannot be pulled on node ${node}: ${why}`,
    summary: `Node ${node} cannot make a sandbox for ${scene.name}, since its runtime has no image ${image} and ${why} ("${brief(said, 260)}"). Every new pod of the node waits for it.`,
    exhibits: eventExhibits([event]),
    at: event.lastAt,
    actions: actionsFor(image, scene.pod.spec?.nodeName),
  });
}

function actionsFor(image: string, node: string | undefined): NextAction[] {
  if (node === undefined) return [];
  const command = sh`kubectl debug node/${node} -it --image=busybox -- chroot /host crictl pull ${image}`;
  return [{ title: 'Try the pull on the node', command, risk: 'disruptive' }];
}
