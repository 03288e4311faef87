import { minutes, type Moment } from '../../core/moment.ts';
import type { Finding } from '../../core/verdict.ts';
import { isFresh, withReason } from '../events.ts';
import { type NodeOutage, nodeOutage } from '../nodes.ts';
import { isHostNetwork, isReady, isTerminating, sandboxMissing } from '../pods.ts';
import { weaker } from './claim.ts';
import { waitReason } from './container-state.ts';
import { configFindings } from './config-missing.ts';
import { crashFindings } from './crash-looping.ts';
import type { ApplicationEvidence } from './evidence.ts';
import { imageFindings } from './image-pull.ts';
import { initFindings } from './init-failing.ts';
import { oomFindings } from './oom-killed.ts';
import { readinessFindings } from './readiness.ts';
import { endedByNode, rejectionFindings } from './rejected-pod.ts';
import { sandboxImageFindings } from './sandbox-image.ts';
import { sandboxRuntimeFindings } from './sandbox-runtime.ts';
import { type Scene, sceneOf } from './scene.ts';
import { unschedulableFindings } from './unschedulable.ts';
import { volumeFindings } from './volume-mount.ts';

/** What keeps a pod from its node or its sandbox; all else can only be seen of a pod that has one. */
const beforeSandbox = [unschedulableFindings, volumeFindings, configFindings];
const causes = [...beforeSandbox, imageFindings, oomFindings, initFindings, crashFindings, readinessFindings];

/**
 * The causes in the application or its placement that the evidence proves, in the order in which they come in a pod's life.
 *
 * None for a pod that is Ready, finished well or being deleted; none where its node or its sandbox is what fails, since
 * all that is then seen of the application follows from that - but for the image of the sandbox itself, and the runtime that it asks for.
 */
export function applicationFindings(evidence: ApplicationEvidence, at: Moment): readonly Finding[] {
  const scene = sceneOf(evidence, at);
  const { pod } = scene;
  if (isReady(pod) || pod.status?.phase === 'Succeeded' || isTerminating(pod)) return [];
  if (nodeIsDead(scene) || endedByNode(scene)) return [];
  if (sandboxFails(scene)) return [...sandboxImageFindings(scene), ...sandboxRuntimeFindings(scene)];
  const rejected = rejectionFindings(scene);
  if (rejected.length > 0) return rejected;
  const asked = lacksSandbox(scene) ? beforeSandbox : causes;
  return onePerCause(asked.flatMap((cause) => cause(scene))).map((finding) => dampened(scene, finding));
}

/** What is wrong with the pod's node as a whole; undefined as well where the node was not read. */
function outageOf({ evidence, pod }: Scene): NodeOutage | undefined {
  const node =
    evidence.node ?? evidence.nodes?.find(({ metadata }) => metadata?.name !== undefined && metadata.name === pod.spec?.nodeName);
  return node && nodeOutage(node);
}

function nodeIsDead(scene: Scene): boolean {
  const outage = outageOf(scene);
  return outage !== undefined && outage.detail !== 'network-unavailable';
}

const beyondSandbox = ['Pulling', 'Pulled', 'Created', 'Started', 'BackOff', 'Failed'];

/** Whether the last thing that happened to the pod is that its sandbox could not be made. */
function sandboxFails({ events, at, evidence }: Scene): boolean {
  if (evidence.events === undefined) return false;
  const failure = withReason(events, 'FailedCreatePodSandBox', 'FailedCreatePodSandbox', 'NetworkNotReady').at(-1);
  if (failure === undefined || !isFresh(failure, at, minutes(20))) return false;
  const later = withReason(events, ...beyondSandbox).at(-1);
  return later?.lastAt == null || failure.lastAt === null || Date.parse(failure.lastAt) >= Date.parse(later.lastAt);
}

/** Whether its condition says that it has no sandbox, and no container waits for what comes after one; ends of containers are then ends of a former sandbox. */
function lacksSandbox({ pod, at, containers }: Scene): boolean {
  const reasons = containers.map(waitReason).filter((reason) => reason !== undefined);
  return sandboxMissing(pod, at) === true && reasons.every((reason) => reason === 'ContainerCreating' || reason === 'PodInitializing');
}

/** Without a network on its node, an application that ends or is not ready may be its victim. */
function dampened(scene: Scene, finding: Finding): Finding {
  const inner = ['app-crash-looping', 'app-readiness-probe-failing', 'app-init-failing'].includes(finding.cause);
  if (outageOf(scene) === undefined || isHostNetwork(scene.pod) || !inner) return finding;
  return { ...finding, confidence: weaker(finding.confidence, 'possible') };
}

/** Several containers with one trouble are one finding: the first says it, the others add their proof. */
function onePerCause(findings: readonly Finding[]): Finding[] {
  const first = findings.filter((one, index) => findings.findIndex((other) => isSame(other, one)) === index);
  return first.map((one) => {
    const others = findings.filter((other) => other !== one && isSame(other, one));
    if (others.length === 0) return one;
    const [head, ...tail] = one.exhibits;
    const count = others.length === 1 ? 'another container' : `${others.length} other containers`;
    return {
      ...one,
      summary: `${one.summary} The same holds for ${count}.`,
      exhibits: [head, ...tail, ...others.flatMap(({ exhibits }) => exhibits)],
    };
  });
}

const isSame = (a: Finding, b: Finding): boolean => a.cause === b.cause && a.detail === b.detail;
