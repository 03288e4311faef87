import type { Container, ContainerStatus, KubernetesObject, Pod, PodSpec } from '../../../src/cluster/wire.ts';
import type { Alert } from '../../../src/core/alert.ts';
import type { CauseId } from '../../../src/core/causes.ts';
import { alertFor } from './alert-for.ts';
import type { AlertName } from './alert-for.ts';
import { before } from './clock.ts';
import type { EventText } from './events.ts';
import { pluginNamed } from './installed-plugins.ts';
import type { PluginName } from './installed-plugins.ts';
import { fallSilent, setCondition } from './nodes.ts';
import { conditions } from './pods.ts';
import { shifted } from './shifted-log.ts';
import { plainStaging, restage } from './staging.ts';
import type { Staging } from './staging.ts';
import { TestCluster } from './test-cluster.ts';
import { crashLoops, notReady, unschedulable, waitsWith } from './troubles.ts';

/** A report from a public issue tracker: what was seen in the cluster, and what it turned out to be. */
export interface Report {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly cause: CauseId | 'not-a-fault';
  /** Where the report establishes it as finely as that. */
  readonly detail?: string;
  /** Other causes that are true of it without being the deepest. */
  readonly also?: readonly CauseId[];
  readonly why: string;
  readonly plugins: readonly PluginName[];
  readonly alert: AlertName;
  /** What the alert names; the pod unless said otherwise. */
  readonly about?: 'agent' | 'node';
  readonly pod: PodState;
  readonly events?: readonly ReportedEvent[];
  readonly agent?: AgentState;
  readonly node?: NodeState;
  /** Other pods that hold an address of their own choice. */
  readonly others?: readonly { readonly app: string; readonly node: string; readonly podIP: string }[];
  readonly objects?: readonly KubernetesObject[];
  /** Texts of the whole cluster that are put in place of others, such as the address range that the report tells of. */
  readonly rewrite?: Readonly<Record<string, string>>;
}

interface PodState {
  readonly is: 'sandbox' | 'pending' | 'ready' | 'unready' | 'waiting' | 'crashing' | 'init';
  readonly spec?: Partial<PodSpec>;
  readonly container?: Partial<Container>;
  readonly status?: Partial<ContainerStatus>;
  readonly podIP?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly ran?: number;
  readonly log?: string;
}

interface ReportedEvent extends Omit<EventText, 'message'> {
  readonly text: string;
  /** What it is about; the pod unless said otherwise, else a node, the agent or an object by `Kind/name`. */
  readonly on?: string;
}

interface AgentState {
  readonly is: 'ready' | 'crashing' | 'unready' | 'waiting';
  readonly container?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly log?: string;
}

interface NodeState {
  readonly condition?: { readonly type: string; readonly status: 'True' | 'False'; readonly reason: string; readonly message: string; readonly minutes: number };
  readonly isWithoutPodCidr?: boolean;
  readonly silentMinutes?: number;
  readonly isAlone?: boolean;
  readonly os?: string;
  readonly kubelet?: string;
}

const here = 'worker-2';

/** A report as a cluster of now, and the alert that fires in it. Every state is as the report shows it, never as its cause would have it. */
export function playReport(report: Report, staging: Staging = plainStaging): { cluster: TestCluster; alert: Alert } {
  const cluster = new TestCluster({ plugins: report.plugins, ...(report.node?.isAlone === true ? { nodeNames: [here] } : {}) });
  for (const object of report.objects ?? []) cluster.add(structuredClone(object));
  stageNode(cluster, report.node ?? {});
  const pod = stagePod(cluster, report.pod);
  for (const { app, node, podIP } of report.others ?? []) cluster.runningPod('shop', app, node, (one) => Object.assign(one.status ?? {}, { podIP, podIPs: [{ ip: podIP }] }));
  if (report.agent !== undefined) stageAgent(cluster, report);
  for (const event of report.events ?? []) tell(cluster, pod, { report, event });
  const about = report.about === 'node' ? cluster.node(here) : report.about === 'agent' ? agentOf(cluster, report) : pod;
  rewrite(cluster, report.rewrite ?? {});
  restage(cluster, pod, staging);
  return { cluster, alert: alertFor(report.alert, about) };
}

function stageNode(cluster: TestCluster, { condition, isWithoutPodCidr, silentMinutes, os, kubelet }: NodeState): void {
  const node = cluster.node(here);
  if (condition !== undefined) setCondition(node, condition);
  if (silentMinutes !== undefined) fallSilent(node, silentMinutes);
  if (isWithoutPodCidr === true && node.spec) {
    delete node.spec.podCIDR;
    delete node.spec.podCIDRs;
  }
  if (os !== undefined) {
    Object.assign(node.metadata?.labels ?? {}, { 'kubernetes.io/os': os });
    Object.assign(node.status?.nodeInfo ?? {}, { operatingSystem: os, osImage: 'Windows Server 2022 Datacenter', kernelVersion: '10.0.20348.3561', containerRuntimeVersion: 'containerd://1.7.20' });
  }
  if (kubelet !== undefined) for (const one of cluster.nodes) Object.assign(one.status?.nodeInfo ?? {}, { kubeletVersion: kubelet });
}

