import type { KubernetesObject, Pod, Taint } from '../../../src/cluster/wire.ts';
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
import { here, stageOther, stagePod } from './reported-pod.ts';
import type { OtherPod, PodState } from './reported-pod.ts';
import { shifted } from './shifted-log.ts';
import { plainStaging, restage } from './staging.ts';
import type { Staging } from './staging.ts';
import { TestCluster } from './test-cluster.ts';
import { notReady } from './troubles.ts';

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
  readonly others?: readonly OtherPod[];
  readonly objects?: readonly KubernetesObject[];
  /** Texts of the whole cluster that are put in place of others, such as the address range that the report tells of. */
  readonly rewrite?: Readonly<Record<string, string>>;
}

interface ReportedEvent extends Omit<EventText, 'message'> {
  readonly text: string;
  /** What it is about; the pod unless said otherwise, else a node, the agent or an object by `Kind/name`. */
  readonly on?: string;
}

interface AgentState {
  /** `absent`: none was placed on the node of the report. */
  readonly is: 'ready' | 'crashing' | 'unready' | 'waiting' | 'absent';
  readonly container?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly log?: string;
}

interface NodeState {
  readonly condition?: { readonly type: string; readonly status: 'True' | 'False'; readonly reason: string; readonly message: string; readonly minutes: number };
  readonly isWithoutPodCidr?: boolean;
  readonly taints?: readonly Taint[];
  readonly silentMinutes?: number;
  readonly isAlone?: boolean;
  readonly os?: string;
  readonly kubelet?: string;
}

/** A report as a cluster of now, and the alert that fires in it. Every state is as the report shows it, never as its cause would have it. */
export function playReport(report: Report, staging: Staging = plainStaging): { cluster: TestCluster; alert: Alert } {
  const cluster = new TestCluster({ plugins: report.plugins, ...(report.node?.isAlone === true ? { nodeNames: [here] } : {}) });
  for (const object of report.objects ?? []) cluster.add(structuredClone(object));
  stageNode(cluster, report.node ?? {});
  const pod = stagePod(cluster, report.pod);
  for (const other of report.others ?? []) stageOther(cluster, other);
  if (report.agent !== undefined) stageAgent(cluster, report);
  for (const event of report.events ?? []) tell(cluster, pod, { report, event });
  const about = report.about === 'node' ? cluster.node(here) : report.about === 'agent' ? agentOf(cluster, report) : pod;
  rewrite(cluster, report.rewrite ?? {});
  restage(cluster, pod, staging);
  return { cluster, alert: alertFor(report.alert, about) };
}

function stageNode(cluster: TestCluster, { taints = [], condition, isWithoutPodCidr, silentMinutes, os, kubelet }: NodeState): void {
  const node = cluster.node(here);
  if (condition !== undefined) setCondition(node, condition);
  if (node.spec && taints.length > 0) node.spec.taints = [...(node.spec.taints ?? []), ...taints];
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

const agentOf = (cluster: TestCluster, { plugins: [main = 'calico'] }: Report): Pod => cluster.agent(main, here);

function stageAgent(cluster: TestCluster, report: Report): void {
  const [main = 'calico'] = report.plugins;
  const { is, container = pluginNamed(main).containers[0]?.name ?? '', log, reason = 'CrashLoopBackOff', message = `back-off 5m0s restarting failed container=${container}` } = report.agent ?? { is: 'ready' };
  const agent = agentOf(cluster, report);
  if (is === 'absent') return cluster.remove(agent);
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
