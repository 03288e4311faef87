import type { ConfigMap, KubernetesObject } from '../../../src/cluster/wire.ts';

/** How each plugin is installed in the clusters of the tests, as its own manifests or its distribution do it. */
export interface InstalledPlugin {
  readonly namespace: string;
  readonly daemonSet: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly name: string; readonly image: string; readonly env?: Readonly<Record<string, string>> }[];
  readonly initContainers?: readonly string[];
  /** Reason of the node condition NetworkUnavailable=False that it writes. */
  readonly conditionReason?: string;
  readonly controllers?: readonly Controller[];
  /** Where pods get addresses when this plugin hands them out; absent for companions. */
  readonly addressing?: Addressing;
  /** Annotations that it writes on node number `index`. */
  readonly nodeAnnotations?: (index: number) => Readonly<Record<string, string>>;
  readonly objects?: readonly KubernetesObject[];
  /** What a healthy agent writes, alarming words among it. */
  readonly benignLog: readonly string[];
}

export interface Controller {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: string;
  readonly image: string;
}

export interface Addressing {
  /** `spec.podCIDR` of node number `index`; undefined where the cluster hands out none. */
  readonly podCidr: (index: number) => string | undefined;
  /** Address number `host` (1…250) of a pod on that node. */
  readonly address: (index: number, host: number) => string;
}

/** kubeadm's way: a /24 of 10.244.0.0/16 for each node. */
const nodeRanges: Addressing = { podCidr: (index) => `10.244.${index}.0/24`, address: (index, host) => `10.244.${index}.${host}` };
/** Clouds that give pods addresses of their own network. */
const cloudNetwork: Addressing = { podCidr: () => undefined, address: (index, host) => `10.0.${32 + index}.${host}` };

const configMap = (namespace: string, name: string, data: Record<string, string>): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, creationTimestamp: '2026-02-20T08:00:00Z' }, data });

const flannelConfig = { 'net-conf.json': '{\n  "Network": "10.244.0.0/16",\n  "EnableNFTables": false,\n  "Backend": {\n    "Type": "vxlan"\n  }\n}\n', 'cni-conf.json': '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}' };
const flannelAnnotations = (index: number): Record<string, string> => ({
  'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"86:47:32:4d:c4:${(16 + index).toString(16)}"}`,
  'flannel.alpha.coreos.com/backend-type': 'vxlan',
  'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
  'flannel.alpha.coreos.com/public-ip': `192.0.2.${10 + index}`,
});

/** Calico takes blocks of 64 from its pool, in no order that follows the nodes. */
const calicoBlocks = [37, 82, 120, 235, 11, 160, 199, 53] as const;
export const calicoBlockOf = (index: number): string => `10.244.${calicoBlocks[index % calicoBlocks.length] ?? 0}.64/26`;

const calicoPool: KubernetesObject = {
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'IPPool',
  metadata: { name: 'default-ipv4-ippool', uid: 'pool-1', creationTimestamp: '2026-02-20T08:00:00Z' },
  spec: { cidr: '10.244.0.0/16', blockSize: 26, ipipMode: 'Always', vxlanMode: 'Never', natOutgoing: true, nodeSelector: 'all()', allowedUses: ['Workload', 'Tunnel'] },
} as KubernetesObject;

const calicoAddressing: Addressing = {
  podCidr: (index) => `10.244.${index}.0/24`,
  address: (index, host) => `10.244.${calicoBlocks[index % calicoBlocks.length] ?? 0}.${64 + (host % 62)}`,
};
const calicoBenign = [
  '2026-03-14 10:11:08.412 [INFO][74] felix/summary.go 100: Summarising 13 dataplane reconciliation loops over 1m2.3s: avg=9ms longest=41ms (resync-filter-v4,resync-nat-v4)',
  '2026-03-14 10:12:31.007 [WARNING][74] felix/int_dataplane.go 1212: failed to wipe the XDP state error=failed to load BPF program',
  '2026-03-14 10:20:02.655 [INFO][71] monitor-addresses/autodetection_methods.go 103: Using autodetected IPv4 address on interface ens192: 192.0.2.11/24',
  '2026-03-14 10:24:44.118 [INFO][74] felix/watchersyncer.go 130: Watch channel closed by remote - recreate watcher ListRoot="/calico/resources/v3/projectcalico.org/ippools"',
];

