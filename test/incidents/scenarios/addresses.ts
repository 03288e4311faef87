import type { KubernetesObject, Node } from '../../../src/cluster/wire.ts';
import { addCalicoBlocks, fillNode } from '../support/address-records.ts';
import { before, days } from '../support/clock.ts';
import { alsoStuck, stuckPod } from '../support/sandbox-errors.ts';
import { rootCause } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';
import { crashLoops, says } from '../support/troubles.ts';

/** Small ranges, as `--node-cidr-mask-size=26` makes them. */
const smallRanges = {
  eachNode(node: Node): void {
    const cidr = (node.spec?.podCIDR ?? '').replace('/24', '/26');
    if (node.spec && cidr !== '') Object.assign(node.spec, { podCIDR: cidr, podCIDRs: [cidr] });
  },
};

const ofInstance = (type: string) => ({
  eachNode(node: Node): void {
    if (node.metadata) node.metadata.labels = { ...node.metadata.labels, 'node.kubernetes.io/instance-type': type };
    if (node.spec) node.spec.providerID = `aws:///us-west-2a/i-0${node.metadata?.name ?? ''}`;
  },
});

const secondNetwork = { type: 'macvlan', network: 'storage' } as const;

const awsFull = { type: 'aws-cni', network: 'aws-cni', text: 'add cmd: failed to assign an IP address to container' } as const;

