import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const init = { where: ['log'] as readonly Where[], containers: ['netd-init', 'install-cni'] };
const installer = readIn('GoogleCloudPlatform/netd:scripts/install-cni.sh');
const allocator = readIn('kubernetes/cloud-provider-gcp:pkg/controller/nodeipam/ipam/cloud_cidr_allocator.go');

const signatures: readonly Signature[] = [
  installer.strong('node-pod-cidr-missing', /Could not successfully watch node and wait for podCIDR/, init),
  allocator.strong('node-pod-cidr-missing', /has no ranges from which CIDRs can be allocated/, { where: ['log', 'node-event'] }),
  readIn('GoogleCloudPlatform/netd:pkg/config/config_policy_routing.go').weak(
    'node-pod-cidr-missing',
    /no PodCIDR( \(v4 or v6\))? found in node/,
    {
      where: ['log'],
      containers: ['netd'],
    },
  ),
  installer.weak('cni-not-initialized/no-config', /Listing items matching \/host\/etc\/cni\/net\.d\/\*calico\*\.conflist/, {
    ...init,
    needs: { repeated: true, olderThanMs: 120_000 },
  }),
];

export const gke: NetworkPlugin = {
  id: 'gke',
  title: "GKE's netd",
  role: 'main',
  recognition: {
    daemonSets: ['netd'],
    selectors: [{ 'k8s-app': 'netd' }],
    images: [/(^|\/)netd(-gke|-init)?(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: ['gke'],
    conflists: ['10-gke-ptp.conflist'],
  },
  agent: { containers: ['netd'], initContainers: ['netd-init', 'install-cni'], hostLog: null },
  controllers: [],
  configMaps: [{ name: 'netd-config', namespace: null }],
  kinds: [],
  enforcesPolicy: false,
  needsPodCidr: true,
  pool: "the node's pod CIDR (alias range)",
  speaks: ['reference'],
  signatures,
  falseFriends: [harmless(/errors are expected during bootstrap; will retry until success/, 'the first minutes of a node')],
  sources: ['GoogleCloudPlatform/netd:netd.yaml', 'kubernetes/cloud-provider-gcp:pkg/controller/nodeipam/ipam/cloud_cidr_allocator.go'],
};