export const installedPlugins = {
  calico: {
    namespace: 'kube-system',
    daemonSet: 'calico-node',
    labels: { 'k8s-app': 'calico-node' },
    containers: [{ name: 'calico-node', image: 'quay.io/calico/node:v3.29.1', env: { DATASTORE_TYPE: 'kubernetes', CALICO_IPV4POOL_IPIP: 'Always' } }],
    initContainers: ['upgrade-ipam', 'install-cni'],
    conditionReason: 'CalicoIsUp',
    addressing: calicoAddressing,
    nodeAnnotations: (index) => ({ 'projectcalico.org/IPv4Address': `192.0.2.${10 + index}/24`, 'projectcalico.org/IPv4IPIPTunnelAddr': `10.244.${calicoBlocks[index % 8] ?? 0}.126` }),
    controllers: [{ name: 'calico-kube-controllers', labels: { 'k8s-app': 'calico-kube-controllers' }, container: 'calico-kube-controllers', image: 'quay.io/calico/kube-controllers:v3.29.1' }],
    objects: [calicoPool, configMap('kube-system', 'calico-config', { calico_backend: 'bird', typha_service_name: 'none', veth_mtu: '0', cni_network_config: '{"name":"k8s-pod-network","cniVersion":"0.3.1","plugins":[{"type":"calico","ipam":{"type":"calico-ipam"},"policy":{"type":"k8s"}}]}' })],
    benignLog: calicoBenign,
  },
  'calico-operator': {
    namespace: 'calico-system',
    daemonSet: 'calico-node',
    labels: { 'k8s-app': 'calico-node' },
    containers: [{ name: 'calico-node', image: 'docker.io/calico/node:v3.30.2', env: { DATASTORE_TYPE: 'kubernetes' } }],
    initContainers: ['flexvol-driver', 'install-cni'],
    conditionReason: 'CalicoIsUp',
    addressing: calicoAddressing,
    controllers: [
      { name: 'calico-kube-controllers', labels: { 'k8s-app': 'calico-kube-controllers' }, container: 'calico-kube-controllers', image: 'docker.io/calico/kube-controllers:v3.30.2' },
      { name: 'calico-typha', labels: { 'k8s-app': 'calico-typha' }, container: 'calico-typha', image: 'docker.io/calico/typha:v3.30.2' },
    ],
    objects: [
      calicoPool,
      { apiVersion: 'operator.tigera.io/v1', kind: 'Installation', metadata: { name: 'default', uid: 'installation', creationTimestamp: '2026-02-20T08:00:00Z' }, spec: { cni: { type: 'Calico', ipam: { type: 'Calico' } }, calicoNetwork: { bgp: 'Enabled' } } } as KubernetesObject,
    ],
    benignLog: calicoBenign,
  },
  canal: {
    namespace: 'kube-system',
    daemonSet: 'rke2-canal',
    labels: { 'k8s-app': 'canal' },
    containers: [
      { name: 'calico-node', image: 'rancher/hardened-calico:v3.30.1-build20250611' },
      { name: 'kube-flannel', image: 'rancher/hardened-flannel:v0.27.0-build20250612' },
    ],
    initContainers: ['install-cni', 'flexvol-driver'],
    conditionReason: 'FlannelIsUp',
    addressing: nodeRanges,
    nodeAnnotations: flannelAnnotations,
    benignLog: [...calicoBenign, 'I0314 10:19:02.112233       1 main.go:412] Waiting for all goroutines to exit'],
  },
  flannel: {
    namespace: 'kube-flannel',
    daemonSet: 'kube-flannel-ds',
    labels: { app: 'flannel', 'k8s-app': 'flannel', tier: 'node' },
    containers: [{ name: 'kube-flannel', image: 'ghcr.io/flannel-io/flannel:v0.27.0' }],
    initContainers: ['install-cni-plugin', 'install-cni'],
    conditionReason: 'FlannelIsUp',
    addressing: nodeRanges,
    nodeAnnotations: flannelAnnotations,
    objects: [configMap('kube-flannel', 'kube-flannel-cfg', flannelConfig)],
    benignLog: [
      'I0314 10:02:11.008001       1 iptables.go:358] bootstrap done',
      'W0314 10:21:52.400124       1 reflector.go:561] pkg/subnet/kube/kube.go:491: watch of *v1.Node ended with: an error on the server ("unable to decode an event from the watch stream: http2: client connection lost") has prevented the request from succeeding',
      'I0314 10:21:53.001224       1 watch.go:52] Batch elem [0] is { lease.Event{Type:0, Lease:lease.Lease{} } }',
    ],
  },
  'k3s-flannel': {
    namespace: 'kube-system',
    daemonSet: '',
    labels: {},
    containers: [],
    addressing: { podCidr: (index) => `10.42.${index}.0/24`, address: (index, host) => `10.42.${index}.${host}` },
    nodeAnnotations: (index) => ({ ...flannelAnnotations(index), 'k3s.io/hostname': `worker-${index}` }),
    benignLog: [],
  },
  cilium: {
    namespace: 'kube-system',
    daemonSet: 'cilium',
    labels: { 'k8s-app': 'cilium', 'app.kubernetes.io/name': 'cilium-agent' },
    containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.17.4' }],
    initContainers: ['config', 'install-cni-binaries'],
    conditionReason: 'CiliumIsUp',
    addressing: { podCidr: () => undefined, address: (index, host) => `10.0.${index}.${host}` },
    controllers: [{ name: 'cilium-operator', labels: { name: 'cilium-operator', 'io.cilium/app': 'operator' }, container: 'cilium-operator', image: 'quay.io/cilium/operator-generic:v1.17.4' }],
    objects: [configMap('kube-system', 'cilium-config', { ipam: 'cluster-pool', 'cluster-pool-ipv4-cidr': '10.0.0.0/8', 'cluster-pool-ipv4-mask-size': '24', 'routing-mode': 'tunnel', 'tunnel-protocol': 'vxlan', 'enable-policy': 'default', 'cni-exclusive': 'true' })],
    benignLog: [
      'time="2026-03-14T10:12:08.771Z" level=warning msg="UpdateIdentities: Skipping Delete of a non-existing identity" identity=26110 subsys=policy',
      'time="2026-03-14T10:20:44.120Z" level=warning msg="Failed to send ping, ignoring" error="dial tcp 10.0.2.91:4240: i/o timeout" subsys=health-prober',
      'time="2026-03-14T10:25:01.034Z" level=info msg="Rewrote endpoint BPF program" ciliumEndpointName=shop/catalog-1 subsys=endpoint',
    ],
  },
  'aws-vpc': {
    namespace: 'kube-system',
    daemonSet: 'aws-node',
    labels: { 'k8s-app': 'aws-node', 'app.kubernetes.io/name': 'aws-node' },
    containers: [
      { name: 'aws-node', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.19.5', env: { WARM_ENI_TARGET: '1', ENABLE_PREFIX_DELEGATION: 'false' } },
      { name: 'aws-eks-nodeagent', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon/aws-network-policy-agent:v1.2.1' },
    ],
    initContainers: ['aws-vpc-cni-init'],
    addressing: cloudNetwork,
    objects: [configMap('kube-system', 'amazon-vpc-cni', { 'enable-network-policy-controller': 'false', 'enable-windows-ipam': 'false' })],
    benignLog: [
      '{"level":"info","ts":"2026-03-14T10:09:31.657Z","caller":"entrypoint.sh","msg":"Checking for IPAM connectivity ... "}',
      '{"level":"info","ts":"2026-03-14T10:09:33.660Z","caller":"entrypoint.sh","msg":"Retrying waiting for IPAM-D"}',
      '{"level":"info","ts":"2026-03-14T10:09:34.112Z","caller":"aws-k8s-agent/main.go:63","msg":"Successfully copied CNI plugin binary and config file."}',
    ],
  },
  azure: {
    namespace: 'kube-system',
    daemonSet: 'azure-cns',
    labels: { 'k8s-app': 'azure-cns' },
    containers: [{ name: 'cns-container', image: 'mcr.microsoft.com/containernetworking/azure-cns:v1.6.21' }],
    initContainers: ['cni-installer'],
    addressing: cloudNetwork,
    benignLog: ['2026/03/14 10:22:17 [1] [Azure CNS] Code:Success, {requestIPConfig} success', '2026/03/14 10:23:10 [1] [ipam-pool-monitor] Pool size : 32, Pool Pods: 11, Pending Programming: 0'],
  },
  gke: {
    namespace: 'kube-system',
    daemonSet: 'netd',
    labels: { 'k8s-app': 'netd' },
    containers: [{ name: 'netd', image: 'gke.gcr.io/netd:v0.4.3-gke.4@sha256:0f2c7a' }],
    initContainers: ['netd-init'],
    conditionReason: 'RouteCreated',
    addressing: { podCidr: (index) => `10.8.${index}.0/24`, address: (index, host) => `10.8.${index}.${host}` },
    benignLog: ['I0314 10:14:59.110021       1 config_policy_routing.go:160] errors are expected during bootstrap; will retry until success', 'I0314 10:20:11.003211       1 network_config_controller.go:88] reconcile done'],
  },
  weave: {
    namespace: 'kube-system',
    daemonSet: 'weave-net',
    labels: { name: 'weave-net' },
    containers: [
      { name: 'weave', image: 'weaveworks/weave-kube:2.8.1' },
      { name: 'weave-npc', image: 'weaveworks/weave-npc:2.8.1' },
    ],
    initContainers: ['weave-init'],
    conditionReason: 'WeaveIsUp',
    addressing: { podCidr: () => undefined, address: (index, host) => `10.${32 + index * 4}.0.${host}` },
    benignLog: ['INFO: 2026/03/14 10:10:44.551202 ->[192.0.2.12:6783|7e:3b:aa:41:0d:5c(worker-2)]: connection shutting down due to error: write tcp 192.0.2.11:55318->192.0.2.12:6783: i/o timeout', 'INFO: 2026/03/14 10:10:46.902111 ->[192.0.2.12:6783|7e:3b:aa:41:0d:5c(worker-2)]: connection fully established'],
  },
  antrea: {
    namespace: 'kube-system',
    daemonSet: 'antrea-agent',
    labels: { app: 'antrea', component: 'antrea-agent' },
    containers: [
      { name: 'antrea-agent', image: 'antrea/antrea-agent-ubuntu:v2.3.0' },
      { name: 'antrea-ovs', image: 'antrea/antrea-agent-ubuntu:v2.3.0' },
    ],
    initContainers: ['install-cni'],
    addressing: nodeRanges,
    controllers: [{ name: 'antrea-controller', labels: { app: 'antrea', component: 'antrea-controller' }, container: 'antrea-controller', image: 'antrea/antrea-controller-ubuntu:v2.3.0' }],
    benignLog: ['W0314 10:18:20.110012       1 reflector.go:484] k8s.io/client-go/informers/factory.go:160: watch of *v1.Node ended with: too old resource version', 'I0314 10:18:21.000012       1 networkpolicy_controller.go:884] Re-watching all objects: NetworkPolicy'],
  },
  'kube-router': {
    namespace: 'kube-system',
    daemonSet: 'kube-router',
    labels: { 'k8s-app': 'kube-router', tier: 'node' },
    containers: [{ name: 'kube-router', image: 'docker.io/cloudnativelabs/kube-router:v2.5.0' }],
    initContainers: ['install-cni'],
    addressing: nodeRanges,
    benignLog: ['I0314 10:15:09.112000       1 network_policy_controller.go:205] Starting periodic sync of iptables', 'W0314 10:21:52.400124       1 reflector.go:561] watch of *v1.Pod ended with: very short watch: Unexpected watch close - watch lasted less than a second and no items received'],
  },
  'ovn-kubernetes': {
    namespace: 'ovn-kubernetes',
    daemonSet: 'ovnkube-node',
    labels: { app: 'ovnkube-node', name: 'ovnkube-node' },
    containers: [
      { name: 'ovnkube-controller', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' },
      { name: 'ovn-controller', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' },
      { name: 'nb-ovsdb', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' },
    ],
    addressing: { podCidr: (index) => `10.244.${index}.0/24`, address: (index, host) => `10.244.${index}.${host}` },
    nodeAnnotations: (index) => ({ 'k8s.ovn.org/node-subnets': `{"default":["10.244.${index}.0/24"]}`, 'k8s.ovn.org/node-chassis-id': `b2e1f0aa-0000-4000-8000-00000000000${index}` }),
    controllers: [{ name: 'ovnkube-control-plane', labels: { name: 'ovnkube-control-plane' }, container: 'ovnkube-cluster-manager', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' }],
    benignLog: ['I0314 10:20:01.220991   10231 obj_retry.go:555] Update event received for *v1.Pod shop/catalog-1', '2026-03-14T10:22:00.310Z|00098|memory|INFO|peak resident set size grew 54% in last 3012.4 seconds, from 21040 kB to 32452 kB'],
  },
  'openshift-ovn': {
    namespace: 'openshift-ovn-kubernetes',
    daemonSet: 'ovnkube-node',
    labels: { app: 'ovnkube-node', component: 'network', type: 'infra' },
    containers: [
      { name: 'ovn-controller', image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:8f0c' },
      { name: 'ovnkube-controller', image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:8f0c' },
    ],
    addressing: { podCidr: () => undefined, address: (index, host) => `10.128.${index * 2}.${host}` },
    nodeAnnotations: (index) => ({ 'k8s.ovn.org/node-subnets': `{"default":["10.128.${index * 2}.0/23"]}` }),
    controllers: [{ name: 'ovnkube-control-plane', labels: { app: 'ovnkube-control-plane' }, container: 'ovnkube-cluster-manager', image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:8f0c' }],
    benignLog: ['I0314 10:20:01.220991   10231 obj_retry.go:555] Update event received for *v1.Pod shop/catalog-1'],
  },
  kindnet: {
    namespace: 'kube-system',
    daemonSet: 'kindnet',
    labels: { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' },
    containers: [{ name: 'kindnet-cni', image: 'docker.io/kindest/kindnetd:v20250214-acbabc1a', env: { POD_SUBNET: '10.244.0.0/16' } }],
    addressing: nodeRanges,
    benignLog: ['I0314 10:21:09.200101       1 main.go:297] Handling node with IPs: map[192.0.2.12:{}]', 'I0314 10:21:09.200144       1 main.go:324] Node worker-2 has CIDR [10.244.2.0/24]'],
  },
  multus: {
    namespace: 'kube-system',
    daemonSet: 'kube-multus-ds',
    labels: { app: 'multus', name: 'multus', tier: 'node' },
    containers: [{ name: 'kube-multus', image: 'ghcr.io/k8snetworkplumbingwg/multus-cni:v4.2.0-thick' }],
    initContainers: ['install-multus-binary'],
    benignLog: ['2026-03-14T10:02:10Z [verbose] readiness indicator file is set: /host/etc/cni/net.d/10-flannel.conflist'],
  },
  whereabouts: {
    namespace: 'kube-system',
    daemonSet: 'whereabouts',
    labels: { app: 'whereabouts', name: 'whereabouts', tier: 'node' },
    containers: [{ name: 'whereabouts', image: 'ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.1' }],
    benignLog: ['2026-03-14T10:05:00Z [debug] starting reconciler run', '2026-03-14T10:05:01Z [verbose] no IP addresses to cleanup'],
  },
} as const satisfies Record<string, InstalledPlugin>;

export type PluginName = keyof typeof installedPlugins;

/** The plugin as its declaration, without the narrowness of the table. */
export function pluginNamed(name: PluginName): InstalledPlugin {
  return installedPlugins[name];
}
