import type { AnyObject } from '../../src/cluster/kinds.ts';
import { days, minutesAgo, object, uidOf } from './objects.ts';
import type { PlacedPod } from './workloads.ts';

export const nodeNames: readonly PlacedPod['node'][] = ['control-plane-1', 'worker-1', 'worker-2', 'worker-3'];

export function nodeAddress(node: PlacedPod['node']): string {
  return `192.168.40.${10 + nodeNames.indexOf(node)}`;
}

/** An address in the node's /24. */
export function podAddress(node: PlacedPod['node'], last: number): string {
  return `10.244.${nodeNames.indexOf(node)}.${last}`;
}

/** The nodes with their heartbeats. worker-3 came back five days ago; since then it leaks addresses. */
export function nodeObjects(): readonly AnyObject[] {
  return nodeNames.flatMap((name, index) => {
    const cidr = `10.244.${index}.0/24`;
    const since = name === 'worker-3' ? 5.5 * days : 89 * days;
    const condition = (type: string, status: string, reason: string): object => ({
      type,
      status,
      reason,
      lastHeartbeatTime: minutesAgo(index / 2 + 0.5),
      lastTransitionTime: minutesAgo(since),
    });
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'topology.kubernetes.io/zone': `zone-${index === 0 ? 'a' : 'abc'[index - 1]}`,
      ...(index === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
    };
    const annotations = { 'flannel.alpha.coreos.com/backend-type': 'vxlan', 'flannel.alpha.coreos.com/public-ip': nodeAddress(name) };
    return [
      object(
        'v1',
        { kind: 'Node', name, meta: { labels, annotations } },
        {
          spec: {
            podCIDR: cidr,
            podCIDRs: [cidr],
            ...(index === 0 ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } : {}),
          },
          status: {
            addresses: [
              { type: 'InternalIP', address: nodeAddress(name) },
              { type: 'Hostname', address: name },
            ],
            capacity: { cpu: '8', memory: '32Gi', pods: '250' },
            allocatable: { cpu: '7800m', memory: '30Gi', pods: '250' },
            conditions: [
              condition('NetworkUnavailable', 'False', 'FlannelIsUp'),
              condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
              condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
              condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
              condition('Ready', 'True', 'KubeletReady'),
            ],
            nodeInfo: {
              kubeletVersion: 'v1.31.4',
              kubeProxyVersion: 'v1.31.4',
              containerRuntimeVersion: 'containerd://1.7.24',
              kernelVersion: '6.1.0-28-amd64',
              osImage: 'Debian GNU/Linux 12 (bookworm)',
              operatingSystem: 'linux',
              architecture: 'amd64',
              bootID: uidOf('boot', name),
              machineID: uidOf('machine', name),
              systemUUID: uidOf('system', name),
            },
          },
        },
      ),
      object(
        'coordination.k8s.io/v1',
        { kind: 'Lease', namespace: 'kube-node-lease', name },
        {
          spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: minutesAgo(index / 20).replace('Z', '.000000Z') },
        },
      ),
    ];
  });
}