export const exhausted: readonly Scenario[] = [
  {
    name: 'flannel: a /26 for a node that runs 60 pods',
    plugins: ['flannel'],
    nodes: smallRanges,
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      fillNode(cluster, 'worker-2', 60);
      const add = { type: 'flannel', network: 'cbr0', text: 'failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.62' };
      alsoStuck(cluster, add);
      return stuckPod(cluster, add);
    },
    expect: rootCause('ip-pool-exhausted', 'node-range-full', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' }, says: /6\d of 6\d/ }),
  },
  {
    name: 'cilium: a node of a cluster pool with /26 masks is full',
    plugins: ['cilium'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      for (const [index, node] of cluster.nodes.entries()) cluster.add({ apiVersion: 'cilium.io/v2', kind: 'CiliumNode', metadata: { name: node.metadata?.name ?? '', uid: cluster.uid(), creationTimestamp: before(days(20)) }, spec: { ipam: { podCIDRs: [`10.0.${index}.0/26`] } }, status: { ipam: { 'operator-status': {} } } } as KubernetesObject);
      fillNode(cluster, 'worker-2', 60);
      return stuckPod(cluster, { type: 'cilium-cni', network: 'cilium', text: 'unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  "range is full"' });
    },
    expect: rootCause('ip-pool-exhausted', 'node-range-full', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' }, says: /6\d (of|pod)/ }),
  },
  {
    name: "cilium: the cluster's pool has no range left for a node that joins, whose agent waits for one and is restarted",
    plugins: ['cilium'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      for (const [index, node] of cluster.nodes.entries()) {
        const isLast = node.metadata?.name === 'worker-2';
        cluster.add({ apiVersion: 'cilium.io/v2', kind: 'CiliumNode', metadata: { name: node.metadata?.name ?? '', uid: cluster.uid(), creationTimestamp: before(days(20)) }, spec: { ipam: isLast ? {} : { podCIDRs: [`10.0.${index}.0/24`] } }, status: { ipam: { 'operator-status': isLast ? { error: 'allocator full' } : {} } } } as KubernetesObject);
      }
      crashLoops(cluster, cluster.agent('cilium', 'worker-2'), { container: 'cilium-agent', restarts: 8, log: [] });
      return stuckPod(cluster, { type: 'cilium-cni', network: 'cilium', text: 'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory' });
    },
    expect: rootCause('ip-pool-exhausted', 'no-block-available', { subject: { kind: 'Node', name: 'worker-2' }, says: /allocator full/ }),
  },
  {
    name: 'kindnet: CRI-O, a /26, the words of a newer host-local',
    plugins: ['kindnet'],
    nodes: smallRanges,
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      fillNode(cluster, 'worker-2', 61);
      return stuckPod(cluster, { type: 'ptp', network: 'kindnet', runtime: 'cri-o', text: 'failed to allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.62' });
    },
    expect: rootCause('ip-pool-exhausted', 'node-range-full', { atLeast: 'certain' }),
  },
  {
    name: 'calico: every address of a /25 pool is held by a live pod',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pool = cluster.object<KubernetesObject & { spec: Record<string, unknown> }>('IPPool', 'default-ipv4-ippool');
      Object.assign(pool.spec, { cidr: '10.244.0.0/25' });
      addCalicoBlocks(cluster, [
        { cidr: '10.244.0.0/26', node: 'worker-1', live: 64 },
        { cidr: '10.244.0.64/26', node: 'worker-2', live: 64 },
      ]);
      const add = { type: 'calico', text: 'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.244.0.0/25]' };
      alsoStuck(cluster, add, 'worker-3');
      return stuckPod(cluster, add);
    },
    expect: rootCause('ip-pool-exhausted', 'pool-full', { atLeast: 'certain', subject: { kind: 'IPPool', name: /default-ipv4-ippool|10\.244\.0\.0\/25/ }, says: /12[0-9]/ }),
  },
  {
    name: 'whereabouts: six addresses for six live pods and a seventh',
    plugins: ['flannel', 'multus', 'whereabouts'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const allocations: Record<string, unknown> = {};
      for (let offset = 10; offset < 16; offset += 1) {
        const pod = cluster.runningPod('shop', `edge-${offset}`, 'worker-1', (one) => {
          if (one.metadata) one.metadata.annotations = { 'k8s.v1.cni.cncf.io/network-status': JSON.stringify([{ name: 'cbr0', interface: 'eth0', ips: [one.status?.podIP], default: true }, { name: 'shop/lan', interface: 'net1', ips: [`192.168.50.${offset}`] }]) };
        });
        allocations[String(offset)] = { id: `id-${offset}`, podref: `shop/${pod.metadata?.name ?? ''}`, ifname: 'net1' };
      }
      cluster.add({ apiVersion: 'whereabouts.cni.cncf.io/v1alpha1', kind: 'IPPool', metadata: { name: '192.168.50.0-24', namespace: 'kube-system', uid: cluster.uid(), creationTimestamp: before(days(10)) }, spec: { range: '192.168.50.0/24', allocations } } as KubernetesObject);
      return stuckPod(cluster, { type: 'multus', network: 'multus-cni-network', text: '[shop/checkout-6c9f7d5b4c-tm2wx/3cddca8d-5bd3-4426-a888-9ce50966c837:lan]: error adding container to network "lan": plugin type="macvlan" failed (add): error at storage engine: Could not allocate IP in range: ip: 192.168.50.10 / - 192.168.50.15 / range: 192.168.50.0/24 / excludeRanges: []' });
    },
    expect: rootCause('ip-pool-exhausted', 'pool-full', { atLeast: 'likely', says: /6 of 6/ }),
  },
  {
    name: 'calico: strict affinity, and no block is left for the node',
    plugins: ['calico'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pool = cluster.object<KubernetesObject & { spec: Record<string, unknown> }>('IPPool', 'default-ipv4-ippool');
      Object.assign(pool.spec, { cidr: '10.244.0.0/24' });
      cluster.add({ apiVersion: 'crd.projectcalico.org/v1', kind: 'IPAMConfig', metadata: { name: 'default', uid: cluster.uid() }, spec: { strictAffinity: true, autoAllocateBlocks: true, maxBlocksPerHost: 0 } } as KubernetesObject);
      addCalicoBlocks(cluster, ['cp-1', 'worker-1', 'worker-1', 'worker-3'].map((node, index) => ({ cidr: `10.244.0.${index * 64}/26`, node, live: 12 })));
      return stuckPod(cluster, { type: 'calico', text: 'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled' });
    },
    expect: rootCause('ip-pool-exhausted', 'no-block-available', { atLeast: 'certain', says: /block/ }),
  },
  {
    name: 'calico: no pool selects the nodes of the new node group',
    plugins: ['calico-operator'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pool = cluster.object<KubernetesObject & { spec: Record<string, unknown> }>('IPPool', 'default-ipv4-ippool');
      Object.assign(pool.spec, { nodeSelector: 'zone == "a"' });
      for (const name of ['worker-1', 'worker-3']) Object.assign(cluster.node(name).metadata?.labels ?? {}, { zone: 'a' });
      return stuckPod(cluster, { type: 'calico', text: 'failed to request IPv4 addresses: no configured Calico pools for node worker-2' });
    },
    expect: rootCause('ip-pool-exhausted', 'no-block-available', { atLeast: 'certain' }),
  },
  {
    name: 'aws: the subnet of the node is empty',
    plugins: ['aws-vpc'],
    nodes: ofInstance('m5.2xlarge'),
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      says(cluster, cluster.agent('aws-vpc', 'worker-2'), 'aws-node', [
        '{"level":"error","ts":"2026-03-14T10:29:01.112Z","caller":"ipamd/ipamd.go:1042","msg":"Failed to increase pool size due to not able to allocate ENI error: InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\\n\\tstatus code: 400, request id: 9f2c"}',
        '{"level":"error","ts":"2026-03-14T10:29:31.501Z","caller":"ipamd/ipamd.go:1042","msg":"ENI eni-04f1 does not have available addresses: InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request."}',
      ]);
      alsoStuck(cluster, awsFull);
      return stuckPod(cluster, awsFull);
    },
    expect: rootCause('ip-pool-exhausted', 'subnet-full', { atLeast: 'likely' }),
  },
  {
    name: 'azure: Azure itself calls the subnet full',
    plugins: ['azure'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      cluster.add({ apiVersion: 'acn.azure.com/v1alpha', kind: 'NodeNetworkConfig', metadata: { name: 'worker-2', namespace: 'kube-system', uid: cluster.uid(), creationTimestamp: before(days(20)) }, spec: { requestedIPCount: 48, ipsNotInUse: [] }, status: { assignedIPCount: 32, status: 'Error', scaler: { batchSize: 16, maxIPCount: 250 }, networkContainers: [{ id: 'nc-1', type: 'vnet', status: 'NCUpdateSubnetFullError', subnetName: 'pods', subnetAddressSpace: '10.0.34.0/24', ipAssignments: Array.from({ length: 32 }, (_, n) => ({ name: `ip-${n}`, ip: `10.0.34.${n + 4}` })) }] } } as KubernetesObject);
      return stuckPod(cluster, { type: 'azure-vnet', quote: "'", text: 'IPAM Invoker Add failed with error: Failed to get IP address from CNS with error: %w: AllocateIPConfig failed: not enough IPs available for 9c6a7f37-dd43-4f7c-a01f-1ff41653609c, waiting on Azure CNS to allocate more with NC Status: NCUpdateSubnetFullError, IP config request is [IPConfigRequest: DesiredIPAddress , PodInterfaceID a1876957-eth0]' });
    },
    expect: rootCause('ip-pool-exhausted', 'subnet-full', { atLeast: 'likely' }),
  },
  {
    name: 'aws: an m5.large has 27 pod addresses, and all are taken',
    plugins: ['aws-vpc'],
    nodes: ofInstance('m5.large'),
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      fillNode(cluster, 'worker-2', 27);
      return stuckPod(cluster, awsFull);
    },
    expect: rootCause('ip-pool-exhausted', 'eni-limit', { atLeast: 'likely', subject: { kind: 'Node', name: 'worker-2' }, says: /27/ }),
  },
  {
    name: 'azure: a node that runs as many pods as it was made for',
    plugins: ['azure'],
    nodes: {
      eachNode(node) {
        if (node.status) node.status.allocatable = { ...node.status.allocatable, pods: '30' };
      },
    },
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      fillNode(cluster, 'worker-2', 27);
      return stuckPod(cluster, { type: 'azure-vnet', text: 'IPAM Invoker Add failed with error: Failed to get IP address from CNS: AllocateIPConfig failed: not enough IPs available for nc-1, waiting on Azure CNS to allocate more' });
    },
    expect: rootCause('ip-pool-exhausted', 'max-pods-reached', { atLeast: 'likely', says: /of the 30 pods/ }),
  },
];

