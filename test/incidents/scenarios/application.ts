import type { Container, KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import { before, days } from '../support/clock.ts';
import { conditions, containerOf } from '../support/pods.ts';
import { rootCause } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import type { TestCluster } from '../support/test-cluster.ts';
import { crashLoops, notReady, probeFails, says, unschedulable, waitsWith } from '../support/troubles.ts';

type Change = Partial<Container>;

function running(cluster: TestCluster, change: Change = {}, become: (pod: Pod) => void = () => undefined): Pod {
  return cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
    Object.assign(pod.spec?.containers[0] ?? {}, change);
    become(pod);
  });
}

function unready(cluster: TestCluster, change: Change, output: string): Pod {
  const pod = running(cluster, change);
  notReady(pod, 18);
  probeFails(cluster, pod, output.replace('POD', pod.status?.podIP ?? ''));
  return pod;
}

const http = (port: number | string, more: object = {}) => ({ httpGet: { port, path: '/healthz' }, periodSeconds: 10, failureThreshold: 3, ...more });

export const readiness: readonly Scenario[] = [
  {
    name: 'readiness: the probe asks 8081, the server listens on 8080',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = unready(cluster, { readinessProbe: http(8081) }, 'Get "http://POD:8081/healthz": dial tcp POD:8081: connect: connection refused'.replaceAll('POD', '10.0.0.1'));
      says(cluster, pod, 'web', ['INFO  Started CheckoutApplication in 3.2 seconds', 'INFO  Tomcat started on port 8080 (http) with context path \'/\'']);
      return pod;
    },
    expect: rootCause('app-readiness-probe-failing', 'wrong-port', { atLeast: 'certain', says: /808[01]/ }),
  },
  {
    name: 'readiness: plain HTTP asked of a TLS port',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unready(cluster, { ports: [{ containerPort: 8443, name: 'https' }], readinessProbe: http('https') }, 'HTTP probe failed with statuscode: 400'),
    expect: rootCause('app-readiness-probe-failing', 'wrong-protocol', { atLeast: 'likely' }),
  },
  {
    name: 'readiness: HTTPS asked of a port that speaks HTTP',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unready(cluster, { readinessProbe: { httpGet: { port: 8080, path: '/', scheme: 'HTTPS' } } }, 'Get "https://POD:8080/": http: server gave HTTP response to HTTPS client'),
    expect: rootCause('app-readiness-probe-failing', 'wrong-protocol', { atLeast: 'likely' }),
  },
  {
    name: 'readiness: nothing listens yet, the application waits for its database',
    plugins: ['aws-vpc'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = unready(cluster, { readinessProbe: { tcpSocket: { port: 8080 } } }, 'dial tcp POD:8080: connect: connection refused');
      says(cluster, pod, 'web', ['waiting for migrations to be applied (attempt 88)', 'waiting for migrations to be applied (attempt 89)']);
      return pod;
    },
    expect: rootCause('app-readiness-probe-failing', 'connection-refused', { atLeast: 'likely' }),
  },
  {
    name: 'readiness: the handler hangs',
    plugins: ['antrea'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unready(cluster, { readinessProbe: http(8080) }, 'Get "http://POD:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
    expect: rootCause('app-readiness-probe-failing', 'timeout', { atLeast: 'possible', atMost: 'likely' }),
  },
  {
    name: 'readiness: the health check answers 503',
    plugins: ['azure'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unready(cluster, { readinessProbe: http(8080) }, 'HTTP probe failed with statuscode: 503'),
    expect: rootCause('app-readiness-probe-failing', 'http-status', { atLeast: 'certain' }),
  },
  {
    name: 'readiness: the script of the probe fails',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unready(cluster, { readinessProbe: { exec: { command: ['pg_isready', '-U', 'postgres'] } } }, '/var/run/postgresql:5432 - rejecting connections\n'),
    expect: rootCause('app-readiness-probe-failing', 'exec-failed', { atLeast: 'likely' }),
  },
];

function livenessKills(cluster: TestCluster, change: Change, { output, ran = 1, exitCode = 137, restarts = 9 }: { output: string; ran?: number; exitCode?: number; restarts?: number }): Pod {
  const pod = running(cluster, change);
  crashLoops(cluster, pod, { exitCode, reason: 'Error', ran, restarts });
  probeFails(cluster, pod, output.replaceAll('POD', pod.status?.podIP ?? ''), { kind: 'Liveness', count: 31 });
  cluster.event(pod, { reason: 'Killing', message: 'Container web failed liveness probe, will be restarted', type: 'Normal', count: 9, firstMinutesAgo: 18, minutesAgo: 2, fieldPath: 'spec.containers{web}' });
  return pod;
}

export const crashing: readonly Scenario[] = [
  {
    name: 'crash: the program ends with an error',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = running(cluster);
      crashLoops(cluster, pod, { exitCode: 1, restarts: 8, log: ['loading /etc/checkout/config.yaml', 'fatal: config.yaml: line 14: unknown field "currencyy"'] });
      return pod;
    },
    expect: rootCause('app-crash-looping', 'exit-code', { atLeast: 'certain', says: /currencyy|exits with code 1/ }),
  },
  {
    name: 'crash: the entry point does not exist in the image',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = running(cluster, { command: ['/app/server'] });
      const message = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/server": stat /app/server: no such file or directory: unknown';
      crashLoops(cluster, pod, { exitCode: 128, reason: 'StartError', restarts: 6, message });
      cluster.event(pod, { reason: 'Failed', message: `Error: ${message}`, count: 6, firstMinutesAgo: 18, minutesAgo: 2, fieldPath: 'spec.containers{web}' });
      return pod;
    },
    expect: rootCause('app-crash-looping', 'cannot-start', { atLeast: 'certain' }),
  },
  {
    name: 'crash: the liveness probe asks the wrong port',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = livenessKills(cluster, { livenessProbe: http(9090) }, { output: 'Get "http://POD:9090/healthz": dial tcp POD:9090: connect: connection refused' });
      cluster.log(pod, 'web', `${before(3)} listening on 0.0.0.0:8080\n`);
      cluster.log(pod, 'web', `${before(3)} listening on 0.0.0.0:8080\n`, 'previous');
      return pod;
    },
    expect: rootCause('app-crash-looping', 'liveness-wrong-port', { atLeast: 'likely', says: /9090/ }),
  },
  {
    name: 'crash: the liveness probe speaks TLS to a plain port',
    plugins: ['aws-vpc'],
    alert: 'KubePodNotReady',
    happens: (cluster) => livenessKills(cluster, { livenessProbe: { httpGet: { port: 8080, path: '/', scheme: 'HTTPS' }, periodSeconds: 10, failureThreshold: 3 } }, { output: 'Get "https://POD:8080/": http: server gave HTTP response to HTTPS client' }),
    expect: rootCause('app-crash-looping', 'liveness-wrong-protocol', { atLeast: 'likely' }),
  },
  {
    name: 'crash: a slow starter is killed by its liveness probe',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = livenessKills(cluster, { ports: [{ containerPort: 8080 }], livenessProbe: http(8080, { initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 3 }) }, { output: 'Get "http://POD:8080/healthz": dial tcp POD:8080: connect: connection refused', ran: 0.5, exitCode: 143 });
      const lines = `${before(3)} Starting CheckoutApplication using Java 21\n${before(2.8)} HikariPool-1 - Starting...\n`;
      cluster.log(pod, 'web', lines);
      cluster.log(pod, 'web', lines, 'previous');
      return pod;
    },
    expect: rootCause('app-crash-looping', 'liveness-too-strict', { atLeast: 'likely' }),
  },
  {
    name: 'crash: two containers of the pod want one port',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = running(cluster);
      pod.spec?.containers.push({ name: 'proxy', image: 'registry.example/proxy:2', ports: [{ containerPort: 8080 }] });
      pod.status?.containerStatuses?.push({ name: 'proxy', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: {} });
      crashLoops(cluster, pod, { container: 'proxy', exitCode: 1, restarts: 7, log: ['nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)'] });
      return pod;
    },
    expect: rootCause('app-crash-looping', 'port-conflict', { atLeast: 'likely', says: /8080/ }),
  },
  {
    name: 'memory: the container is killed at its limit, and runs again just now',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = running(cluster, { resources: { limits: { memory: '256Mi' } }, readinessProbe: http(8080) });
      notReady(pod, 18);
      Object.assign(containerOf(pod).status, { restartCount: 12, started: true, state: { running: { startedAt: before(0.5) } }, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: before(4), finishedAt: before(0.6) } } });
      probeFails(cluster, pod, `Get "http://${pod.status?.podIP ?? ''}:8080/healthz": dial tcp ${pod.status?.podIP ?? ''}:8080: connect: connection refused`, { count: 14 });
      return pod;
    },
    expect: rootCause('app-oom-killed', undefined, { atLeast: 'likely', says: /256Mi/ }),
  },
  {
    name: 'memory: killed in a loop',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = running(cluster, { resources: { limits: { memory: '64Mi' } } });
      crashLoops(cluster, pod, { exitCode: 137, reason: 'OOMKilled', restarts: 5 });
      return pod;
    },
    expect: rootCause('app-oom-killed', undefined, { atLeast: 'certain' }),
  },
  {
    name: 'init: the migration fails',
    plugins: ['antrea'],
    alert: 'KubePodNotReady',
    happens: (cluster) => initFails(cluster, ['psql: error: connection to server at "db.shop" (10.96.44.1), port 5432 failed: FATAL:  password authentication failed for user "checkout"']),
    expect: rootCause('app-init-failing', undefined, { atLeast: 'likely', says: /migrate/ }),
  },
  {
    name: 'init: on calico alike',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens: (cluster) => initFails(cluster, ['chown: /data: Operation not permitted']),
    expect: rootCause('app-init-failing', undefined, { atLeast: 'certain', says: /migrate/ }),
  },
];

