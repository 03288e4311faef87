import { days } from './objects.ts';

export interface PlacedPod {
  readonly node: 'control-plane-1' | 'worker-1' | 'worker-2' | 'worker-3';
  /** Last byte of its address in the node's range; null while it has none, 'host' on the node's own network. */
  readonly address: number | 'host' | null;
  readonly ageMinutes?: number;
  readonly state?: 'running' | 'stuck' | 'crashing' | 'completed';
  readonly restarts?: number;
}

export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet' | 'Job' | 'Static';
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly containers?: readonly string[];
  readonly port?: number;
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly hasService?: boolean;
  readonly pods: readonly PlacedPod[];
}

const nodes = ['control-plane-1', 'worker-1', 'worker-2', 'worker-3'] as const;
const everywhere = (restarts: Partial<Record<(typeof nodes)[number], number>> = {}): readonly PlacedPod[] =>
  nodes.map((node) => ({ node, address: 'host', restarts: restarts[node] ?? 0, ageMinutes: 88 * days }));
const on = (worker: 1 | 2 | 3, address: number | null, more: Partial<PlacedPod> = {}): PlacedPod => ({
  node: `worker-${worker}`,
  address,
  ageMinutes: 6 * days,
  ...more,
});
const stuck = (ageMinutes: number): PlacedPod => on(3, null, { state: 'stuck', ageMinutes });
const master = (name: string, command: readonly string[]): Workload => ({
  kind: 'Static',
  namespace: 'kube-system',
  name,
  image: `registry.k8s.io/${name}:v1.31.4`,
  command,
  labels: { component: name, tier: 'control-plane' },
  pods: [{ node: 'control-plane-1', address: 'host', ageMinutes: 90 * days }],
});