export const corrupt: readonly Scenario[] = [
  {
    name: 'calico: the address of a live pod is still recorded for a pod that is gone',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      const ordinal = Number(pod.status?.podIP?.split('.')[3]) - 64;
      const allocations = Array.from({ length: 64 }, (_, index) => (index === ordinal ? 0 : null));
      const secondary = { namespace: 'shop', pod: 'checkout-5d8f7c6b9-gone2', node: 'worker-2', timestamp: before(days(6)) };
      cluster.add({ apiVersion: 'crd.projectcalico.org/v1', kind: 'IPAMBlock', metadata: { name: '10-244-120-64-26', uid: cluster.uid(), creationTimestamp: before(days(3)) }, spec: { affinity: 'host:worker-2', allocations, attributes: [{ handle_id: 'k8s-pod-network.7f', secondary }], cidr: '10.244.120.64/26', unallocated: allocations.flatMap((one, index) => (one === null ? [index] : [])) } } as KubernetesObject);
      return pod;
    },
    expect: rootCause('ipam-state-corrupt', 'stale-allocation', { atLeast: 'likely', subject: { kind: 'Pod', name: /^checkout-/ }, says: /gone2/ }),
  },
  {
    name: 'flannel: a /24 is called full, eleven pods live on the node',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      fillNode(cluster, 'worker-2', 11);
      cluster.event(cluster.node('worker-2'), { reason: 'Rebooted', message: 'Node worker-2 has been rebooted, boot id: 6f1d7f2c-4a4e-4a7d-9a59-0f6b1a8e9d11', minutesAgo: 42, firstMinutesAgo: 42, count: 1 });
      return stuckPod(cluster, { type: 'flannel', network: 'cbr0', text: 'failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.254' });
    },
    expect: rootCause('ipam-state-corrupt', 'leaked-allocations', { atLeast: 'likely', subject: { kind: 'Node', name: 'worker-2' }, says: /1\d of 25\d/ }),
  },
  {
    name: "calico: the pool is full of addresses of pods that are gone",
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pool = cluster.object<KubernetesObject & { spec: Record<string, unknown> }>('IPPool', 'default-ipv4-ippool');
      Object.assign(pool.spec, { cidr: '10.244.0.0/25' });
      addCalicoBlocks(cluster, [
        { cidr: '10.244.0.0/26', node: 'worker-1', live: 9, leaked: 55 },
        { cidr: '10.244.0.64/26', node: 'worker-2', live: 7, leaked: 57 },
      ]);
      return stuckPod(cluster, { type: 'calico', text: 'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.244.0.0/25]' });
    },
    expect: rootCause('ipam-state-corrupt', 'leaked-allocations', { atLeast: 'likely', says: /1\d (of|to)|16/ }),
  },
  {
    name: 'whereabouts: the range is held by pods that were deleted by force',
    plugins: ['calico', 'multus', 'whereabouts'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const allocations = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [String(10 + index), { id: `id-${index}`, podref: `shop/edge-7b9f-${index}gone`, ifname: 'net1' }]));
      cluster.add({ apiVersion: 'whereabouts.cni.cncf.io/v1alpha1', kind: 'IPPool', metadata: { name: '192.168.50.0-24', namespace: 'kube-system', uid: cluster.uid(), creationTimestamp: before(days(10)) }, spec: { range: '192.168.50.0/24', allocations } } as KubernetesObject);
      return stuckPod(cluster, { type: 'multus', network: 'multus-cni-network', text: '[shop/checkout-6c9f7d5b4c-tm2wx:lan]: error adding container to network "lan": Error at storage engine: Could not allocate IP in range: ip: 192.168.50.10 / - 192.168.50.15 / range: net.IPNet{IP:net.IP{0xc0, 0xa8, 0x32, 0x0}, Mask:net.IPMask{0xff, 0xff, 0xff, 0x0}}' });
    },
    expect: rootCause('ipam-state-corrupt', 'leaked-allocations', { atLeast: 'likely' }),
  },
  {
    name: "calico: the blocks belong to the name that the node had before",
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const agent = cluster.podOf('calico-kube-controllers');
      says(cluster, agent, 'calico-kube-controllers', ['2026-03-14 10:28:02.114 [WARNING][1] ipam.go 1130: Leaked IP address was not successfully garbage collected, will retry handle="k8s-pod-network.2f0c" ip="10.244.120.70" node="worker-2" pod="shop/checkout-0"']);
      return stuckPod(cluster, { type: 'calico', text: 'Block affinity (host:worker-2-old) does not match provided (host:worker-2)' });
    },
    expect: rootCause('ipam-state-corrupt', undefined, { atLeast: 'likely' }),
  },
  {
    name: 'canal: host-local hands out an address that its files hold already',
    plugins: ['canal'],
    alert: 'KubeNetworkPluginError',
    happens: (cluster) => stuckPod(cluster, { type: 'calico', network: 'k8s-pod-network', text: '10.244.2.17 has been allocated to 4b1ce09c5a7d9a2f54f1b5f5f3cfc0d59d67a6ab3f3d1f1e7f4f9ef0b6b3a7aa, duplicate allocation is not allowed' }),
    expect: rootCause('ipam-state-corrupt', 'address-already-allocated', { atLeast: 'certain' }),
  },
  {
    name: 'flannel: cni0 keeps the address of a former pod CIDR',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const add = { type: 'flannel', network: 'cbr0', text: 'failed to delegate add: failed to set bridge addr: "cni0" already has an IP address different from 10.244.2.1/24' };
      alsoStuck(cluster, add);
      return stuckPod(cluster, add);
    },
    expect: rootCause('ipam-state-corrupt', 'bridge-address-mismatch', { atLeast: 'certain', subject: { kind: 'Node', name: 'worker-2' } }),
  },
  {
    name: "k3s: cni0 has the former node's address",
    plugins: ['k3s-flannel'],
    nodes: {
      eachNode(node) {
        if (node.status?.nodeInfo) node.status.nodeInfo.kubeletVersion = 'v1.33.2+k3s1';
      },
    },
    alert: 'KubePodNotReady',
    happens: (cluster) => stuckPod(cluster, { type: 'flannel', text: 'failed to set bridge addr: "cni0" already has an IP address different from 10.42.2.1/24' }),
    expect: rootCause('ipam-state-corrupt', 'bridge-address-mismatch', { atLeast: 'certain' }),
  },
];

