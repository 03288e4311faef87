import type { Pod } from '../../../src/cluster/wire.ts';
import type { Alert } from '../../../src/core/alert.ts';
import type { CauseId } from '../../../src/core/causes.ts';
import { parseLogLine } from '../../../src/network/cni/log-line.ts';
import { installedPlugins } from './installed-plugins.ts';
import type { PluginName } from './installed-plugins.ts';
import { before, present, presentText, TestCluster } from './test-cluster.ts';

/** One labelled case as it was posted. */
export interface RealCase {
  readonly id: string;
  readonly title: string;
  readonly cni: string;
  readonly cause: CauseId | 'not-a-fault';
  readonly alert: 'KubePodNotReady' | 'KubeNetworkPluginError';
  readonly evidence: readonly { readonly kind: string; readonly reason?: string; readonly container?: string; readonly text: string }[];
}

const playable = new Set(['pod-event', 'node-event', 'cni-log', 'app-log', 'node-condition', 'pod-status']);

/** Whether a case can be played: it has evidence that a cluster's API shows. */
export function isPlayable({ evidence }: RealCase): boolean {
  return evidence.some(({ kind }) => playable.has(kind));
}

const pluginOf: Readonly<Record<string, readonly PluginName[]>> = {
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

/** A case as a cluster of now, and the alert that fires in it. */
export function playCase(one: RealCase): { cluster: TestCluster; alert: Alert } {
  const cluster = new TestCluster(pluginOf[one.cni] ?? ['calico']);
  const agentNames = new Set<string>(cluster.plugins.flatMap((plugin) => installedPlugins[plugin].containers.map(({ name }) => name)));
  const main = cluster.plugins[0] ?? 'calico';
  const ofAgent = one.evidence.some(({ kind, container }) => kind === 'pod-event' && container !== undefined && agentNames.has(container));
  const target = ofAgent ? cluster.agent(main, 'worker-2') : targetPod(one, cluster);
  if (ofAgent) notReady(target, 18);
  // The post tells of a load test with 300 deployments on one node.
  if (one.id === 'kind-kube-burner-slash24-exhausted') fillRange(cluster, 'worker-1');
  for (const piece of one.evidence) play(piece, { one, cluster, target, main });
  return { cluster, alert: alertFor(one, target) };
}

function alertFor({ alert }: RealCase, { metadata }: Pod): Alert {
  const labels = { alertname: alert, namespace: metadata?.namespace ?? '', pod: metadata?.name ?? '', severity: 'warning' };
  return { alertname: alert, fingerprint: null, status: 'firing', startsAt: before(2), endsAt: null, labels, annotations: {}, generatorUrl: '' };
}

/** The pod's state follows from the events that the post shows. */
function targetPod({ evidence, cause }: RealCase, cluster: TestCluster): Pod {
  const all = evidence.map(({ text, reason }) => `${reason ?? ''} ${text}`).join('\n');
  if (cause === 'not-a-fault') return cluster.runningPod('shop', 'checkout', 'worker-2');
  if (/FailedScheduling|nodes are available/.test(all)) return pendingPod(cluster);
  if (/Failed to pull image/.test(all)) return waitingFor(cluster, 'ImagePullBackOff', 'Back-off pulling image');
  if (/couldn't find key|secret "[^"]+" not found/.test(all)) return waitingFor(cluster, 'CreateContainerConfigError', /Error: (.*)/.exec(all)?.[1] ?? '');
  if (/Init:CrashLoopBackOff/.test(all)) return initCrash(cluster);
  if (/Unhealthy|probe failed/.test(all)) return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => { notReady(pod, 18); probePort(pod, all); });
  if (cause === 'node-network-unavailable') return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => notReady(pod, 18));
  if (cause === 'network-policy-blocking') return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => notReady(pod, 18));
  return cluster.waitingPod('shop', 'checkout', 'worker-2');
}

/** Live pods on all but the last few addresses of a node's range. */
export function fillRange(cluster: TestCluster, node: string, count = 252): void {
  const prefix = cluster.node(node).spec?.podCIDR?.replace(/\.0\/24$/, '') ?? '';
  for (let host = 2; host < count + 2; host += 1) {
    cluster.runningPod('shop', `load-${host}`, node, (pod) => {
      if (pod.status) Object.assign(pod.status, { podIP: `${prefix}.${host}`, podIPs: [{ ip: `${prefix}.${host}` }] });
    });
  }
}

function probePort(pod: Pod, text: string): void {
  const port = Number(/:(\d+): connect/.exec(text)?.[1] ?? 8080);
  const container = pod.spec?.containers[0];
  if (container) Object.assign(container, { ports: [], readinessProbe: { tcpSocket: { port }, periodSeconds: 10, failureThreshold: 3 } });
}

