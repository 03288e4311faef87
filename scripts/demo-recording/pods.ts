import type { AnyObject } from '../../src/cluster/kinds.ts';
import { metadata, minutesAgo, object, suffixOf, uidOf } from './objects.ts';
import { nodeAddress, podAddress } from './nodes.ts';
import { type PlacedPod, type Workload, workloads } from './workloads.ts';

/** A pod with what events, logs and EndpointSlices need to know of it. */
export interface RecordedPod {
  readonly workload: Workload;
  readonly placed: PlacedPod;
  readonly name: string;
  readonly address: string | null;
}

export const recordedPods: readonly RecordedPod[] = workloads.flatMap((workload) =>
  workload.pods.map((placed, index) => ({ workload, placed, name: nameOf(workload, placed, index), address: addressOf(placed) })),
);

/** The pods of a workload that are in a state. */
export function podsOf(workload: string, state: PlacedPod['state'] = 'running'): readonly RecordedPod[] {
  return recordedPods.filter((pod) => pod.workload.name === workload && (pod.placed.state ?? 'running') === state);
}

export function replicaSetOf({ namespace, name }: Workload): string {
  return `${name}-${suffixOf(`${namespace}/${name}`, 10)}`;
}

function nameOf(workload: Workload, { node, state }: PlacedPod, index: number): string {
  const letters = suffixOf(`${workload.namespace}/${workload.name}/${index}/${state ?? ''}`, 5);
  switch (workload.kind) {
    case 'Static':
      return `${workload.name}-${node}`;
    case 'StatefulSet':
      return `${workload.name}-${index}`;
    case 'Deployment':
      return `${replicaSetOf(workload)}-${letters}`;
    case 'Job':
      return `${workload.name}-${29_557_900 + index * 5}-${letters}`;
    case 'DaemonSet':
      return `${workload.name}-${letters}`;
  }
}

function addressOf({ node, address }: PlacedPod): string | null {
  return address === null ? null : address === 'host' ? nodeAddress(node) : podAddress(node, address);
}

/** The pod as `kubectl get pod -o json` prints it, without what nobody reads. */
export function podObject({ workload, placed, name, address }: RecordedPod): AnyObject {
  const { namespace, labels = {} } = workload;
  const ageMinutes = placed.ageMinutes ?? 0;
  const ownLabels = { ...(labels['component'] === undefined ? { 'app.kubernetes.io/name': workload.name } : {}), ...labels };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata({ kind: 'Pod', namespace, name, ageMinutes, meta: { labels: ownLabels, ...owner(workload) } }),
    spec: {
      containers: containerNames(workload).map((container) => ({
        name: container,
        image: container === 'kube-flannel' ? 'docker.io/flannel/flannel:v0.26.2' : workload.image,
        ...(workload.command === undefined ? {} : { command: workload.command }),
        ...(workload.port === undefined
          ? {}
          : { ports: [{ containerPort: workload.port, protocol: 'TCP' }], readinessProbe: probe(workload.port) }),
      })),
      nodeName: placed.node,
      restartPolicy: workload.kind === 'Job' ? 'OnFailure' : 'Always',
      serviceAccountName: 'default',
      ...(placed.address === 'host' ? { hostNetwork: true } : {}),
    },
    status: statusOf({ workload, placed, name, address }),
  };
}

function probe(port: number): object {
  return { tcpSocket: { port }, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1 };
}

export function containerNames({ containers, name }: Workload): readonly string[] {
  return containers ?? [name];
}

function owner(workload: Workload): object {
  const { kind, namespace, name } = workload;
  if (kind === 'Static') return {};
  const [ownerKind, ownerName] = kind === 'Deployment' ? ['ReplicaSet', replicaSetOf(workload)] : [kind, name];
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return {
    ownerReferences: [{ apiVersion, kind: ownerKind, name: ownerName, uid: uidOf(ownerKind, namespace, ownerName), controller: true }],
  };
}

const phases = { running: 'Running', stuck: 'Pending', crashing: 'Running', completed: 'Succeeded' } as const;

