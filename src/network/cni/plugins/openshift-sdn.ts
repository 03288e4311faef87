import type { NetworkPlugin } from '../plugin.ts';
import { readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['sdn'] };
const shim = readIn('openshift/sdn:cmd/sdn-cni-plugin/openshift-sdn.go');
const pods = readIn('openshift/sdn:pkg/network/node/pod.go');
const node = readIn('openshift/sdn:pkg/network/node/node.go');

const signatures: readonly Signature[] = [
  shim.strong(
    'cni-plugin-unhealthy/agent-not-answering',
    /failed to send CNI request: .*openshift-sdn|dial unix \S*openshift-sdn\/cniserver\/socket/,
    {
      unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'other-plugin-installed': 'multiple-cni-plugins' },
    },
  ),
  pods.weak('ip-pool-exhausted/node-range-full', /failed to run CNI IPAM ADD:/),
  node.strong('node-pod-cidr-missing', /failed to get subnet for this host|error fetching HostSubnet/, log),
  node.strong('cni-plugin-unhealthy', /SDN healthcheck (disconnected from|unable to reconnect to) OVS server/, log),
];

/** OpenShift's plugin before 4.15; known so that it is named rightly, and told apart from OVN-Kubernetes after a migration. */
export const openshiftSdn: NetworkPlugin = {
  id: 'openshift-sdn',
  title: 'OpenShift SDN',
  role: 'main',
  recognition: {
    daemonSets: ['sdn'],
    selectors: [{ app: 'sdn' }],
    images: [/(^|[/-])(ose-)?sdn(-rhel\d)?(:|@|$)/],
    namespaces: ['openshift-sdn'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: ['openshift-sdn'],
    conflists: ['80-openshift-network.conf'],
  },
  agent: { containers: ['sdn'], initContainers: [], hostLog: null },
  controllers: [
    { name: 'sdn-controller', selector: { app: 'sdn-controller' }, containers: ['sdn-controller'], without: 'new nodes get no HostSubnet' },
  ],
  configMaps: [{ name: 'sdn-config', namespace: null }],
  kinds: ['OpenShiftNetwork'],
  enforcesPolicy: true,
  needsPodCidr: false,
  pool: "the node's HostSubnet",
  speaks: ['reference'],
  signatures,
  falseFriends: [],
  sources: ['openshift/sdn:pkg/network/node/pod.go', 'openshift/cluster-network-operator:bindata/network/openshift-sdn/sdn.yaml'],
};
