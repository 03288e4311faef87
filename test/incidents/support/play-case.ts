import type { Pod } from '../../../src/cluster/wire.ts';
import type { Alert } from '../../../src/core/alert.ts';
import type { CauseId } from '../../../src/core/causes.ts';
import { fillNode } from './address-records.ts';
import { alertFor } from './alert-for.ts';
import type { AlertName } from './alert-for.ts';
import { before } from './clock.ts';
import { pluginNamed } from './installed-plugins.ts';
import type { PluginName } from './installed-plugins.ts';
import { fallSilent } from './nodes.ts';
import { conditions } from './pods.ts';
import { shifted } from './shifted-log.ts';
import { plainStaging, restage } from './staging.ts';
import type { Staging } from './staging.ts';
import { TestCluster } from './test-cluster.ts';
import { sandboxError } from './sandbox-errors.ts';
import { crashLoops, notReady, waitsWith } from './troubles.ts';

/** One labelled case as it was posted. */
export interface RealCase {
  readonly id: string;
  readonly title: string;
  readonly cni: string;
  readonly cause: CauseId | 'not-a-fault';
  readonly alert: AlertName;
  readonly evidence: readonly Piece[];
}

interface Piece {
  readonly kind: string;
  readonly reason?: string;
  readonly container?: string;
  readonly text: string;
}

const playable = new Set(['pod-event', 'node-event', 'cni-log', 'app-log', 'node-condition', 'pod-status', 'kubelet-log', 'describe']);

/** Whether a case can be played: it has evidence that a cluster's API shows. */
export function isPlayable({ evidence }: RealCase): boolean {
  return evidence.some(({ kind }) => playable.has(kind));
}

const pluginsOf: Readonly<Record<string, readonly PluginName[]>> = {
  calico: ['calico'],
  flannel: ['flannel'],
  cilium: ['cilium'],
  'aws-vpc-cni': ['aws-vpc'],
  'azure-cni': ['azure'],
  kindnet: ['kindnet'],
  weave: ['weave'],
  multus: ['flannel', 'multus'],
  whereabouts: ['flannel', 'multus', 'whereabouts'],
  unknown: ['calico'],
};

const here = 'worker-2';

interface Scene {
  readonly cluster: TestCluster;
  readonly main: PluginName;
  readonly staging: Staging;
  readonly harmless: boolean;
}

/**
 * A case as a cluster of now, and the alert that fires in it. The state of its pod follows from the kinds of its
 * evidence: what events, statuses and logs of that kind are seen on, and never from the label. Only that the post calls
 * all well ("not a fault") is taken from it.
 */
export function playCase(one: RealCase, staging: Staging = plainStaging): { cluster: TestCluster; alert: Alert } {
  const plugins = pluginsOf[one.cni] ?? ['calico'];
  // The post tells of a load test with 300 deployments on the one node of a kind cluster.
  const isLoadTest = one.id === 'kind-kube-burner-slash24-exhausted';
  // And this one of a plugin whose manifest had never been applied.
  const isNotInstalled = one.id === 'kubeadm-flannel-not-installed-subnet-env';
  const cluster = new TestCluster({ plugins, ...(isLoadTest ? { nodeNames: [here] } : {}) });
  const scene: Scene = { cluster, main: plugins[0] ?? 'calico', staging, harmless: one.cause === 'not-a-fault' };
  const target = aboutOf(one, scene);
  if (isLoadTest) fillNode(cluster, here, 251);
  if (isNotInstalled) uninstall(cluster, plugins[0] ?? 'flannel');
  for (const piece of one.evidence) play(piece, target, scene);
  const about = staging.about === 'node' && target.kind === 'Pod' ? cluster.node(here) : target;
  restage(cluster, target, staging);
  return { cluster, alert: alertFor(staging.alert ?? one.alert, about) };
}