function initFails(cluster: TestCluster, log: readonly string[]): Pod {
  const pod = running(cluster);
  if (pod.spec) pod.spec.initContainers = [{ name: 'migrate', image: 'registry.example/checkout-migrate:1.4.2' }];
  pod.status = {
    ...pod.status,
    phase: 'Pending',
    conditions: conditions('False', before(18)).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [migrate]' } : one)),
    initContainerStatuses: [{ name: 'migrate', image: '', imageID: '', ready: false, started: false, restartCount: 8, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=migrate' } }, lastState: { terminated: { exitCode: 2, reason: 'Error', startedAt: before(3), finishedAt: before(2.9) } } }],
    containerStatuses: [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
  };
  says(cluster, pod, 'migrate', log);
  says(cluster, pod, 'migrate', log, 'previous');
  return pod;
}

function pullFails(cluster: TestCluster, image: string, words: string, reason = 'ImagePullBackOff'): Pod {
  const pod = running(cluster, { image });
  waitsWith(pod, reason, reason === 'ImagePullBackOff' ? `Back-off pulling image "${image}"` : words);
  if (reason === 'ImagePullBackOff') {
    cluster.event(pod, { reason: 'Failed', message: `Failed to pull image "${image}": ${words}`, count: 5, firstMinutesAgo: 18, minutesAgo: 3, fieldPath: 'spec.containers{web}' });
    cluster.event(pod, { reason: 'Failed', message: 'Error: ErrImagePull', count: 5, firstMinutesAgo: 18, minutesAgo: 3, fieldPath: 'spec.containers{web}' });
  } else {
    cluster.event(pod, { reason: 'InspectFailed', message: words, count: 40, firstMinutesAgo: 18, minutesAgo: 0.5, fieldPath: 'spec.containers{web}' });
  }
  return pod;
}

const pull = (name: string, words: string): string => `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${words}`;

export const images: readonly Scenario[] = [
  { name: 'image: the tag does not exist', plugins: ['calico'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'registry.example/checkout:1.4.33', pull('registry.example/checkout:1.4.33', 'registry.example/checkout:1.4.33: not found')), expect: rootCause('app-image-pull', 'not-found', { atLeast: 'certain', says: /1\.4\.33/ }) },
  { name: 'image: the registry wants credentials', plugins: ['flannel'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'ghcr.io/acme/checkout:2', pull('ghcr.io/acme/checkout:2', 'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fcheckout%3Apull&service=ghcr.io: 401 Unauthorized')), expect: rootCause('app-image-pull', 'unauthorized', { atLeast: 'certain' }) },
  { name: 'image: the registry does not answer', plugins: ['cilium'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'harbor.corp.example/shop/checkout:2', pull('harbor.corp.example/shop/checkout:2', 'failed to do request: Head "https://harbor.corp.example/v2/shop/checkout/manifests/2": dial tcp 203.0.113.80:443: i/o timeout')), expect: rootCause('app-image-pull', 'registry-unreachable', { atLeast: 'likely' }) },
  { name: "image: the registry's name does not resolve", plugins: ['aws-vpc'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'harbor.corp.exmaple/shop/checkout:2', pull('harbor.corp.exmaple/shop/checkout:2', 'failed to do request: Head "https://harbor.corp.exmaple/v2/shop/checkout/manifests/2": dial tcp: lookup harbor.corp.exmaple on 192.0.2.53:53: no such host')), expect: rootCause('app-image-pull', 'registry-dns', { atLeast: 'likely' }) },
  { name: 'image: the pull limit is reached', plugins: ['kindnet'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'docker.io/library/redis:8', 'failed to pull and unpack image "docker.io/library/redis:8": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:77: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'), expect: rootCause('app-image-pull', 'rate-limited', { atLeast: 'certain' }) },
  { name: "image: no build for the node's architecture", plugins: ['antrea'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'registry.example/checkout:1.5.0', 'failed to pull and unpack image "registry.example/checkout:1.5.0": no match for platform in manifest: not found'), expect: rootCause('app-image-pull', 'wrong-platform', { atLeast: 'certain' }) },
  { name: 'image: its name is no name', plugins: ['weave'], alert: 'KubePodNotReady', happens: (cluster) => pullFails(cluster, 'registry.example/Checkout:1.5.0', 'Failed to apply default image tag "registry.example/Checkout:1.5.0": couldn\'t parse image name "registry.example/Checkout:1.5.0": invalid reference format: repository name (Checkout) must be lowercase', 'InvalidImageName'), expect: rootCause('app-image-pull', 'invalid-name', { atLeast: 'certain' }) },
];

function configError(cluster: TestCluster, change: Change, message: string): Pod {
  const pod = running(cluster, change);
  waitsWith(pod, 'CreateContainerConfigError', message);
  cluster.event(pod, { reason: 'Failed', message: `Error: ${message}`, count: 80, firstMinutesAgo: 18, minutesAgo: 0.3, fieldPath: 'spec.containers{web}' });
  return pod;
}

export const configuration: readonly Scenario[] = [
  { name: 'config: the ConfigMap of envFrom is missing', plugins: ['calico'], alert: 'KubePodNotReady', happens: (cluster) => configError(cluster, { envFrom: [{ configMapRef: { name: 'checkout-env' } }] }, 'configmap "checkout-env" not found'), expect: rootCause('app-config-missing', 'configmap', { atLeast: 'certain', says: /checkout-env/ }) },
  {
    name: 'config: a Secret for a volume is missing',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
      if (pod.spec) pod.spec.volumes = [{ name: 'tls', secret: { secretName: 'checkout-tls' } }];
      cluster.event(pod, { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "tls" : secret "checkout-tls" not found', count: 16, firstMinutesAgo: 17, minutesAgo: 0.6 });
      return pod;
    },
    expect: rootCause('app-config-missing', 'secret', { atLeast: 'certain', says: /checkout-tls/ }),
  },
  {
    name: 'config: a key is missing in the ConfigMap',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      cluster.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'checkout', namespace: 'shop', uid: cluster.uid() }, data: { CURRENCY: 'EUR' } } as KubernetesObject);
      return configError(cluster, { env: [{ name: 'REGION', valueFrom: { configMapKeyRef: { name: 'checkout', key: 'REGION' } } }] }, "couldn't find key REGION in ConfigMap shop/checkout");
    },
    expect: rootCause('app-config-missing', 'key', { atLeast: 'certain', says: /REGION/ }),
  },
  {
    name: 'config: the service account is missing, so the ReplicaSet makes no pod',
    plugins: ['aws-vpc'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
      if (pod.spec) pod.spec.serviceAccountName = 'checkout';
      cluster.event(pod, { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "kube-api-access-x7k2p" : failed to fetch token: serviceaccounts "checkout" not found', count: 16, firstMinutesAgo: 17, minutesAgo: 0.6 });
      return pod;
    },
    expect: rootCause('app-config-missing', 'service-account', { atLeast: 'likely', says: /checkout/ }),
  },
];

const preempt = (words: string): string => `0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ${words}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`;

function taintWorkers(cluster: TestCluster, taint: { key: string; value?: string; effect: string }): void {
  for (const node of cluster.nodes) if (node.spec && !node.metadata?.name?.startsWith('cp-')) node.spec.taints = [taint];
}

function placed(name: string, plugin: Scenario['plugins'][number], detail: string, happens: Scenario['happens'], more: Partial<Scenario['expect']> = {}): Scenario {
  return { name: `placement: ${name}`, plugins: [plugin], alert: 'KubePodNotReady', happens, expect: rootCause('app-unschedulable', detail, { atLeast: 'likely', ...more }) };
}

export const placement: readonly Scenario[] = [
  placed('more CPU than any node has left', 'calico', 'insufficient-cpu', (cluster) => unschedulable(cluster, 'checkout', preempt('3 Insufficient cpu'), (pod) => Object.assign(pod.spec?.containers[0] ?? {}, { resources: { requests: { cpu: '12' } } })), { atLeast: 'certain' }),
  placed('more memory than any node has', 'flannel', 'insufficient-memory', (cluster) => unschedulable(cluster, 'checkout', preempt('3 Insufficient memory'), (pod) => Object.assign(pod.spec?.containers[0] ?? {}, { resources: { requests: { memory: '64Gi' } } })), { atLeast: 'certain' }),
  placed('a GPU that no node offers', 'cilium', 'insufficient-other', (cluster) => unschedulable(cluster, 'checkout', preempt('3 Insufficient nvidia.com/gpu'), (pod) => Object.assign(pod.spec?.containers[0] ?? {}, { resources: { limits: { 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '1' } } }))),
  placed('every worker is tainted for another team', 'calico', 'taint', (cluster) => {
    taintWorkers(cluster, { key: 'team', value: 'b', effect: 'NoSchedule' });
    return unschedulable(cluster, 'checkout', '0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) had untolerated taint {team: b}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.');
  }),
  placed('a node selector that no node carries', 'aws-vpc', 'node-selector', (cluster) => unschedulable(cluster, 'checkout', preempt("3 node(s) didn't match Pod's node affinity/selector").replace('3 No preemption victims found for incoming pod', '3 Preemption is not helpful for scheduling'), (pod) => Object.assign(pod.spec ?? {}, { nodeSelector: { disktype: 'nvme' } }))),
  placed('a node affinity that no node satisfies', 'azure', 'node-affinity', (cluster) => unschedulable(cluster, 'checkout', preempt("3 node(s) didn't match Pod's node affinity/selector"), (pod) => Object.assign(pod.spec ?? {}, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-9z'] }] }] } } } }))),
  placed('all workers are cordoned for an upgrade', 'calico', 'node-cordoned', (cluster) => {
    for (const node of cluster.nodes) if (node.spec && !node.metadata?.name?.startsWith('cp-')) Object.assign(node.spec, { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: before(40) }] });
    return unschedulable(cluster, 'checkout', '0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) were unschedulable. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.');
  }),
  placed('one replica a node, and no node left', 'flannel', 'pod-anti-affinity', (cluster) => {
    for (const node of ['worker-1', 'worker-2', 'worker-3']) cluster.runningPod('shop', 'checkout', node);
    return unschedulable(cluster, 'checkout', preempt("3 node(s) didn't match pod anti-affinity rules"), (pod) => Object.assign(pod.spec ?? {}, { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'checkout' } } }] } } }));
  }),
  placed('it wants to be beside a pod that nobody runs', 'cilium', 'pod-affinity', (cluster) => unschedulable(cluster, 'checkout', preempt("3 node(s) didn't match pod affinity rules"), (pod) => Object.assign(pod.spec ?? {}, { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'redis' } } }] } } }))),
  placed('the spread over zones cannot be kept', 'aws-vpc', 'topology-spread', (cluster) => unschedulable(cluster, 'checkout', preempt("3 node(s) didn't match pod topology spread constraints"), (pod) => Object.assign(pod.spec ?? {}, { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'checkout' } } }] }))),
  placed("its volume lives in another zone than the workers", 'aws-vpc', 'volume', (cluster) => unschedulable(cluster, 'checkout', preempt('3 node(s) had volume node affinity conflict'), (pod) => Object.assign(pod.spec ?? {}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-checkout' } }] }))),
  placed('every worker runs as many pods as it may', 'calico', 'too-many-pods', (cluster) => unschedulable(cluster, 'checkout', preempt('3 Too many pods'))),
  placed('there are no nodes', 'flannel', 'no-nodes', (cluster) => unschedulable(cluster, 'checkout', 'no nodes available to schedule pods')),
  {
    name: 'placement: the scheduler says nothing at all',
    plugins: ['kindnet'],
    alert: 'KubePodNotReady',
    happens: (cluster) =>
      cluster.runningPod('shop', 'checkout', 'worker-2', (pod) => {
        delete pod.spec?.nodeName;
        if (pod.spec) pod.spec.schedulerName = 'batch-scheduler';
        if (pod.metadata) pod.metadata.creationTimestamp = before(20);
        pod.status = { phase: 'Pending' };
      }),
    expect: rootCause('app-unschedulable', 'scheduler-silent', { atLeast: 'likely', says: /batch-scheduler/ }),
  },
];

function withClaim(cluster: TestCluster, app: string): Pod {
  const pod = cluster.waitingPod('shop', app, 'worker-2');
  if (pod.spec) pod.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: `data-${app}` } }];
  cluster.add({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: `data-${app}`, namespace: 'shop', uid: cluster.uid(), creationTimestamp: before(days(2)) }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', volumeName: 'pvc-77', resources: { requests: { storage: '10Gi' } } }, status: { phase: 'Bound' } } as KubernetesObject);
  cluster.add({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast', uid: cluster.uid() }, provisioner: 'ebs.csi.aws.com' } as KubernetesObject);
  return pod;
}

/** The kubelet has not admitted the pod. */
function turnedAway(cluster: TestCluster): Pod {
  return running(cluster, {}, (pod) => {
    pod.status = { phase: 'Failed', reason: 'OutOfcpu', message: 'Pod was rejected: Node didn\'t have enough resource: cpu, requested: 4000, used: 5200, capacity: 7900', startTime: before(18) };
  });
}

export const admission: readonly Scenario[] = [
  {
    name: 'admission: the node has turned the pod away, and nobody has replaced it',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens: turnedAway,
    expect: rootCause('app-unschedulable', 'insufficient-cpu', { atLeast: 'certain', says: /turned away/ }),
  },
  {
    name: 'admission: the node has turned the pod away, and its successor is well',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      cluster.runningPod('shop', 'checkout', 'worker-3');
      return turnedAway(cluster);
    },
    expect: { outcome: 'target-gone', says: /checkout/ },
  },
  {
    name: 'admission: the runtime of the node does not know the class that the pod asks for',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
      if (pod.spec) pod.spec.runtimeClassName = 'kata';
      cluster.event(pod, { reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to find runtime handler kata-qemu from runtime list map[crun:0xc00047e300 runc:0xc00047ef00]', count: 40 });
      return pod;
    },
    expect: rootCause('app-crash-looping', 'cannot-start', { atLeast: 'certain', says: /kata-qemu/ }),
  },
];

export const volumes: readonly Scenario[] = [
  {
    name: 'volume: the claim is not bound, its StorageClass does not exist',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = unschedulable(cluster, 'checkout', '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.', (one) => Object.assign(one.spec ?? {}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-checkout' } }] }));
      const claim = cluster.add({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-checkout', namespace: 'shop', uid: cluster.uid(), creationTimestamp: before(20) }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources: { requests: { storage: '10Gi' } } }, status: { phase: 'Pending' } } as KubernetesObject);
      cluster.event(claim, { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "gold" not found', count: 70, firstMinutesAgo: 20, minutesAgo: 0.5, from: 'controller' });
      return pod;
    },
    expect: rootCause('app-volume-mount', 'unbound-claim', { atLeast: 'likely', says: /gold|data-checkout/ }),
  },
  {
    name: 'volume: the NFS server refuses the mount',
    plugins: ['flannel'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
      if (pod.spec) pod.spec.volumes = [{ name: 'share', nfs: { server: 'nfs.corp.example', path: '/exports/shop' } }];
      cluster.event(pod, { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nfs.corp.example:/exports/shop /var/lib/kubelet/pods/7/volumes/kubernetes.io~nfs/share\nOutput: mount.nfs: access denied by server while mounting nfs.corp.example:/exports/shop', count: 16, firstMinutesAgo: 17, minutesAgo: 0.6 });
      return pod;
    },
    expect: rootCause('app-volume-mount', 'permission-denied', { atLeast: 'likely' }),
  },
  {
    name: 'volume: the disk is still attached to a node that is gone',
    plugins: ['aws-vpc'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = withClaim(cluster, 'checkout');
      cluster.event(pod, { reason: 'FailedAttachVolume', message: 'Multi-Attach error for volume "pvc-77" Volume is already exclusively attached to one node and can\'t be attached to another', count: 1, firstMinutesAgo: 17, minutesAgo: 17, from: 'controller' });
      cluster.event(pod, { reason: 'FailedMount', message: 'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded', count: 7, firstMinutesAgo: 15, minutesAgo: 1 });
      return pod;
    },
    expect: rootCause('app-volume-mount', 'attach-failed', { atLeast: 'likely' }),
  },
  {
    name: 'volume: the claim that it names does not exist',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens: (cluster) => unschedulable(cluster, 'checkout', '0/4 nodes are available: persistentvolumeclaim "data-chekout" not found. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.', (one) => Object.assign(one.spec ?? {}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-chekout' } }] })),
    expect: rootCause('app-volume-mount', 'missing-object', { atLeast: 'likely', says: /data-chekout/ }),
  },
  {
    name: 'volume: a local volume that lies on another node',
    plugins: ['kube-router'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = withClaim(cluster, 'checkout');
      cluster.add({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pvc-77', uid: cluster.uid() }, spec: { capacity: { storage: '10Gi' }, local: { path: '/mnt/disks/1' }, claimRef: { name: 'data-checkout', namespace: 'shop' }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-1'] }] }] } } }, status: { phase: 'Bound' } } as KubernetesObject);
      cluster.event(pod, { reason: 'FailedMount', message: 'MountVolume.NodeAffinity check failed for volume "pvc-77" : no matching NodeSelectorTerms', count: 16, firstMinutesAgo: 17, minutesAgo: 0.6 });
      return pod;
    },
    expect: rootCause('app-volume-mount', 'wrong-node', { atLeast: 'likely', says: /worker-1|pvc-77/ }),
  },
];