/** Gives two pods the address of the first. */
function share(one: { status?: { podIP?: string; podIPs?: { ip: string }[] } }, other: { status?: { podIP?: string; podIPs?: { ip: string }[] } }): void {
  const ip = one.status?.podIP ?? '';
  if (other.status) Object.assign(other.status, { podIP: ip, podIPs: [{ ip }] });
}

export const conflicts: readonly Scenario[] = [
  {
    name: 'aws: two live pods on one node have one address, as ipamd has forgotten the first',
    plugins: ['aws-vpc'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      share(pod, cluster.runningPod('shop', 'payments', 'worker-2'));
      return pod;
    },
    expect: rootCause('duplicate-pod-ip', null, { atLeast: 'certain', says: /All of them are on node worker-2: its own records/ }),
  },
  {
    name: 'calico: two live pods on two nodes have one address',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      share(pod, cluster.runningPod('shop', 'payments', 'worker-3'));
      return pod;
    },
    expect: rootCause('duplicate-pod-ip', null, { atLeast: 'certain', subject: { kind: 'Address', name: /^10\.244\./ }, says: /payments/ }),
  },
  {
    name: 'weave: a split ring gives one address to two pods',
    plugins: ['weave'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2', (one) => {
        for (const condition of one.status?.conditions ?? []) if (condition.type.endsWith('Ready')) Object.assign(condition, { status: 'False', lastTransitionTime: before(18) });
        if (one.status?.containerStatuses?.[0]) one.status.containerStatuses[0].ready = false;
        if (one.spec?.containers[0]) one.spec.containers[0].readinessProbe = { httpGet: { port: 8080, path: '/ready' } };
      });
      share(pod, cluster.runningPod('shop', 'payments', 'worker-3'));
      cluster.event(pod, { reason: 'Unhealthy', message: `Readiness probe failed: Get "http://${pod.status?.podIP ?? ''}:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, count: 80, firstMinutesAgo: 18, minutesAgo: 0.2, fieldPath: 'spec.containers{web}' });
      return pod;
    },
    expect: rootCause('duplicate-pod-ip', null, { atLeast: 'certain', symptoms: ['app-readiness-probe-failing'] }),
  },
  {
    name: 'calico: the fixed address of a pod is held by another',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const holder = cluster.runningPod('shop', 'legacy', 'worker-3');
      const address = holder.status?.podIP ?? '';
      const pod = stuckPod(cluster, { type: 'calico', text: `error getting IP from IPAM: resource already exists: ${address}: Address already assigned in block` });
      if (pod.metadata) pod.metadata.annotations = { 'cni.projectcalico.org/ipAddrs': `["${address}"]` };
      return pod;
    },
    expect: rootCause('static-ip-conflict', 'already-held', { atLeast: 'certain', says: /legacy/ }),
  },
  {
    name: 'calico: the fixed address of a pod is still that of the one before, which hangs in its deletion on a dead node',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const old = cluster.runningPod('shop', 'legacy', 'worker-3');
      const address = old.status?.podIP ?? '';
      if (old.metadata) Object.assign(old.metadata, { deletionTimestamp: before(12), deletionGracePeriodSeconds: 30 });
      const pod = stuckPod(cluster, { type: 'calico', text: `error getting IP from IPAM: resource already exists: ${address}` });
      if (pod.metadata) pod.metadata.annotations = { 'cni.projectcalico.org/ipAddrs': `["${address}"]` };
      return pod;
    },
    expect: rootCause('static-ip-conflict', 'already-held', { atLeast: 'likely', says: /legacy.*is being deleted/ }),
  },
  {
    name: "calico and multus: the fixed address on a pod's second network is held by another pod",
    plugins: ['calico', 'multus'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.runningPod('shop', 'legacy', 'worker-2', ({ metadata }) => {
        if (metadata) metadata.annotations = { 'k8s.v1.cni.cncf.io/network-status': '[{"name":"k8s-pod-network","ips":["10.244.120.90"],"default":true},{"name":"shop/storage","interface":"net1","ips":["10.24.1.10"]}]' };
      });
      const pod = stuckPod(cluster, { ...secondNetwork, text: 'failed to allocate for range 0: requested IP address 10.24.1.10 is not available in range set 10.24.0.1-10.24.1.254' });
      if (pod.metadata) pod.metadata.annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"storage","ips":["10.24.1.10"]}]' };
      return pod;
    },
    expect: rootCause('static-ip-conflict', undefined, { atLeast: 'certain' }),
  },
  {
    name: "calico and multus: the fixed address on a pod's second network is held by nobody, and only its record is left on the node",
    plugins: ['calico', 'multus'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pod = stuckPod(cluster, { ...secondNetwork, text: 'failed to allocate for range 0: requested IP address 10.24.1.10 is not available in range set 10.24.0.1-10.24.1.254' });
      if (pod.metadata) pod.metadata.annotations = { 'k8s.v1.cni.cncf.io/networks': '[{"name":"storage","ips":["10.24.1.10"]}]' };
      return pod;
    },
    expect: rootCause('ipam-state-corrupt', 'stale-allocation', { atLeast: 'certain', says: /10\.24\.1\.10/ }),
  },
  {
    name: 'antrea: the fixed address lies outside the pool that the namespace uses',
    plugins: ['antrea'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const pod = stuckPod(cluster, { type: 'antrea', text: 'failed to allocate IP: IP 10.2.9.200 does not belong to IPPool pool-b' });
      if (pod.metadata) pod.metadata.annotations = { 'ipam.antrea.io/ippools': 'pool-b', 'ipam.antrea.io/pod-ips': '10.2.9.200' };
      return pod;
    },
    expect: rootCause('static-ip-conflict', undefined, { atLeast: 'likely' }),
  },
];

export const ranges: readonly Scenario[] = [
  {
    name: 'flannel: two nodes were given the same pod CIDR, and hand out the same addresses',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const clone = cluster.node('worker-3');
      if (clone.spec) Object.assign(clone.spec, { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24'] });
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
      share(pod, cluster.runningPod('shop', 'payments', 'worker-3'));
      return pod;
    },
    expect: rootCause('pod-cidr-overlap', 'node-node', { atLeast: 'certain', symptoms: ['duplicate-pod-ip'], says: /worker-3/ }),
  },
  {
    name: 'kube-router: pod CIDRs of two node groups overlap',
    plugins: ['kube-router'],
    alert: 'KubePodNotReady',
    happens(cluster) {
      const wide = cluster.node('worker-3');
      if (wide.spec) Object.assign(wide.spec, { podCIDR: '10.244.2.0/23', podCIDRs: ['10.244.2.0/23'] });
      const pod = cluster.runningPod('shop', 'checkout', 'worker-2', (one) => {
        for (const condition of one.status?.conditions ?? []) if (condition.type.endsWith('Ready')) Object.assign(condition, { status: 'False', lastTransitionTime: before(18) });
        if (one.status?.containerStatuses?.[0]) one.status.containerStatuses[0].ready = false;
        if (one.spec?.containers[0]) one.spec.containers[0].readinessProbe = { tcpSocket: { port: 8080 } };
      });
      cluster.event(pod, { reason: 'Unhealthy', message: `Readiness probe failed: dial tcp ${pod.status?.podIP ?? ''}:8080: i/o timeout`, count: 80, firstMinutesAgo: 18, minutesAgo: 0.2, fieldPath: 'spec.containers{web}' });
      return pod;
    },
    expect: rootCause('pod-cidr-overlap', 'node-node', { atLeast: 'certain' }),
  },
  {
    name: "calico: the default pool 192.168.0.0/16 contains the nodes' own network",
    plugins: ['calico'],
    nodes: {
      eachNode(node) {
        const address = node.status?.addresses?.[0];
        if (address) address.address = address.address.replace('192.0.2.', '192.168.10.');
      },
    },
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      const pool = cluster.object<KubernetesObject & { spec: Record<string, unknown> }>('IPPool', 'default-ipv4-ippool');
      Object.assign(pool.spec, { cidr: '192.168.0.0/16' });
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('pod-cidr-overlap', 'pod-node-network', { atLeast: 'likely', says: /192\.168\./ }),
  },
  {
    name: 'flannel: the pod network was taken from the Service range',
    plugins: ['flannel'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config', namespace: 'kube-system', uid: cluster.uid() }, data: { ClusterConfiguration: 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  dnsDomain: cluster.local\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.244.0.0/20\n' } } as KubernetesObject);
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('pod-cidr-overlap', 'pod-service', { atLeast: 'likely', says: /10\.244\.0\.0\/20/ }),
  },
  {
    name: 'weave: the range of the pods lies in that of the Services',
    plugins: ['weave'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config', namespace: 'kube-system', uid: cluster.uid() }, data: { ClusterConfiguration: 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  dnsDomain: cluster.local\n  serviceSubnet: 10.32.0.0/12\n' } } as KubernetesObject);
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('pod-cidr-overlap', 'pod-service', { atLeast: 'certain', says: /10\.32\.0\.0\/12/ }),
  },
  {
    name: 'calico: two IPPools overlap',
    plugins: ['calico'],
    alert: 'KubeNetworkPluginError',
    happens(cluster) {
      cluster.add({ apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', metadata: { name: 'batch', uid: cluster.uid(), creationTimestamp: before(90) }, spec: { cidr: '10.244.128.0/17', blockSize: 26, ipipMode: 'Always', natOutgoing: true, nodeSelector: 'all()' } } as KubernetesObject);
      return cluster.runningPod('shop', 'checkout', 'worker-2');
    },
    expect: rootCause('pod-cidr-overlap', 'pool-pool', { atLeast: 'likely', says: /batch/ }),
  },
];