function uninstall(cluster: TestCluster, plugin: PluginName): void {
  const { daemonSet } = pluginNamed(plugin);
  const left = cluster.objects.filter(({ metadata: { name = '' } = {} }) => name !== daemonSet && !name.startsWith(`${daemonSet}-`));
  cluster.objects.splice(0, cluster.objects.length, ...left);
}

/** What the alert is about: the pod that the events are of, or the plugin's pod where only its log was posted. */
function aboutOf({ evidence }: RealCase, scene: Scene): Pod {
  const { cluster, main, staging, harmless } = scene;
  const agentContainers = new Set(cluster.plugins.flatMap((plugin) => pluginNamed(plugin).containers.map(({ name }) => name)));
  const probed = evidence.find(({ kind, container }) => kind === 'pod-event' && container !== undefined && agentContainers.has(container));
  if (probed !== undefined) {
    const agent = cluster.agent(main, here);
    notReady(agent, 18, [probed.container ?? '']);
    return agent;
  }
  const failing = evidence.some(({ kind, text }) => kind === 'cni-log' && speaksOfFault(text)) && !evidence.some(({ kind }) => kind === 'pod-event');
  if (failing && staging.about === 'agent') return cluster.agent(main, here);
  return harmless ? cluster.runningPod('shop', 'checkout', here) : troubledPod(evidence, cluster);
}

/** The pod's state as the evidence shows it. */
function troubledPod(evidence: readonly Piece[], cluster: TestCluster): Pod {
  const all = evidence.map(({ text, reason }) => `${reason ?? ''} ${text}`).join('\n');
  const unready = (): Pod => cluster.runningPod('shop', 'checkout', here, (pod) => notReady(pod, 18));
  if (/FailedScheduling|nodes are available/.test(all)) return pendingPod(cluster);
  const described = evidence.find(({ kind }) => kind === 'describe');
  if (described !== undefined) return cluster.runningPod('shop', 'checkout', here, (pod) => crashLoops(cluster, pod, endIn(described.text)));
  if (/Failed to pull image/.test(all)) return started(cluster, 'ImagePullBackOff', 'Back-off pulling image');
  if (/Error: .*(not found|couldn't find key)/.test(all)) return started(cluster, 'CreateContainerConfigError', /Error: (.*)/.exec(all)?.[1] ?? '');
  if (/Init:CrashLoopBackOff/.test(all)) return initCrash(cluster);
  if (/Unhealthy|probe failed/.test(all)) return probed(unready(), all);
  if (evidence.some(({ kind }) => kind === 'node-condition')) return unready();
  if (/policy-verdict/.test(all)) return unready();
  return cluster.waitingPod('shop', 'checkout', here);
}

/** How a container ended, as `kubectl describe` prints it. */
function endIn(text: string): { exitCode: number; reason: string; message?: string; restarts?: number } {
  const field = (name: string): string | undefined => new RegExp(`${name}:\\s+(.*)`).exec(text)?.[1];
  const exitCode = Number(field('Exit Code') ?? 1);
  const message = field('Message');
  // 128 is what the kubelet writes down for a container that could not be started at all.
  return { exitCode, reason: field('Reason') ?? (exitCode === 128 ? 'StartError' : 'Error'), restarts: Number(field('Restart Count') ?? 5), ...(message === undefined ? {} : { message }) };
}

function started(cluster: TestCluster, reason: string, message: string): Pod {
  const pod = cluster.runningPod('shop', 'checkout', here);
  waitsWith(pod, reason, message);
  return pod;
}

function probed(pod: Pod, text: string): Pod {
  const port = Number(/:(\d+): connect/.exec(text)?.[1] ?? 8080);
  Object.assign(pod.spec?.containers[0] ?? {}, { ports: [], readinessProbe: { tcpSocket: { port }, periodSeconds: 10, failureThreshold: 3 } });
  return pod;
}

function pendingPod(cluster: TestCluster): Pod {
  return cluster.runningPod('shop', 'checkout', here, (pod) => {
    delete pod.spec?.nodeName;
    pod.status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: before(18) }] };
    if (pod.metadata) pod.metadata.creationTimestamp = before(18);
  });
}

