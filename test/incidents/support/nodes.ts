import type { Node } from '../../../src/cluster/wire.ts';
import { before, days } from './clock.ts';
import type { InstalledPlugin } from './installed-plugins.ts';

/** A Ready node, as the plugins at hand leave it. */
export function aNode(name: string, { index, uid, plugins }: { index: number; uid: string; plugins: readonly InstalledPlugin[] }): Node {
  const podCidr = plugins.map(({ addressing }) => addressing).find((one) => one !== undefined)?.podCidr(index);
  const annotations = Object.assign({}, ...plugins.map(({ nodeAnnotations }) => nodeAnnotations?.(index) ?? {})) as Record<string, string>;
  const reason = plugins.map(({ conditionReason }) => conditionReason).find((one) => one !== undefined);
  const isControlPlane = name.startsWith('cp-');
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid,
      creationTimestamp: before(days(20)),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', ...(isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}) },
      annotations,
    },
    spec: {
      ...(podCidr === undefined ? {} : { podCIDR: podCidr, podCIDRs: [podCidr] }),
      ...(isControlPlane ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } : {}),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: `192.0.2.${10 + index}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '7900m', memory: '31Gi', pods: '110' },
      nodeInfo: { kubeletVersion: 'v1.33.2', containerRuntimeVersion: 'containerd://2.1.1', architecture: 'amd64', operatingSystem: 'linux', kernelVersion: '6.8.0-60-generic', osImage: 'Ubuntu 24.04.2 LTS' } as NonNullable<NonNullable<Node['status']>['nodeInfo']>,
      conditions: [
        ...(reason === undefined ? [] : [networkUp(reason)]),
        heartbeat('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        heartbeat('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        heartbeat('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        heartbeat('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
    },
  };
}

type Condition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

function networkUp(reason: string): Condition {
  return { type: 'NetworkUnavailable', status: 'False', reason, message: '', lastTransitionTime: before(days(20)), lastHeartbeatTime: before(days(20)) };
}

function heartbeat(type: string, status: 'True' | 'False', reason: string, message = ''): Condition {
  return { type, status, reason, message, lastTransitionTime: before(days(20)), lastHeartbeatTime: before(1) };
}

/** Sets one condition of a node, with the time since when it holds. */
export function setCondition(node: Node, condition: { type: string; status: 'True' | 'False' | 'Unknown'; reason: string; message: string; minutes: number }): void {
  const { minutes, ...rest } = condition;
  const others = (node.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  if (node.status) node.status.conditions = [...others, { ...rest, lastTransitionTime: before(minutes), lastHeartbeatTime: before(1) }];
}

/** The kubelet has fallen silent: every condition that it writes is Unknown (kubernetes: node_lifecycle_controller.go). */
export function fallSilent(node: Node, minutes: number): void {
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']) setCondition(node, { type, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', minutes });
  if (node.spec) node.spec.taints = [...(node.spec.taints ?? []), { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }];
}
