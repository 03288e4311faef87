import type { NetworkPlugin } from '../plugin.ts';
import { harmless } from '../signature.ts';
import { calicoSignatures } from './calico-signatures.ts';

export const calico: NetworkPlugin = {
  id: 'calico',
  title: 'Calico',
  role: 'main',
  recognition: {
    daemonSets: ['calico-node', 'rke2-calico-node', 'calico-node-windows'],
    selectors: [{ 'k8s-app': 'calico-node' }, { 'k8s-app': 'calico-node-windows' }],
    images: [/(^|[/-])calico[/-](node|calico)(-windows)?(:|@|$)/, /hardened-calico(:|@|$)/],
    namespaces: ['calico-system', 'kube-system'],
    nodeAnnotations: ['projectcalico.org/IPv4Address', 'projectcalico.org/IPv6Address'],
    conditionReasons: ['CalicoIsUp', 'CalicoIsDown'],
    types: ['calico', 'calico-ipam'],
    conflists: ['10-calico.conflist'],
  },
  agent: {
    // On Windows the operator gives each of its programs a container of its own.
    containers: ['calico-node', 'felix', 'node', 'confd'],
    initContainers: ['install-cni', 'upgrade-ipam', 'ebpf-bootstrap', 'mount-bpffs', 'flexvol-driver'],
    hostLog: '/var/log/calico/cni/cni.log',
  },
  controllers: [
    {
      name: 'calico-kube-controllers',
      selector: { 'k8s-app': 'calico-kube-controllers' },
      containers: ['calico-kube-controllers'],
      without: 'leaked addresses are not collected',
    },
    { name: 'calico-typha', selector: { 'k8s-app': 'calico-typha' }, containers: ['calico-typha'], without: 'calico-node gets no updates' },
    {
      name: 'tigera-operator',
      selector: { 'k8s-app': 'tigera-operator' },
      containers: ['tigera-operator'],
      without: 'changes of the Installation are not carried out',
    },
  ],
  configMaps: [
    { name: 'calico-config', namespace: null },
    { name: 'cni-config', namespace: null },
  ],
  kinds: [
    'CalicoIPPool',
    'CalicoIPAMBlock',
    'CalicoBlockAffinity',
    'CalicoIPAMConfig',
    'CalicoIPReservation',
    'CalicoClusterInformation',
    'CalicoFelixConfiguration',
    'CalicoInstallation',
    'TigeraStatus',
  ],
  enforcesPolicy: true,
  // The manifests keep the CNI configuration in calico-config, the operator in cni-config.
  needsPodCidr: ({ cni_network_config: ofManifest, config: ofOperator, CNI_NETWORK_CONFIG: fromEnvironment }) => {
    const text = ofManifest ?? ofOperator ?? fromEnvironment;
    if (text === undefined) return null;
    return text.includes('usePodCidr') || /"type": *"host-local"/.test(text);
  },
  pool: 'IP pool',
  speaks: [],
  signatures: calicoSignatures,
  falseFriends: [
    harmless(/Asked to release address but it doesn'?t exist\. Ignoring/, 'a repeated clean-up'),
    harmless(/WorkloadEndpoint does not exist in the datastore, moving forward with the clean up/, 'a repeated clean-up'),
    harmless(/CNI_CONTAINERID does not match WorkloadEndpoint ContainerID, don'?t delete WEP/, 'the clean-up of an earlier sandbox'),
    harmless(/Releasing affinity for empty block/, 'ordinary housekeeping'),
    harmless(/Leaked IP has been resurrected/, 'an address that is in use after all'),
    harmless(/graceful restart in progress/, 'BIRD starting again, which takes seconds'),
    harmless(/IPIP, VXLAN and\/or noencap encapsulation changed, need to restart/, 'the restart after a pool was edited'),
    harmless(/\[(DEBUG|INFO)\].* Reporter is not ready/, 'a component that has just started'),
  ],
  sources: [
    'projectcalico/calico:manifests/calico.yaml',
    'tigera/operator:pkg/render/node.go',
    'tigera/operator:pkg/render/windows.go',
    'projectcalico/calico:node/pkg/lifecycle/utils/utils.go',
  ],
};