/** A small shop: worker-3 gives out no address any more although few pods live on it; a payments pod crashes by itself. */
export const workloads: readonly Workload[] = [
  master('kube-apiserver', ['kube-apiserver', '--service-cluster-ip-range=10.96.0.0/12', '--secure-port=6443']),
  master('kube-controller-manager', [
    'kube-controller-manager',
    '--allocate-node-cidrs=true',
    '--cluster-cidr=10.244.0.0/16',
    '--node-cidr-mask-size=24',
  ]),
  master('kube-scheduler', ['kube-scheduler']),
  master('etcd', ['etcd', '--listen-client-urls=https://127.0.0.1:2379']),
  {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: 'canal',
    image: 'docker.io/calico/node:v3.29.1',
    containers: ['calico-node', 'kube-flannel'],
    labels: { 'k8s-app': 'canal' },
    pods: everywhere({ 'worker-3': 2 }),
  },
  {
    kind: 'Deployment',
    namespace: 'kube-system',
    name: 'calico-kube-controllers',
    image: 'docker.io/calico/kube-controllers:v3.29.1',
    labels: { 'k8s-app': 'calico-kube-controllers' },
    pods: [on(1, 4)],
  },
  {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: 'kube-proxy',
    image: 'registry.k8s.io/kube-proxy:v1.31.4',
    labels: { 'k8s-app': 'kube-proxy' },
    pods: everywhere(),
  },
  {
    kind: 'Deployment',
    namespace: 'kube-system',
    name: 'coredns',
    image: 'registry.k8s.io/coredns/coredns:v1.11.3',
    port: 9153,
    labels: { 'k8s-app': 'kube-dns' },
    pods: [on(1, 2), on(2, 2)],
  },
  {
    kind: 'Deployment',
    namespace: 'kube-system',
    name: 'metrics-server',
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
    port: 10250,
    pods: [on(2, 3)],
  },
  {
    kind: 'Deployment',
    namespace: 'ingress-nginx',
    name: 'ingress-nginx-controller',
    image: 'registry.k8s.io/ingress-nginx/controller:v1.12.0',
    port: 80,
    hasService: true,
    pods: [on(1, 8), on(2, 9)],
  },
  {
    kind: 'StatefulSet',
    namespace: 'monitoring',
    name: 'prometheus',
    image: 'quay.io/prometheus/prometheus:v3.1.0',
    port: 9090,
    hasService: true,
    pods: [on(2, 11)],
  },
  {
    kind: 'StatefulSet',
    namespace: 'monitoring',
    name: 'alertmanager',
    image: 'quay.io/prometheus/alertmanager:v0.28.0',
    port: 9093,
    hasService: true,
    pods: [on(1, 12)],
  },
  {
    kind: 'Deployment',
    namespace: 'monitoring',
    name: 'kube-state-metrics',
    image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0',
    port: 8080,
    pods: [on(1, 13)],
  },
  { kind: 'Deployment', namespace: 'monitoring', name: 'grafana', image: 'grafana/grafana:11.4.0', port: 3000, pods: [on(2, 14)] },
  {
    kind: 'DaemonSet',
    namespace: 'monitoring',
    name: 'node-exporter',
    image: 'quay.io/prometheus/node-exporter:v1.8.2',
    port: 9100,
    pods: everywhere(),
  },
  {
    kind: 'DaemonSet',
    namespace: 'logging',
    name: 'fluent-bit',
    image: 'fluent/fluent-bit:3.2.4',
    pods: [
      { node: 'control-plane-1', address: 6, ageMinutes: 40 * days },
      on(1, 15, { ageMinutes: 40 * days }),
      on(2, 15, { ageMinutes: 40 * days }),
      on(3, 15, { ageMinutes: 40 * days, restarts: 1 }),
    ],
  },
  {
    kind: 'Deployment',
    namespace: 'cert-manager',
    name: 'cert-manager',
    image: 'quay.io/jetstack/cert-manager-controller:v1.16.2',
    pods: [on(1, 16)],
  },
  {
    kind: 'Deployment',
    namespace: 'cert-manager',
    name: 'cert-manager-webhook',
    image: 'quay.io/jetstack/cert-manager-webhook:v1.16.2',
    port: 10250,
    pods: [on(2, 16)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'frontend',
    image: 'registry.shop.example/frontend:5.12.0',
    port: 8080,
    hasService: true,
    pods: [on(1, 21), on(1, 22), on(2, 21), on(3, 21)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'checkout',
    image: 'registry.shop.example/checkout:2.31.1',
    port: 8080,
    hasService: true,
    pods: [on(1, 31), on(2, 31), on(3, 88, { ageMinutes: 2 * days }), stuck(52)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'cart',
    image: 'registry.shop.example/cart:1.9.4',
    port: 8080,
    hasService: true,
    pods: [on(1, 41), on(2, 41), on(2, 42), on(3, 41)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'catalog',
    image: 'registry.shop.example/catalog:7.0.2',
    port: 8080,
    hasService: true,
    pods: [on(1, 51), on(1, 52), on(2, 51), on(2, 52), on(3, 51)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'search',
    image: 'registry.shop.example/search:3.3.0',
    port: 8080,
    hasService: true,
    pods: [on(1, 61), on(2, 61), stuck(47)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'recommendations',
    image: 'registry.shop.example/recommendations:0.44.0',
    port: 8080,
    hasService: true,
    pods: [on(1, 71), on(2, 71), on(3, 71)],
  },
  {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'payments',
    image: 'registry.shop.example/payments:4.1.0',
    port: 8080,
    hasService: true,
    pods: [on(1, 81), on(2, 82, { state: 'crashing', ageMinutes: 95, restarts: 21 })],
  },
  {
    kind: 'StatefulSet',
    namespace: 'shop',
    name: 'postgres',
    image: 'docker.io/library/postgres:17.2',
    port: 5432,
    hasService: true,
    pods: [on(1, 91), on(2, 91)],
  },
  {
    kind: 'StatefulSet',
    namespace: 'shop',
    name: 'redis',
    image: 'docker.io/library/redis:7.4.1',
    port: 6379,
    hasService: true,
    pods: [on(3, 92)],
  },
  {
    kind: 'Job',
    namespace: 'batch',
    name: 'image-resize',
    image: 'registry.shop.example/image-resize:1.4.0',
    pods: [
      on(3, 249, { state: 'completed', ageMinutes: 71 }),
      on(3, 251, { state: 'completed', ageMinutes: 66 }),
      on(3, 252, { state: 'completed', ageMinutes: 63 }),
      on(3, 253, { state: 'completed', ageMinutes: 58 }),
      on(3, 254, { state: 'completed', ageMinutes: 57 }),
      stuck(44),
    ],
  },
];
