import type { ClusterEvent, KubernetesObject, Node, Pod } from '../../../src/cluster/wire.ts';
import { addBackground } from './background.ts';
import { before, days } from './clock.ts';
import { eventObject } from './events.ts';
import type { EventText } from './events.ts';
import { install } from './install.ts';
import { pluginNamed } from './installed-plugins.ts';
import type { PluginName } from './installed-plugins.ts';
import { aNode } from './nodes.ts';
import { conditions } from './pods.ts';

/** What a cluster of the tests is made of. */
export interface ClusterOptions {
  /** The one that hands out addresses first, then its companions; none for a cluster whose plugin nobody captured. */
  readonly plugins: readonly PluginName[];
  readonly nodeNames?: readonly string[];
  /** Called for each node before anything is placed on it. */
  readonly eachNode?: (node: Node) => void;
}

/** A cluster as objects and logs: healthy at first, then changed by what a test is about. */
export class TestCluster {
  readonly objects: KubernetesObject[] = [];
  /** Container logs by `namespace/pod/container`, with `-previous` for the run before. */
  readonly logs = new Map<string, string>();
  readonly nodes: Node[] = [];
  readonly plugins: readonly PluginName[];
  readonly #hosts = new Map<string, number>();
  #serial = 0;

  constructor({ plugins, nodeNames = ['cp-1', 'worker-1', 'worker-2', 'worker-3'], eachNode = () => undefined }: ClusterOptions) {
    this.plugins = plugins;
    for (const name of ['default', 'kube-system', 'kube-node-lease', 'shop', 'monitoring', 'team-b']) this.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: this.uid(), creationTimestamp: before(days(22)), labels: { 'kubernetes.io/metadata.name': name } } });
    for (const name of nodeNames) eachNode(this.addNode(name));
    for (const plugin of plugins) install(this, pluginNamed(plugin));
    addBackground(this);
  }

  serial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  uid(): string {
    return `00000000-0000-4000-8000-${String(this.serial()).padStart(12, '0')}`;
  }

  /** Five characters as generateName appends them. */
  suffix(): string {
    return Array.from((40_000 + this.serial() * 37).toString(24)).map((char) => 'bcdfghjklmnpqrstvwxz2456789'[Number.parseInt(char, 24)] ?? 'x').join('').padStart(5, 'x').slice(-5);
  }

  add<T extends KubernetesObject>(object: T): T {
    this.objects.push(object);
    return object;
  }

  remove(object: KubernetesObject): void {
    this.objects.splice(this.objects.indexOf(object), 1);
  }

  addNode(name: string, change: (node: Node) => void = () => undefined): Node {
    const node = aNode(name, { index: this.nodes.length, uid: this.uid(), plugins: this.plugins.map(pluginNamed) });
    change(node);
    this.nodes.push(node);
    return this.add(node);
  }

  node(name: string): Node {
    const found = this.nodes.find(({ metadata }) => metadata?.name === name);
    if (found === undefined) throw new Error(`the test cluster has no node ${name}`);
    return found;
  }

  /** The next pod address of a node. */
  addressOn(node: string): string {
    const host = (this.#hosts.get(node) ?? 1) + 1;
    this.#hosts.set(node, host);
    const addressing = this.plugins.map((plugin) => pluginNamed(plugin).addressing).find((one) => one !== undefined);
    const index = this.nodes.findIndex(({ metadata }) => metadata?.name === node);
    return addressing?.address(index, host) ?? `10.244.${index}.${host}`;
  }

  addPod(pod: Pod): Pod {
    return this.add(pod);
  }

  /** A Running, Ready pod of Deployment `app` with an address of its node. */
  runningPod(namespace: string, app: string, node: string, change: (pod: Pod) => void = () => undefined): Pod {
    const index = this.nodes.findIndex(({ metadata }) => metadata?.name === node);
    const address = this.addressOn(node);
    const hash = '6c9f7d5b4c';
    const since = before(days(3));
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${app}-${hash}-${this.suffix()}`,
        namespace,
        uid: this.uid(),
        creationTimestamp: since,
        labels: { app, 'pod-template-hash': hash },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-${hash}`, uid: `rs-${app}`, controller: true }],
      },
      spec: { nodeName: node, serviceAccountName: 'default', restartPolicy: 'Always', containers: [{ name: 'web', image: `registry.example/${app}:1.4.2`, ports: [{ containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        podIP: address,
        podIPs: [{ ip: address }],
        hostIP: `192.0.2.${10 + index}`,
        startTime: since,
        conditions: conditions('True', since),
        containerStatuses: [{ name: 'web', image: `registry.example/${app}:1.4.2`, imageID: '', ready: true, started: true, restartCount: 0, state: { running: { startedAt: since } } }],
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
        conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: before(minutes) }, ...conditions('False', before(minutes)).filter(({ type }) => type !== 'PodReadyToStartContainers')],
        containerStatuses: [{ name: 'web', image: pod.spec?.containers[0]?.image ?? '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }],
      };
    });
  }

  event(about: KubernetesObject, text: EventText): ClusterEvent {
    const host = (about as Pod).spec?.nodeName ?? about.metadata?.name ?? '';
    return this.add(eventObject(about, text, { host, uid: this.uid(), serial: this.serial() }));
  }

  /** The plugin's pod on a node. */
  agent(plugin: PluginName, node: string): Pod {
    const { daemonSet } = pluginNamed(plugin);
    const found = this.objects.find((one): one is Pod => one.kind === 'Pod' && (one as Pod).spec?.nodeName === node && one.metadata?.name?.startsWith(`${daemonSet}-`) === true);
    if (found === undefined) throw new Error(`no pod of ${plugin} on ${node}`);
    return found;
  }

  /** The first pod whose name begins so, e.g. that of a controller. */
  podOf(workload: string): Pod {
    const found = this.objects.find((one): one is Pod => one.kind === 'Pod' && one.metadata?.name?.startsWith(`${workload}-`) === true);
    if (found === undefined) throw new Error(`no pod of ${workload}`);
    return found;
  }

  /** The first object of a kind with that name. */
  object<T extends KubernetesObject>(kind: string, name: string): T {
    const found = this.objects.find((one) => one.kind === kind && one.metadata?.name === name);
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found as T;
  }

  log(pod: Pod, container: string, text: string, run: 'current' | 'previous' = 'current'): void {
    this.logs.set(`${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}/${container}${run === 'previous' ? '-previous' : ''}`, text);
  }
}