export function notReady(pod: Pod, minutes: number): void {
  for (const condition of pod.status?.conditions ?? []) {
    if (condition.type === 'Ready' || condition.type === 'ContainersReady') Object.assign(condition, { status: 'False', reason: 'ContainersNotReady', lastTransitionTime: before(minutes) });
  }
  for (const status of pod.status?.containerStatuses ?? []) status.ready = false;
}

function pendingPod(cluster: TestCluster): Pod {
  return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
    delete pod.spec?.nodeName;
    pod.status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: before(18) }] };
    if (pod.metadata) pod.metadata.creationTimestamp = before(18);
  });
}

function waitingFor(cluster: TestCluster, reason: string, message: string): Pod {
  return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
    notReady(pod, 18);
    if (pod.status) pod.status.phase = 'Pending';
    const status = pod.status?.containerStatuses?.[0];
    if (status) Object.assign(status, { started: false, state: { waiting: { reason, message } } });
  });
}

function initCrash(cluster: TestCluster): Pod {
  return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
    notReady(pod, 18);
    for (const one of pod.status?.conditions ?? []) if (one.type === 'Initialized') one.status = 'False';
    if (pod.spec) pod.spec.initContainers = [{ name: 'prepare', image: 'registry.example/prepare:1' }];
    if (pod.status) {
      pod.status.phase = 'Pending';
      pod.status.initContainerStatuses = [
        { name: 'prepare', image: '', imageID: '', ready: false, restartCount: 10, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(3) } } },
      ];
      pod.status.containerStatuses = [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }];
    }
  });
}

interface Scene {
  readonly one: RealCase;
  readonly cluster: TestCluster;
  readonly target: Pod;
  readonly main: PluginName;
}

function play(piece: RealCase['evidence'][number], { one, cluster, target, main }: Scene): void {
  const { kind, text, container } = piece;
  const reason = piece.reason ?? reasonIn(text);
  switch (kind) {
    case 'pod-event':
      cluster.event(target, { reason, message: text, type: reason === 'SandboxChanged' || reason === 'Pulled' ? 'Normal' : 'Warning', ...(one.cause === 'not-a-fault' ? { count: 1, minutesAgo: 20, firstMinutesAgo: 20 } : {}) });
      break;
    case 'node-event':
      cluster.event(cluster.node('worker-2'), { reason, message: text });
      break;
    case 'cni-log':
      playLog(cluster, main, { container: container ?? installedPlugins[main].containers[0].name, text });
      break;
    case 'app-log':
      cluster.log(target, 'web', shifted(text));
      break;
    case 'node-condition':
      playCondition(cluster, text);
      break;
    default:
  }
}

function reasonIn(text: string): string {
  if (/nodes are available/.test(text)) return 'FailedScheduling';
  if (/probe failed/.test(text)) return 'Unhealthy';
  return 'FailedCreatePodSandBox';
}

function playLog(cluster: TestCluster, main: PluginName, { container, text }: { container: string; text: string }): void {
  const isController = container.endsWith('-operator') || container.endsWith('-controllers');
  const controller = isController ? cluster.objects.find((one): one is Pod => one.kind === 'Pod' && one.metadata?.name?.startsWith(`${container}-`)) : undefined;
  const pod = controller ?? cluster.agent(main, 'worker-2');
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  if (status && /fail|error|timeout|missing|not assigned|no matches/i.test(text) && !/policy-verdict/.test(text)) {
    notReady(pod, 12);
    Object.assign(status, { restartCount: 8, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(2) } } });
    cluster.log(pod, container, shifted(text), 'previous');
  }
  cluster.log(pod, container, shifted(text));
}

function playCondition(cluster: TestCluster, text: string): void {
  const node = cluster.node('worker-2');
  const silent = /NodeStatusUnknown|Kubelet stopped posting/.test(text);
  for (const condition of node.status?.conditions ?? []) {
    if (silent && condition.type !== 'NetworkUnavailable') Object.assign(condition, { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: before(15) });
  }
}

/** A log as an incident of now would have it: every line with a time prefix just before the present, old times replaced. */
export function shifted(text: string): string {
  const lines = text.split('\n');
  return lines
    .map((line, index) => {
      const own = parseLogLine(line, presentText);
      const at = new Date(present - (lines.length - index) * 20_000).toISOString();
      return own.at === null && index > 0 && /^\s/.test(line) ? line : `${at} ${stripTime(line)}`;
    })
    .join('\n');
}

function stripTime(line: string): string {
  return line.replace(/^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]*Z?\]? ?/, '').replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ /, '');
}
