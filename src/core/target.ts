/** What an alert is about, from its labels alone. */
export type Target = PodTarget | NodeTarget | NamespaceTarget | ClusterTarget;

export interface PodTarget {
  readonly kind: 'pod';
  readonly namespace: string;
  readonly name: string;
  /** The node that a label names; the pod itself knows better. */
  readonly node: string | null;
}

export interface NodeTarget {
  readonly kind: 'node';
  /** A node's name, or an address from `instance`: the node is the one that has it. */
  readonly name: string;
}

export interface NamespaceTarget {
  readonly kind: 'namespace';
  readonly name: string;
}

export interface ClusterTarget {
  readonly kind: 'cluster';
}

type Labels = Readonly<Record<string, string | undefined>>;

/** RFC 1123 subdomain, at most 253 characters: what Kubernetes accepts for pods and nodes. */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Whether Kubernetes accepts it as the name of a pod or node (RFC 1123 subdomain). */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && subdomain.test(name);
}

/** Whether Kubernetes accepts it as the name of a namespace (RFC 1123 label). */
export function isNamespaceName(name: string): boolean {
  return name.length <= 63 && label.test(name);
}

const ipv4WithPort = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/;
const ipv6InBrackets = /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/;
const ipv6Bare = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/;

/** The host of an `instance` label: the port and the brackets of IPv6 are gone. Undefined where it is neither a name nor an address. */
export function hostOfInstance(instance: string): string | undefined {
  const bracketed = ipv6InBrackets.exec(instance)?.[1];
  if (bracketed !== undefined) return bracketed;
  if (ipv6Bare.test(instance)) return instance;
  const address = ipv4WithPort.exec(instance)?.[1];
  if (address !== undefined) return address;
  const host = instance.replace(/:\d+$/, '').toLowerCase();
  return isObjectName(host) ? host : undefined;
}

function firstOf(labels: Labels, names: readonly string[], accept: (value: string) => boolean): string | undefined {
  return names.map((name) => labels[name]).find((value): value is string => value !== undefined && accept(value));
}

const isKubeStateMetrics = (labels: Labels): boolean =>
  /kube-?state-?metrics/.test(labels['job'] ?? '') || /kube-?state-?metrics/.test(labels['container'] ?? '');

/**
 * The target of a set of labels. Names that Kubernetes would not accept are passed over, so that none reaches a URL.
 *
 * `exported_namespace` and `exported_pod` come first: with kube-state-metrics `namespace` and `pod` are those of the
 * exporter itself (Prometheus renames clashing labels when `honor_labels` is false).
 */
export function targetOf(labels: Labels): Target {
  const exportedFirst = isKubeStateMetrics(labels) || labels['exported_pod'] !== undefined || labels['exported_namespace'] !== undefined;
  const exportedPair = labels['exported_pod'] !== undefined && labels['exported_namespace'] !== undefined;
  const podNames = exportedFirst
    ? ['exported_pod', ...(exportedPair ? [] : ['pod']), 'pod_name', 'kubernetes_pod_name']
    : ['pod', 'pod_name', 'kubernetes_pod_name'];
  const namespaceNames = exportedFirst
    ? ['exported_namespace', 'namespace', 'kubernetes_namespace']
    : ['namespace', 'kubernetes_namespace'];

  const namespace = firstOf(labels, namespaceNames, isNamespaceName);
  const pod = firstOf(labels, podNames, isObjectName);
  const node = nodeOf(labels);
  if (namespace !== undefined && pod !== undefined) return { kind: 'pod', namespace, name: pod, node: node ?? null };
  if (node !== undefined) return { kind: 'node', name: node };
  if (namespace !== undefined) return { kind: 'namespace', name: namespace };
  return { kind: 'cluster' };
}

function nodeOf(labels: Labels): string | undefined {
  const named = firstOf(labels, ['exported_node', 'node', 'kubernetes_node'], isObjectName);
  if (named !== undefined) return named;
  const instance = labels['instance'];
  // The instance of kube-state-metrics is the exporter's own address, not the node's.
  return instance === undefined || instance === '' || isKubeStateMetrics(labels) ? undefined : hostOfInstance(instance);
}

/** How people name a target: "pod shop/checkout-7d4f", "node worker-3", "namespace shop", "the cluster". */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'pod':
      return `pod ${target.namespace}/${target.name}`;
    case 'node':
      return `node ${target.name}`;
    case 'namespace':
      return `namespace ${target.name}`;
    case 'cluster':
      return 'the cluster';
  }
}
