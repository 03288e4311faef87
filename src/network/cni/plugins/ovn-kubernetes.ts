import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[] };
const anywhere = { where: ['event', 'log', 'node-event'] as readonly Where[] };
const unavailable = {
  unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'other-plugin-installed': 'multiple-cni-plugins' },
} as const;

const pods = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/ovn/base_network_controller_pods.go');
const allocator = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/allocator/ip/allocator.go');
const subnets = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/clustermanager/node/subnet_allocator.go');
const cni = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/cni/cni.go');
const shim = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/cni/cnishim.go');
const annotations = readIn('ovn-org/ovn-kubernetes:go-controller/pkg/util/node_annotations.go');

const signatures: readonly Signature[] = [
  pods.strong(
    'ip-pool-exhausted/node-range-full',
    /(failed to (assign|allocate) (new )?pod addresses|addLogicalPort failed) .*(range is full|no more|exhausted)/,
    anywhere,
  ),
  subnets.strong('node-pod-cidr-missing', /error allocating networks? for node \S+: .*no subnets available/, anywhere),
  allocator.weak('ipam-state-corrupt/address-already-allocated', /provided IP is already allocated/),
  cni.strong('cni-plugin-unhealthy/not-ready', /failed to get pod annotation: timed out waiting for (annotations|the condition)/, {
    needs: { olderThanMs: 120_000 },
  }),
  readIn('ovn-org/ovn-kubernetes:go-controller/pkg/cni/ovs.go').strong(
    'cni-plugin-unhealthy/not-ready',
    /timed out waiting for (OVS port binding|pod flows)/,
  ),
  cni.weak('cni-plugin-unhealthy', /failed to configure pod interface:/),
  // OpenShift SDN's shim has the same words before the path of its own socket.
  shim.strong('cni-plugin-unhealthy/agent-not-answering', /failed to send CNI request:(?!.*openshift-sdn)/, unavailable),
  shim.strong('cni-plugin-unhealthy/agent-not-answering', /dial unix \S*ovn-cni-server\.sock/, unavailable),
  readIn('openvswitch/ovs:lib/reconnect.c').strong(
    'cni-datastore-unreachable/agent-socket',
    /(unix:)?\S*\/ovn[ns]b_db\.sock: (connection attempt failed|connection failed|.*connect: (no such file|connection refused))/,
    { ...log, needs: { repeated: true } },
  ),
  readIn('ovn-org/ovn-kubernetes:go-controller/pkg/libovsdb/libovsdb.go').strong(
    'cni-datastore-unreachable',
    /(OVN_)?(Southbound|Northbound|ovnsb_db|ovnnb_db|sb_db|nb_db)\S*.*(connection refused|timed out|not connected|connection attempt failed|connection dropped)/i,
    { ...log, needs: { repeated: true } },
  ),
  readIn('ovn-org/ovn-kubernetes:go-controller/pkg/ovn/master.go').strong('overlay-tunnel-down/geneve', /ErrorMismatchChassis/, anywhere),
  annotations.weak('node-pod-cidr-missing', /could not find \S*k8s\.ovn\.org\/node-subnets annotation|node-subnets annotation not found/, {
    ...anywhere,
    needs: { olderThanMs: 120_000 },
  }),
  annotations.weak('overlay-tunnel-down/geneve', /k8s\.ovn\.org\/node-chassis-id annotation (not found|is missing)/, {
    ...log,
    needs: { olderThanMs: 120_000 },
  }),
];

export const ovnKubernetes: NetworkPlugin = {
  id: 'ovn-kubernetes',
  title: 'OVN-Kubernetes',
  role: 'main',
  recognition: {
    daemonSets: ['ovnkube-node', 'ovnkube-master', 'ovnkube-node-dpu-host', 'ovnkube'],
    selectors: [{ app: 'ovnkube-node' }, { name: 'ovnkube-node' }],
    images: [/ovn-kube(rnetes)?(-[\w]+)?(:|@|$)/],
    namespaces: ['ovn-kubernetes', 'openshift-ovn-kubernetes'],
    nodeAnnotations: ['k8s.ovn.org/node-subnets'],
    conditionReasons: [],
    types: ['ovn-k8s-cni-overlay'],
    conflists: ['10-ovn-kubernetes.conf'],
  },
  agent: {
    containers: ['ovnkube-controller', 'ovnkube-node', 'ovn-controller', 'northd', 'ovn-northd', 'nbdb', 'sbdb', 'nb-ovsdb', 'sb-ovsdb'],
    initContainers: ['kubecfg-setup'],
    hostLog: null,
  },
  controllers: [
    {
      name: 'ovnkube-control-plane',
      selector: { app: 'ovnkube-control-plane' },
      containers: ['ovnkube-cluster-manager', 'ovnkube-control-plane'],
      without: 'new nodes get no pod subnet',
    },
    {
      name: 'ovnkube-master',
      selector: { app: 'ovnkube-master' },
      containers: ['ovnkube-master'],
      without: 'new nodes and pods get no addresses',
    },
  ],
  configMaps: [
    { name: 'ovn-config', namespace: null },
    { name: 'ovnkube-config', namespace: null },
  ],
  kinds: ['OpenShiftNetwork'],
  enforcesPolicy: true,
  needsPodCidr: false,
  pool: "the node's subnet in k8s.ovn.org/node-subnets",
  speaks: [],
  signatures,
  falseFriends: [
    harmless(/pod deleted before sandbox ADD operation began/, 'a pod that was deleted meanwhile'),
    harmless(/canceled while waiting for (OVS port binding|pod flows|annotations)/, 'a pod that was deleted meanwhile'),
    harmless(/is no longer active \(probably due to a subsequent/, 'a pod that was deleted meanwhile'),
  ],
  sources: [
    'ovn-org/ovn-kubernetes:dist/templates/ovnkube-single-node-zone.yaml.j2',
    'openshift/cluster-network-operator:bindata/network/ovn-kubernetes/self-hosted/ovnkube-node.yaml',
  ],
};