function initCrash(cluster: TestCluster): Pod {
  return cluster.runningPod('shop', 'checkout', here, (pod) => {
    if (pod.spec) pod.spec.initContainers = [{ name: 'prepare', image: 'registry.example/prepare:1' }];
    if (pod.status) {
      Object.assign(pod.status, { phase: 'Pending', conditions: conditions('False', before(18)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False' } : one)) });
      pod.status.initContainerStatuses = [{ name: 'prepare', image: '', imageID: '', ready: false, restartCount: 10, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(3) } } }];
      pod.status.containerStatuses = [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }];
    }
  });
}

function play(piece: Piece, target: Pod, scene: Scene): void {
  const { cluster, harmless } = scene;
  const { kind, text } = piece;
  const reason = piece.reason ?? reasonIn(text);
  switch (kind) {
    case 'pod-event':
      cluster.event(target, { reason, message: text, type: reason === 'SandboxChanged' || reason === 'Pulled' ? 'Normal' : 'Warning', ...(harmless ? { count: 1, minutesAgo: 20, firstMinutesAgo: 20 } : {}), ...(reason === 'FailedScheduling' ? { from: 'scheduler' } : {}) });
      break;
    case 'kubelet-log':
      cluster.event(target, toldAsEvent(text, target, cluster));
      break;
    case 'node-event':
      cluster.event(cluster.node(here), { reason, message: text, from: 'controller' });
      break;
    case 'cni-log':
      playLog(piece, scene);
      break;
    case 'app-log':
      cluster.log(target, 'web', shifted(text));
      break;
    case 'node-condition':
      if (/NodeStatusUnknown|Kubelet stopped posting/.test(text)) fallSilent(cluster.node(here), 15);
      break;
    default:
  }
}

/** The kubelet tells the same in an event on the pod, with its own words around it. */
function toldAsEvent(text: string, target: Pod, cluster: TestCluster): { reason: string; message: string } {
  const cause = (/(?:err|error)="((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text).replaceAll('\\"', '"');
  if (/destroy network/.test(cause)) return { reason: 'FailedKillPod', message: `error killing pod: failed to "KillPodSandbox" for "${target.metadata?.uid ?? ''}" with KillPodSandboxError: "rpc error: code = Unknown desc = ${cause}"` };
  return { reason: 'FailedCreatePodSandBox', message: sandboxError(target, { type: null, text: cause }, cluster.serial()) };
}

function reasonIn(text: string): string {
  if (/nodes are available/.test(text)) return 'FailedScheduling';
  if (/probe failed/.test(text)) return 'Unhealthy';
  return 'FailedCreatePodSandBox';
}

/** Whether the writer of a log cannot go on; a verdict on traffic is no fault of its own. */
function speaksOfFault(text: string): boolean {
  return /fail|error|timeout|missing|not assigned|no matches|not available/i.test(text) && !/policy-verdict/.test(text);
}

/** A log that speaks of a fault is written by a pod that crashes, or, in another staging, by one that goes on. */
function playLog({ container, text }: Piece, { cluster, main, staging }: Scene): void {
  const name = container ?? pluginNamed(main).containers[0]?.name ?? '';
  const isController = name.endsWith('-operator') || name.endsWith('-controllers');
  const pod = isController ? cluster.podOf(name) : cluster.agent(main, here);
  const status = pod.status?.containerStatuses?.find((one) => one.name === name);
  const fails = staging.agent === 'crashing' && speaksOfFault(text);
  if (status !== undefined && fails) {
    notReady(pod, 12, [name]);
    Object.assign(status, { ready: false, restartCount: 8, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(2) } } });
    cluster.log(pod, name, shifted(text), 'previous');
  }
  cluster.log(pod, name, shifted(text));
}

