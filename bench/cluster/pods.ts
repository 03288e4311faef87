import type { Pod } from '../../src/cluster/wire.ts';

/** A pod of the generated cluster, told by its number alone, so that 150,000 of them need not be kept. */
export interface PodPlan {
  readonly index: number;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly nodeIndex: number;
  readonly addresses: readonly [string, ...string[]];
  readonly state: 'running' | 'no-sandbox' | 'no-image';
  /** RFC 3339 of when it stopped being Ready, or became so. */
  readonly since: string;
}

const born = '2026-03-01T08:00:00Z';
const consonants = 'bcdfghjklmnpqrstvwxz';

/** Five characters as Kubernetes puts them behind the names of pods, the same for the same number. */
export function suffix(seed: number): string {
  let rest = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return Array.from({ length: 5 }, () => {
    const letter = consonants[rest % 20] ?? 'b';
    rest = Math.floor(rest / 20);
    return letter;
  }).join('');
}

const hash = (workload: number): string => `${suffix(workload)}${suffix(workload + 7)}`.slice(0, 9);
const workloadOf = (index: number): number => Math.floor(index / 10);

/** Name of a pod: ten pods make a Deployment. */
export function podName(index: number): string {
  return `app-${workloadOf(index)}-${hash(workloadOf(index))}-${suffix(index)}`;
}

