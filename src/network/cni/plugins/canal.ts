import type { NetworkPlugin } from '../plugin.ts';
import { calico } from './calico.ts';

/** Calico's policies and binaries over Flannel's network; addresses are host-local, from the node's pod CIDR. */
export const canal: NetworkPlugin = {
  id: 'canal',
  title: 'Canal',
  role: 'main',
  recognition: {
    daemonSets: ['canal', 'rke2-canal'],
    selectors: [{ 'k8s-app': 'canal' }],
    images: [],
    namespaces: ['kube-system'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: [],
    conflists: ['10-canal.conflist'],
  },
  agent: { containers: ['calico-node', 'kube-flannel'], initContainers: ['install-cni', 'mount-bpffs', 'ebpf-bootstrap'], hostLog: null },
  controllers: calico.controllers.filter(({ name }) => name === 'calico-kube-controllers'),
  configMaps: [
    { name: 'canal-config', namespace: null },
    { name: 'rke2-canal-config', namespace: null },
  ],
  kinds: ['CalicoIPPool', 'CalicoIPAMBlock', 'CalicoClusterInformation', 'CalicoFelixConfiguration'],
  enforcesPolicy: true,
  needsPodCidr: true,
  pool: "the node's pod CIDR",
  speaks: ['calico', 'flannel', 'reference'],
  signatures: [],
  falseFriends: [],
  sources: ['projectcalico/calico:manifests/canal.yaml', 'rancher/rke2-charts:charts/rke2-canal/templates/daemonset.yaml'],
};