function stagePod(cluster: TestCluster, state: PodState): Pod {
  const pod = podIn(cluster, state);
  Object.assign(pod.spec ?? {}, state.spec);
  Object.assign(pod.spec?.containers[0] ?? {}, state.container);
  Object.assign(pod.status?.containerStatuses?.[0] ?? {}, state.status);
  if (state.podIP !== undefined) Object.assign(pod.status ?? {}, { podIP: state.podIP, podIPs: [{ ip: state.podIP }] });
  if (state.log !== undefined) cluster.log(pod, state.is === 'init' ? 'prepare' : 'web', shifted(state.log));
  if (state.log !== undefined && state.is !== 'unready') cluster.log(pod, state.is === 'init' ? 'prepare' : 'web', shifted(state.log), 'previous');
  return pod;
}

function podIn(cluster: TestCluster, state: PodState): Pod {
  const { reason = 'Error', message = '', exitCode = 1, restarts = 7, ran = 0.2 } = state;
  switch (state.is) {
    case 'sandbox':
      return cluster.waitingPod('shop', 'checkout', here);
    case 'pending':
      return unschedulable(cluster, 'checkout', message);
    case 'ready':
      return cluster.runningPod('shop', 'checkout', here);
    case 'unready':
      return cluster.runningPod('shop', 'checkout', here, (pod) => notReady(pod, 18));
    case 'waiting':
      return cluster.runningPod('shop', 'checkout', here, (pod) => waitsWith(pod, reason, message));
    case 'crashing':
      return cluster.runningPod('shop', 'checkout', here, (pod) => crashLoops(cluster, pod, { exitCode, reason, restarts, ran, ...(message === '' ? {} : { message }) }));
    case 'init':
      return initContainerIn(cluster, state);
  }
}

/** An init container that crashes, or that waits with `reason` where one is given. */
function initContainerIn(cluster: TestCluster, { reason, message = '', exitCode = 1, restarts = 7 }: PodState): Pod {
  const image = 'registry.example/prepare:1';
  const ended = { terminated: { exitCode, reason: 'Error', startedAt: before(3), finishedAt: before(2.9), ...(message === '' ? {} : { message }) } };
  const crashed = { restartCount: restarts, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=prepare' } }, lastState: ended };
  const waits = { restartCount: 0, state: { waiting: { reason: reason ?? '', message } } };
  return cluster.runningPod('shop', 'checkout', here, (pod) => {
    if (pod.spec) pod.spec.initContainers = [{ name: 'prepare', image }];
    if (pod.metadata) pod.metadata.creationTimestamp = before(18);
    pod.status = {
      ...pod.status,
      phase: 'Pending',
      startTime: before(18),
      conditions: conditions('False', before(18)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [prepare]' } : one)),
      initContainerStatuses: [{ name: 'prepare', image, imageID: '', ready: false, started: false, ...(reason === undefined ? crashed : waits) }],
      containerStatuses: [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
    };
  });
}

const agentOf = (cluster: TestCluster, { plugins: [main = 'calico'] }: Report): Pod => cluster.agent(main, here);

function stageAgent(cluster: TestCluster, report: Report): void {
  const [main = 'calico'] = report.plugins;
  const { is, container = pluginNamed(main).containers[0]?.name ?? '', log, reason = 'CrashLoopBackOff', message = `back-off 5m0s restarting failed container=${container}` } = report.agent ?? { is: 'ready' };
  const agent = agentOf(cluster, report);
  const statuses = [...(agent.status?.initContainerStatuses ?? []), ...(agent.status?.containerStatuses ?? [])];
  const status = statuses.find(({ name }) => name === container);
  if (status === undefined) throw new Error(`the agent of ${main} has no container ${container}`);
  if (is !== 'ready') notReady(agent, 18, [container]);
  if (is === 'crashing') Object.assign(status, { ready: false, restartCount: 8, state: { waiting: { reason, message } }, lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: before(2.2), finishedAt: before(2) } } });
  if (is === 'waiting') Object.assign(status, { ready: false, restartCount: 0, state: { waiting: { reason, message } }, lastState: {} });
  if (is !== 'ready' && agent.status?.initContainerStatuses?.includes(status) === true) waitForInit(agent);
  if (log === undefined) return;
  cluster.log(agent, container, shifted(log));
  if (is === 'crashing') cluster.log(agent, container, shifted(log), 'previous');
}

/** What the containers of a pod say while one of its init containers does not end. */
function waitForInit(agent: Pod): void {
  const names = (agent.spec?.containers ?? []).map(({ name }) => name);
  agent.status = {
    ...agent.status,
    phase: 'Pending',
    conditions: conditions('False', before(18)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False' } : one)),
    containerStatuses: names.map((name) => ({ name, image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } })),
  };
}

function tell(cluster: TestCluster, pod: Pod, { report, event }: { report: Report; event: ReportedEvent }): void {
  const { text, on = 'pod', ...rest } = event;
  const [kind = '', name = ''] = on.split('/');
  const about = on === 'pod' ? pod : on === 'node' ? cluster.node(here) : on === 'agent' ? agentOf(cluster, report) : cluster.object(kind, name);
  cluster.event(about, { ...rest, message: text });
}

function rewrite({ objects, logs, nodes }: TestCluster, texts: Readonly<Record<string, string>>): void {
  for (const [from, to] of Object.entries(texts)) {
    const replaced = (object: KubernetesObject): KubernetesObject => JSON.parse(JSON.stringify(object).replaceAll(from, to)) as KubernetesObject;
    for (const object of [...objects, ...nodes]) Object.assign(object, replaced(object));
    for (const [path, log] of logs) logs.set(path, log.replaceAll(from, to));
  }
}