function statusOf({ workload, placed, name, address }: RecordedPod): object {
  const state = placed.state ?? 'running';
  const age = placed.ageMinutes ?? 0;
  const ready = state === 'running';
  const why =
    state === 'completed'
      ? { reason: 'PodCompleted' }
      : ready
        ? {}
        : { reason: 'ContainersNotReady', message: `containers with unready status: [${containerNames(workload).join(' ')}]` };
  const condition = (type: string, status: boolean, since: number, more: object = {}): object => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: minutesAgo(since),
    ...more,
  });
  return {
    phase: phases[state],
    conditions: [
      condition('Initialized', true, age),
      condition('Ready', ready, state === 'crashing' ? 88 : age - 0.2, why),
      condition('ContainersReady', ready, state === 'crashing' ? 88 : age - 0.2, why),
      condition('PodScheduled', true, age),
    ],
    hostIP: nodeAddress(placed.node),
    ...(address === null ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    qosClass: 'Burstable',
    startTime: minutesAgo(age),
    containerStatuses: containerNames(workload).map((container) => containerStatus(container, { workload, placed, name, address })),
  };
}

function containerStatus(container: string, { workload, placed, name }: RecordedPod): object {
  const state = placed.state ?? 'running';
  const age = placed.ageMinutes ?? 0;
  const restarts = placed.restarts ?? 0;
  const startedAt = restarts > 0 && state === 'running' ? minutesAgo(5.5 * 24 * 60) : minutesAgo(age - 0.1);
  const id = `containerd://${uidOf(name, container).replaceAll('-', '').repeat(2)}`;
  const ended = (minutes: number, exitCode: number, reason: string): object => ({
    terminated: { containerID: id, exitCode, reason, startedAt: minutesAgo(minutes + 0.1), finishedAt: minutesAgo(minutes) },
  });
  const common = {
    name: container,
    image: workload.image,
    imageID: state === 'stuck' ? '' : `${workload.image}@sha256:${uidOf(workload.image).replaceAll('-', '').repeat(2)}`,
  };
  switch (state) {
    case 'stuck':
      return { ...common, ready: false, restartCount: 0, started: false, state: { waiting: { reason: 'ContainerCreating' } } };
    case 'completed':
      return { ...common, ready: false, restartCount: 0, started: false, containerID: id, state: ended(age - 2, 0, 'Completed') };
    case 'crashing':
      return {
        ...common,
        ready: false,
        restartCount: restarts,
        started: false,
        containerID: id,
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: `back-off 5m0s restarting failed container=${container} pod=${name}_${workload.namespace}(${uidOf('Pod', workload.namespace, name)})`,
          },
        },
        lastState: ended(2, 1, 'Error'),
      };
    case 'running':
      return {
        ...common,
        ready: true,
        restartCount: restarts,
        started: true,
        containerID: id,
        state: { running: { startedAt } },
        ...(restarts === 0 ? {} : { lastState: ended(5.5 * 24 * 60 + 0.3, 255, 'Unknown') }),
      };
  }
}

/** Services with EndpointSlices of the ready pods. */
export function serviceObjects(): readonly AnyObject[] {
  const served = workloads.filter(({ hasService }) => hasService === true);
  return served.flatMap((workload, index) => {
    const { namespace, name, port = 0 } = workload;
    const pods = recordedPods.filter(
      (pod) => pod.workload === workload && pod.address !== null && (pod.placed.state ?? 'running') !== 'completed',
    );
    return [
      object(
        'v1',
        { kind: 'Service', namespace, name },
        {
          spec: {
            type: 'ClusterIP',
            clusterIP: `10.96.14.${20 + index}`,
            clusterIPs: [`10.96.14.${20 + index}`],
            selector: { 'app.kubernetes.io/name': name },
            ports: [{ port: 80, targetPort: port, protocol: 'TCP' }],
          },
        },
      ),
      object(
        'discovery.k8s.io/v1',
        {
          kind: 'EndpointSlice',
          namespace,
          name: `${name}-${suffixOf(name, 5)}`,
          meta: { labels: { 'kubernetes.io/service-name': name } },
        },
        {
          addressType: 'IPv4',
          ports: [{ port, protocol: 'TCP' }],
          endpoints: pods.map(({ name: pod, address, placed }) => {
            const ready = (placed.state ?? 'running') === 'running';
            return {
              addresses: [address],
              conditions: { ready, serving: ready, terminating: false },
              nodeName: placed.node,
              targetRef: { kind: 'Pod', namespace, name: pod },
            };
          }),
        },
      ),
    ];
  });
}