export function uid(kind: number, index: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

export function imageOf(index: number): string {
  const workload = workloadOf(index);
  return `registry.example/team-${workload % 40}/app-${workload}:1.${workload % 90}.${index % 7}`;
}

/** A Deployment's pod with the fields that the API server really sends, some 6 KB of JSON. */
export function podObject(plan: PodPlan): Pod {
  const { index, namespace, name, node, nodeIndex, addresses, state, since } = plan;
  const workload = workloadOf(index);
  const running = state === 'running';
  const connected = state !== 'no-sandbox';
  const image = imageOf(index);
  const mounts = [
    { name: 'kube-api-access-x2v9q', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ...(index % 2 === 0 ? [{ name: 'config', mountPath: '/etc/app' }] : []),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `app-${workload}-${hash(workload)}-`,
      namespace,
      uid: uid(1, index),
      resourceVersion: String(900_000 + index),
      creationTimestamp: running ? born : since,
      labels: {
        app: `app-${workload}`,
        'app.kubernetes.io/name': `app-${workload}`,
        'app.kubernetes.io/part-of': `team-${workload % 40}`,
        'app.kubernetes.io/managed-by': 'Helm',
        'pod-template-hash': hash(workload),
        tier: 'backend',
      },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `app-${workload}-${hash(workload)}`,
          uid: uid(2, workload),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: managedFields(index),
    },
    spec: {
      nodeName: node,
      serviceAccountName: 'default',
      serviceAccount: 'default',
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      securityContext: {},
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      volumes: [
        {
          name: 'kube-api-access-x2v9q',
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
            ],
          },
        },
        ...(index % 2 === 0 ? [{ name: 'config', configMap: { name: `app-${workload}-config`, defaultMode: 420 } }] : []),
      ],
      containers: [
        {
          name: 'app',
          image,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          env: [
            { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
            { name: 'UPSTREAM', value: `http://app-${workload + 1}.${namespace}.svc.cluster.local:8080` },
          ],
          readinessProbe: {
            httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          volumeMounts: mounts,
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
    },
    status: {
      phase: running ? 'Running' : 'Pending',
      qosClass: 'Burstable',
      startTime: running ? born : since,
      hostIP: hostAddress(nodeIndex),
      hostIPs: [{ ip: hostAddress(nodeIndex) }],
      ...(connected ? { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) } : {}),
      conditions: conditions({ running, connected }, since),
      containerStatuses: [
        {
          name: 'app',
          image,
          imageID: running ? `registry.example/team/app@sha256:${uid(3, index).replaceAll('-', '').repeat(2)}` : '',
          ready: running,
          started: running,
          restartCount: 0,
          ...(running ? { containerID: `containerd://${uid(4, index).replaceAll('-', '').repeat(2)}` } : {}),
          state: running ? { running: { startedAt: born } } : { waiting: waitingOf(plan, image) },
          lastState: {},
        },
      ],
    },
  };
}

export function hostAddress(nodeIndex: number): string {
  return `10.${200 + Math.floor(nodeIndex / 62_500)}.${Math.floor(nodeIndex / 250) % 250}.${1 + (nodeIndex % 250)}`;
}

/** What the kubelet says in a container's status while its image cannot be pulled, and in the event. */
export function imageMissing(image: string): string {
  return `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
}

function waitingOf({ state }: PodPlan, image: string) {
  if (state === 'no-sandbox') return { reason: 'ContainerCreating' };
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: rpc error: ${imageMissing(image)}` };
}

function conditions({ running, connected }: { readonly running: boolean; readonly connected: boolean }, since: string) {
  const value = running ? 'True' : 'False';
  const notReady = running ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
  return [
    { type: 'PodReadyToStartContainers', status: connected ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: since },
    { type: 'Initialized', status: 'True', lastProbeTime: null, lastTransitionTime: since },
    { type: 'Ready', status: value, lastProbeTime: null, lastTransitionTime: since, ...notReady },
    { type: 'ContainersReady', status: value, lastProbeTime: null, lastTransitionTime: since, ...notReady },
    { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: since },
  ] as unknown as NonNullable<NonNullable<Pod['status']>['conditions']>;
}

/** What the API server writes about who set which field: a third of a pod's JSON. */
function managedFields(index: number) {
  const labels = [
    '.',
    'f:app',
    'f:app.kubernetes.io/managed-by',
    'f:app.kubernetes.io/name',
    'f:app.kubernetes.io/part-of',
    'f:pod-template-hash',
    'f:tier',
  ];
  const empty = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, {}]));
  const condition = (type: string): [string, object] => [
    `k:{"type":"${type}"}`,
    empty(['.', 'f:lastProbeTime', 'f:lastTransitionTime', 'f:message', 'f:reason', 'f:status', 'f:type']),
  ];
  return [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: born,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': {
          'f:generateName': {},
          'f:labels': empty(labels),
          'f:ownerReferences': { '.': {}, [`k:{"uid":"${uid(2, workloadOf(index))}"}`]: {} },
        },
        'f:spec': {
          'f:containers': {
            'k:{"name":"app"}': {
              ...empty(['.', 'f:image', 'f:imagePullPolicy', 'f:name', 'f:terminationMessagePath', 'f:terminationMessagePolicy']),
              'f:env': { '.': {}, 'k:{"name":"POD_NAME"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:fieldRef': {} } } },
              'f:readinessProbe': {
                ...empty(['.', 'f:failureThreshold', 'f:periodSeconds', 'f:successThreshold', 'f:timeoutSeconds']),
                'f:httpGet': empty(['.', 'f:path', 'f:port', 'f:scheme']),
              },
              'f:resources': { '.': {}, 'f:limits': empty(['.', 'f:memory']), 'f:requests': empty(['.', 'f:cpu', 'f:memory']) },
            },
          },
          ...empty([
            'f:dnsPolicy',
            'f:enableServiceLinks',
            'f:restartPolicy',
            'f:schedulerName',
            'f:securityContext',
            'f:terminationGracePeriodSeconds',
          ]),
        },
      },
    },
    {
      manager: 'kubelet',
      operation: 'Update',
      apiVersion: 'v1',
      time: born,
      subresource: 'status',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:status': {
          'f:conditions': Object.fromEntries(['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map(condition)),
          ...empty(['f:containerStatuses', 'f:hostIP', 'f:hostIPs', 'f:phase', 'f:podIP', 'f:startTime']),
          'f:podIPs': { '.': {}, [`k:{"ip":"10.0.0.${index % 250}"}`]: { '.': {}, 'f:ip': {} } },
        },
      },
    },
  ];
}
