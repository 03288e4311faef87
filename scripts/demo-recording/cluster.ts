import type { AnyObject } from '../../src/cluster/kinds.ts';
import { minutesAgo, object, suffixOf, uidOf } from './objects.ts';
import { nodeObjects } from './nodes.ts';
import { podObject, podsOf, type RecordedPod, recordedPods, replicaSetOf, serviceObjects } from './pods.ts';
import { type Workload, workloads } from './workloads.ts';

/** Every object of the recorded cluster. */
export function clusterObjects(): readonly AnyObject[] {
  return [
    ...nodeObjects(),
    ...recordedPods.map(podObject),
    ...serviceObjects(),
    ...workloads.flatMap(controllerObjects),
    ...namespaceObjects(),
    ...configObjects(),
    ...calicoObjects(),
    ...policyObjects(),
    ...eventObjects(),
  ];
}

function namespaceObjects(): readonly AnyObject[] {
  const names = new Set([...workloads.map(({ namespace }) => namespace), 'default', 'kube-node-lease']);
  return [...names].map((name) =>
    object('v1', { kind: 'Namespace', name, meta: { labels: { 'kubernetes.io/metadata.name': name } } }, { status: { phase: 'Active' } }),
  );
}

function controllerObjects(workload: Workload): readonly AnyObject[] {
  const { kind, namespace, name, image, labels = {} } = workload;
  const podLabels = { 'app.kubernetes.io/name': name, ...labels };
  const containers = (workload.containers ?? [name]).map((container) => ({
    name: container,
    image: container === 'kube-flannel' ? 'docker.io/flannel/flannel:v0.26.2' : image,
  }));
  const template = { metadata: { labels: podLabels }, spec: { containers } };
  const count = workload.pods.length;
  const ready = workload.pods.filter(({ state = 'running' }) => state === 'running').length;
  const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
  const replicas = { replicas: count, readyReplicas: ready, availableReplicas: ready, updatedReplicas: count, observedGeneration: 1 };
  switch (kind) {
    case 'Static':
      return [];
    case 'Deployment': {
      const replicaSet = replicaSetOf(workload);
      const ownerReferences = [
        { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: uidOf('Deployment', namespace, name), controller: true },
      ];
      return [
        object(
          'apps/v1',
          { kind, namespace, name, meta: { generation: 1 } },
          { spec: { replicas: count, selector, template }, status: replicas },
        ),
        object(
          'apps/v1',
          { kind: 'ReplicaSet', namespace, name: replicaSet, meta: { ownerReferences, generation: 1 } },
          { spec: { replicas: count, selector, template }, status: replicas },
        ),
      ];
    }
    case 'StatefulSet':
      return [
        object(
          'apps/v1',
          { kind, namespace, name, meta: { generation: 1 } },
          { spec: { replicas: count, serviceName: name, selector, template }, status: replicas },
        ),
      ];
    case 'DaemonSet':
      return [
        object(
          'apps/v1',
          { kind, namespace, name, meta: { generation: 1, labels } },
          {
            spec: { selector, template },
            status: {
              desiredNumberScheduled: count,
              currentNumberScheduled: count,
              numberReady: ready,
              numberAvailable: ready,
              updatedNumberScheduled: count,
              numberMisscheduled: 0,
              observedGeneration: 1,
            },
          },
        ),
      ];
    case 'Job':
      return [
        object(
          'batch/v1',
          { kind, namespace, name, ageMinutes: 71 },
          { spec: { completions: count, parallelism: 1, template }, status: { active: 1, succeeded: ready } },
        ),
      ];
  }
}

function configObjects(): readonly AnyObject[] {
  const map = (name: string, data: Record<string, string>): AnyObject =>
    object('v1', { kind: 'ConfigMap', namespace: 'kube-system', name }, { data });
  const conflist = {
    name: 'k8s-pod-network',
    cniVersion: '0.3.1',
    plugins: [
      { type: 'calico', datastore_type: 'kubernetes', ipam: { type: 'host-local', subnet: 'usePodCidr' } },
      { type: 'portmap' },
      { type: 'bandwidth' },
    ],
  };
  return [
    map('kubeadm-config', {
      ClusterConfiguration:
        'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.31.4\nnetworking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n',
    }),
    map('kube-proxy', {
      'config.conf':
        'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\nmode: iptables\n',
    }),
    map('canal-config', {
      canal_iface: '',
      masquerade: 'true',
      cni_network_config: JSON.stringify(conflist, null, 2),
      'net-conf.json': JSON.stringify({ Network: '10.244.0.0/16', Backend: { Type: 'vxlan' } }),
    }),
  ];
}

/** Canal installs Calico's definitions; its addresses come from host-local, so that there are no pools and blocks. */
function calicoObjects(): readonly AnyObject[] {
  const spec = {
    calicoVersion: 'v3.29.1',
    clusterType: 'k8s,kdd,canal',
    clusterGUID: uidOf('cluster').replaceAll('-', ''),
    datastoreReady: true,
  };
  return [object('crd.projectcalico.org/v1', { kind: 'ClusterInformation', name: 'default' }, { spec })];
}

/** The shop is closed but for its own pods and the ingress controller. */
function policyObjects(): readonly AnyObject[] {
  const policy = (name: string, spec: object): AnyObject =>
    object('networking.k8s.io/v1', { kind: 'NetworkPolicy', namespace: 'shop', name }, { spec });
  const fromIngress = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } };
  const fromMonitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
  return [
    policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
    policy('within-shop', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }, fromMonitoring] }] }),
    policy('frontend-from-ingress', {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'frontend' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [fromIngress], ports: [{ port: 8080, protocol: 'TCP' }] }],
    }),
  ];
}

interface Happening {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  readonly first: number;
  readonly last: number;
  readonly count?: number;
  readonly component?: string;
}

