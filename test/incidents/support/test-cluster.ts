import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterEvent, KubernetesObject, Node, Pod } from '../../../src/cluster/wire.ts';
import { installedPlugins } from './installed-plugins.ts';
import type { InstalledPlugin, PluginName } from './installed-plugins.ts';

export const presentText = '2026-03-14T10:30:00Z';
export const present = Date.parse(presentText);

/** RFC 3339 of so many minutes before the present of the tests. */
export function before(minutes: number): string {
  return new Date(present - minutes * 60_000).toISOString().replace('.000Z', 'Z');
}

export interface EventText {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  readonly minutesAgo?: number;
  readonly firstMinutesAgo?: number;
  readonly count?: number;
}

/** A cluster as objects and logs: healthy at first, then changed by what a test is about, and written as a snapshot. */
export class TestCluster {
  readonly objects: KubernetesObject[] = [];
  readonly logs = new Map<string, string>();
  readonly nodes: Node[] = [];
  readonly plugins: readonly PluginName[];
  #serial = 0;

  constructor(plugins: readonly PluginName[], nodeNames: readonly string[] = ['worker-1', 'worker-2', 'worker-3']) {
    this.plugins = plugins;
    for (const namespace of ['default', 'kube-system', 'shop', 'monitoring']) this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: this.uid(), labels: { 'kubernetes.io/metadata.name': namespace } } });
    for (const name of nodeNames) this.addNode(name);
    for (const plugin of plugins) this.#install(installedPlugins[plugin]);
    this.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop', uid: this.uid() } });
    this.#background();
  }

  uid(): string {
    this.#serial += 1;
    return `00000000-0000-4000-8000-${String(this.#serial).padStart(12, '0')}`;
  }

  add<T extends KubernetesObject>(object: T): T {
    this.objects.push(object);
    return object;
  }

  addNode(name: string, change: (node: Node) => void = () => undefined): Node {
    const index = this.nodes.length;
    const reason = this.plugins.map((plugin) => (installedPlugins[plugin] as InstalledPlugin).conditionReason).find((one) => one !== undefined);
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, uid: this.uid(), creationTimestamp: before(60 * 24 * 20), labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } },
      spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] },
      status: {
        addresses: [
          { type: 'InternalIP', address: `192.0.2.${10 + index}` },
          { type: 'Hostname', address: name },
        ],
        capacity: { cpu: '8', memory: '32Gi', pods: '110' },
        allocatable: { cpu: '7900m', memory: '31Gi', pods: '110' },
        nodeInfo: { kubeletVersion: 'v1.33.2', containerRuntimeVersion: 'containerd://2.1.1', architecture: 'amd64', operatingSystem: 'linux' } as NonNullable<NonNullable<Node['status']>['nodeInfo']>,
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', lastTransitionTime: before(60 * 24 * 20), lastHeartbeatTime: before(1) },
          ...(reason === undefined ? [] : [{ type: 'NetworkUnavailable', status: 'False', reason, message: '', lastTransitionTime: before(60 * 24 * 20), lastHeartbeatTime: before(60 * 24 * 20) }]),
        ],
      },
    };
    change(node);
    this.nodes.push(node);
    return this.add(node);
  }

  node(name: string): Node {
    const found = this.nodes.find(({ metadata }) => metadata?.name === name);
    if (found === undefined) throw new Error(`the test cluster has no node ${name}`);
    return found;
  }

  addPod(pod: Pod): Pod {
    return this.add(pod);
  }

  /** A Running, Ready pod of Deployment `app`, with an address of its node's range. */
  runningPod(namespace: string, app: string, node: string, change: (pod: Pod) => void = () => undefined): Pod {
    const index = this.nodes.findIndex(({ metadata }) => metadata?.name === node);
    const host = 20 + this.#serial % 200;
    const address = `10.244.${Math.max(0, index)}.${host}`;
    const hash = '6c9f7d5b4c';
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${app}-${hash}-${(10_000 + this.#serial).toString(36).padStart(5, 'x').slice(-5)}`,
        namespace,
        uid: this.uid(),
        creationTimestamp: before(60 * 24 * 3),
        labels: { app, 'pod-template-hash': hash },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-${hash}`, uid: 'rs', controller: true }],
      },
      spec: { nodeName: node, serviceAccountName: 'default', containers: [{ name: 'web', image: `registry.example/${app}:1.4.2`, ports: [{ containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        podIP: address,
        podIPs: [{ ip: address }],
        hostIP: `192.0.2.${10 + index}`,
        startTime: before(60 * 24 * 3),
        conditions: conditions('True', before(60 * 24 * 3)),
        containerStatuses: [{ name: 'web', image: `registry.example/${app}:1.4.2`, imageID: '', ready: true, started: true, restartCount: 0, state: { running: { startedAt: before(60 * 24 * 3) } } }],
      },
    };
    change(pod);
    return this.addPod(pod);
  }

  /** A pod that is scheduled and waits for its sandbox since so many minutes. */
  waitingPod(namespace: string, app: string, node: string, minutes = 18): Pod {
    return this.runningPod(namespace, app, node, (pod) => {
      if (pod.metadata) pod.metadata.creationTimestamp = before(minutes);
      pod.status = {
        phase: 'Pending',
        hostIP: pod.status?.hostIP ?? '',
        startTime: before(minutes),
        conditions: [
          { type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: before(minutes) },
          ...conditions('False', before(minutes), 'ContainersNotReady'),
        ],
        containerStatuses: [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }],
      };
    });
  }

  event(about: KubernetesObject, text: EventText): ClusterEvent {
    const { name = '', namespace, uid } = about.metadata ?? {};
    const last = before(text.minutesAgo ?? 1);
    return this.add({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${(this.#serial += 1).toString(16)}`, namespace: namespace ?? 'default', uid: this.uid(), creationTimestamp: before(text.firstMinutesAgo ?? 15) },
      involvedObject: { kind: about.kind ?? '', name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
      reason: text.reason,
      message: text.message,
      type: text.type ?? 'Warning',
      count: text.count ?? 12,
      firstTimestamp: before(text.firstMinutesAgo ?? 15),
      lastTimestamp: last,
      source: { component: 'kubelet', host: 'worker-2' },
    } as ClusterEvent);
  }

  /** The plugin's pod on a node. */
  agent(plugin: PluginName, node: string): Pod {
    const { daemonSet } = installedPlugins[plugin];
    const found = this.objects.find((one): one is Pod => one.kind === 'Pod' && (one as Pod).spec?.nodeName === node && one.metadata?.name?.startsWith(`${daemonSet}-`) === true);
    if (found === undefined) throw new Error(`no pod of ${plugin} on ${node}`);
    return found;
  }

  log(pod: Pod, container: string, text: string, run: 'current' | 'previous' = 'current'): void {
    this.logs.set(`logs/${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}/${container}${run === 'previous' ? '-previous' : ''}.log`, text);
  }

  /** Writes the cluster as `kubectl get -A -o json` files and logs. */
  async write(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    const byKind = Map.groupBy(this.objects, ({ kind }) => kind ?? 'unknown');
    for (const [kind, items] of byKind) await writeFile(join(directory, `${kind.toLowerCase()}.json`), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    for (const [path, text] of this.logs) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  }

  #install(plugin: InstalledPlugin): void {
    const { namespace, daemonSet, labels } = plugin;
    const spec = {
      hostNetwork: true,
      containers: plugin.containers.map(({ name, image }) => ({ name, image })),
      initContainers: (plugin.initContainers ?? []).map((name) => ({ name, image: plugin.containers[0]?.image ?? '' })),
    };
    const count = this.nodes.length;
    this.add({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: daemonSet, namespace, uid: this.uid(), creationTimestamp: before(60 * 24 * 20), labels: { ...labels } },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      status: { desiredNumberScheduled: count, currentNumberScheduled: count, numberReady: count, numberAvailable: count, updatedNumberScheduled: count, numberMisscheduled: 0 },
    } as KubernetesObject);
    for (const node of this.nodes) this.#agentPod(plugin, node, spec);
    for (const controller of plugin.controllers ?? []) this.#controller(plugin, controller);
  }

  #agentPod({ namespace, daemonSet, labels, containers, initContainers = [] }: InstalledPlugin, node: Node, spec: NonNullable<Pod['spec']>): void {
    const since = before(60 * 24 * 20);
    const address = node.status?.addresses?.[0]?.address ?? '';
    const running = (name: string, image: string) => ({ name, image, imageID: '', ready: true, started: true, restartCount: 0, state: { running: { startedAt: since } } });
    this.addPod({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${daemonSet}-${(20_000 + (this.#serial += 1)).toString(36).padStart(5, 'x').slice(-5)}`, namespace, uid: this.uid(), creationTimestamp: since, labels: { ...labels }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: daemonSet, uid: 'ds', controller: true }] },
      spec: { ...spec, nodeName: node.metadata?.name ?? '' },
      status: {
        phase: 'Running',
        podIP: address,
        podIPs: [{ ip: address }],
        startTime: since,
        conditions: conditions('True', since),
        containerStatuses: containers.map(({ name, image }) => running(name, image)),
        initContainerStatuses: initContainers.map((name) => ({ name, image: '', imageID: '', ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: since } } })),
      },
    });
  }

  #controller(plugin: InstalledPlugin, { name, labels, container, image }: NonNullable<InstalledPlugin['controllers']>[number]): void {
    this.add({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: plugin.namespace, uid: this.uid(), creationTimestamp: before(60 * 24 * 20), labels: { ...labels } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: container, image }] } } },
      status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
    } as KubernetesObject);
    const node = this.nodes[0]?.metadata?.name ?? '';
    this.runningPod(plugin.namespace, name, node, (pod) => {
      if (pod.metadata) pod.metadata.labels = { ...labels, 'pod-template-hash': '6c9f7d5b4c' };
      if (pod.spec) pod.spec.containers = [{ name: container, image }];
      if (pod.status?.containerStatuses?.[0]) pod.status.containerStatuses[0].name = container;
    });
  }

  /** What every cluster has: other people's pods, a finished job, an old restart, a benign log. */
  #background(): void {
    for (const [index, { metadata }] of this.nodes.entries()) {
      this.runningPod('shop', `catalog-${index}`, metadata?.name ?? '');
      this.runningPod('monitoring', `exporter-${index}`, metadata?.name ?? '', (pod) => {
        const status = pod.status?.containerStatuses?.[0];
        if (status) Object.assign(status, { restartCount: 3, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: before(60 * 24 * 2) } } });
      });
    }
    const finished = this.runningPod('shop', 'nightly-report', this.nodes[0]?.metadata?.name ?? '');
    if (finished.status) Object.assign(finished.status, { phase: 'Succeeded', conditions: conditions('False', before(600), 'PodCompleted') });
    this.event(this.nodes[0] ?? {}, { reason: 'Starting', message: 'Starting kubelet.', type: 'Normal', minutesAgo: 50 });
  }
}

function conditions(ready: 'True' | 'False', since: string, reason?: string): NonNullable<NonNullable<Pod['status']>['conditions']> {
  const why = reason === undefined ? {} : { reason, message: 'containers with unready status: [web]' };
  return [
    { type: 'Initialized', status: 'True', lastTransitionTime: since },
    { type: 'Ready', status: ready, lastTransitionTime: since, ...why },
    { type: 'ContainersReady', status: ready, lastTransitionTime: since, ...why },
    { type: 'PodScheduled', status: 'True', lastTransitionTime: since },
  ];
}
