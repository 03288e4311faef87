import type { AnyObject } from '../../../src/cluster/kinds.ts';
import type { ObjectMeta } from '../../../src/cluster/wire.ts';

const meta = (namespace: string | undefined, name: string, more: Record<string, unknown> = {}): ObjectMeta => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid: `uid-${namespace ?? ''}-${name}`,
  resourceVersion: '10',
  creationTimestamp: '2026-03-01T10:00:00Z',
  ...more,
});

/** A pod of the shop: Running and Ready on `node` with `address`. */
export function shopPod(name: string, node: string, address: string): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('shop', name, { labels: { app: 'web', 'pod-template-hash': '7d4f' } }),
    spec: { nodeName: node, restartPolicy: 'Always', containers: [{ name: 'web', image: 'web:1' }] },
    status: {
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }, { ip: `fd00::${address.split('.').at(-1)}` }],
      startTime: '2026-03-01T10:00:01Z',
      containerStatuses: [
        {
          name: 'web',
          ready: true,
          restartCount: 1,
          image: 'web:1',
          imageID: '',
          state: { running: { startedAt: '2026-03-01T10:05:00Z' } },
        },
      ],
    },
  };
}

const waiting: AnyObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta('shop', 'cart-1', { labels: { app: 'cart' } }),
  spec: { nodeName: 'worker-2', containers: [{ name: 'cart', image: 'cart:1' }] },
  status: {
    phase: 'Pending',
    startTime: '2026-03-01T10:20:00Z',
    containerStatuses: [
      { name: 'cart', ready: false, restartCount: 0, image: 'cart:1', imageID: '', state: { waiting: { reason: 'ContainerCreating' } } },
    ],
  },
};

const event: AnyObject = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: meta('shop', 'cart-1.17a'),
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'uid-shop-cart-1' },
  reason: 'FailedCreatePodSandBox',
  message: 'failed to setup network for sandbox',
  type: 'Warning',
  source: { component: 'kubelet', host: 'worker-2' },
  firstTimestamp: '2026-03-01T10:21:00Z',
  lastTimestamp: '2026-03-01T10:29:00Z',
  count: 9,
};

const node = (name: string, podCIDR: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: meta(undefined, name, { labels: { 'kubernetes.io/hostname': name } }),
  spec: { podCIDR, podCIDRs: [podCIDR] },
  status: {
    conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-03-01T10:28:00Z', lastTransitionTime: '2026-03-01T09:00:00Z' }],
  },
});

/** A small cluster with a little of everything: two nodes, a broken pod, an event, a policy, Calico's pool, logs. */
export const shopCluster: { readonly objects: readonly AnyObject[]; readonly logs: Readonly<Record<string, string>> } = {
  objects: [
    node('worker-2', '10.1.2.0/24'),
    node('worker-1', '10.1.1.0/24'),
    shopPod('web-2', 'worker-2', '10.1.2.5'),
    shopPod('web-1', 'worker-1', '10.1.1.5'),
    shopPod('web-3', 'worker-1', '10.1.1.6'),
    waiting,
    event,
    { apiVersion: 'v1', kind: 'Namespace', metadata: meta(undefined, 'shop') },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('kube-system', 'kubeadm-config'), data: { ClusterConfiguration: 'x' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta('shop', 'deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    },
    { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', metadata: meta(undefined, 'default-pool'), spec: { cidr: '10.1.0.0/16' } },
    {
      apiVersion: 'networking.k8s.io/v1beta1',
      kind: 'ServiceCIDR',
      metadata: meta(undefined, 'kubernetes'),
      spec: { cidrs: ['10.96.0.0/12'] },
    },
  ],
  logs: {
    'shop/web-1/web': ['2026-03-01T10:05:00.000000001Z one', '2026-03-01T10:05:01.000000001Z two', '2026-03-01T10:30:00Z three', ''].join(
      '\n',
    ),
    'shop/web-1/web/previous': '2026-03-01T10:04:59Z fatal: no route to host\n',
    'shop/web-2/web': '2026-03-01T10:05:00Z up\n',
  },
};