function podEvent(
  { workload: { namespace }, name, placed }: RecordedPod,
  { reason, message, type = 'Warning', first, last, count = 1, component = 'kubelet' }: Happening,
): AnyObject {
  const uid = uidOf('Pod', namespace, name);
  const naming = { kind: 'Event', namespace, name: `${name}.18${suffixOf(`${name}${reason}${message}`, 14)}`, ageMinutes: first };
  return object('v1', naming, {
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    reason,
    message,
    type,
    source: { component, ...(component === 'kubelet' ? { host: placed.node } : {}) },
    firstTimestamp: minutesAgo(first),
    lastTimestamp: minutesAgo(last),
    count,
  });
}

function eventObjects(): readonly AnyObject[] {
  const stuck = recordedPods.filter(({ placed }) => placed.state === 'stuck');
  return [...stuck.flatMap(stuckEvents), ...podsOf('payments', 'crashing').flatMap(crashEvents), ...noise()];
}

function stuckEvents(pod: RecordedPod): readonly AnyObject[] {
  const { name, workload, placed } = pod;
  const age = placed.ageMinutes ?? 0;
  const sandbox = uidOf('sandbox', name).replaceAll('-', '').repeat(2);
  const message =
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": ` +
    'plugin type="calico" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.254';
  const scheduled = `Successfully assigned ${workload.namespace}/${name} to ${placed.node}`;
  return [
    podEvent(pod, { reason: 'Scheduled', message: scheduled, type: 'Normal', first: age, last: age, component: 'default-scheduler' }),
    podEvent(pod, { reason: 'FailedCreatePodSandBox', message, first: age - 0.1, last: 0.3, count: Math.round(age * 4.3) }),
  ];
}

function crashEvents(pod: RecordedPod): readonly AnyObject[] {
  const { name, workload } = pod;
  const message = `Back-off restarting failed container payments in pod ${name}_${workload.namespace}(${uidOf('Pod', workload.namespace, name)})`;
  return [
    podEvent(pod, { reason: 'Started', message: 'Started container payments', type: 'Normal', first: 94, last: 2.1, count: 22 }),
    podEvent(pod, { reason: 'BackOff', message, first: 93, last: 0.4, count: 402 }),
  ];
}

/** What else happens in any cluster, and has nothing to do with the alert. */
function noise(): readonly AnyObject[] {
  const [grafana] = podsOf('grafana');
  const [catalog] = podsOf('catalog');
  const [search] = podsOf('search');
  const probe = (pod: RecordedPod | undefined, text: string, last: number): readonly AnyObject[] =>
    pod === undefined ? [] : [podEvent(pod, { reason: 'Unhealthy', message: text, first: last + 3, last, count: 2 })];
  return [
    ...probe(grafana, `Readiness probe failed: dial tcp ${grafana?.address}:3000: i/o timeout`, 33),
    ...probe(search, `Readiness probe failed: dial tcp ${search?.address}:8080: connect: connection refused`, 41),
    ...(catalog === undefined
      ? []
      : [
          podEvent(catalog, {
            reason: 'Pulled',
            message: 'Container image "registry.shop.example/catalog:7.0.2" already present on machine',
            type: 'Normal',
            first: 55,
            last: 55,
          }),
        ]),
  ];
}

/** Logs by `NAMESPACE/POD/CONTAINER`, `-previous` behind it for the run before. */
export function clusterLogs(): Readonly<Record<string, string>> {
  return Object.fromEntries([...canalLogs(), ...controllerLogs(), ...podsOf('payments', 'crashing').flatMap(crashLogs)]);
}

function canalLogs(): readonly (readonly [string, string])[] {
  return podsOf('canal').flatMap(({ name }, index) => {
    const line = (minutes: number, text: string): string => `${minutesAgo(minutes)} ${text}`;
    const felix = [12, 10.5, 9, 7.5, 6, 4.5, 3, 1.5].map((minutes, at) =>
      line(
        minutes - index / 10,
        `[INFO][${60 + index}] felix/summary.go 100: Summarising ${10 + ((at * 3 + index) % 9)} dataplane reconciliation loops over 1m3.${at}s: avg=${4 + at}ms longest=${11 + 2 * at}ms ()`,
      ),
    );
    const flannel = [9.9, 4.8].map((minutes) =>
      line(minutes + index / 10, 'I0314 03:00:00.000000       1 iptables.go:357] bootstrap done'),
    );
    const key = `kube-system/${name}`;
    return [[`${key}/calico-node`, `${felix.join('\n')}\n`] as const, [`${key}/kube-flannel`, `${flannel.join('\n')}\n`] as const];
  });
}

function controllerLogs(): readonly (readonly [string, string])[] {
  return podsOf('calico-kube-controllers').map(({ name }) => {
    const lines = [2880, 1440, 30].map(
      (minutes) => `${minutesAgo(minutes)} [INFO][1] node_controller.go 268: Syncing nodes, triggered by schedule`,
    );
    return [`kube-system/${name}/calico-kube-controllers`, `${lines.join('\n')}\n`] as const;
  });
}

function crashLogs({ name }: RecordedPod): readonly (readonly [string, string])[] {
  const run = (minutes: number): string =>
    [
      `${minutesAgo(minutes + 0.1)} payments 4.1.0 starting, pid 1`,
      `${minutesAgo(minutes + 0.05)} loading configuration from /etc/payments/config.yaml`,
      `${minutesAgo(minutes)} fatal: config.yaml: unknown key "provider.timeoutt" (did you mean "provider.timeout"?)`,
      '',
    ].join('\n');
  return [
    [`shop/${name}/payments`, run(2)],
    [`shop/${name}/payments-previous`, run(7.4)],
  ];
}
