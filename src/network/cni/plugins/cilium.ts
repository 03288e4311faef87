import type { NetworkPlugin } from '../plugin.ts';
import { harmless } from '../signature.ts';
import { ciliumSignatures } from './cilium-signatures.ts';

export const cilium: NetworkPlugin = {
  id: 'cilium',
  title: 'Cilium',
  role: 'main',
  recognition: {
    daemonSets: ['cilium', 'rke2-cilium', 'anetd', 'cilium-agent'],
    selectors: [{ 'k8s-app': 'cilium' }],
    images: [/(^|[/-])cilium[/-]cilium(-ci|-dev|-service-mesh)?(:|@|$)/],
    namespaces: ['kube-system', 'cilium'],
    nodeAnnotations: ['network.cilium.io/ipv4-pod-cidr', 'io.cilium.network.ipv4-pod-cidr'],
    conditionReasons: ['CiliumIsUp'],
    types: ['cilium-cni', 'cilium'],
    conflists: ['05-cilium.conflist', '05-cilium.conf'],
  },
  agent: {
    containers: ['cilium-agent'],
    initContainers: ['config', 'install-cni-binaries', 'mount-cgroup', 'clean-cilium-state', 'apply-sysctl-overwrites', 'mount-bpf-fs'],
    hostLog: '/var/run/cilium/cilium-cni.log',
  },
  controllers: [
    {
      name: 'cilium-operator',
      selector: { 'io.cilium/app': 'operator' },
      containers: ['cilium-operator'],
      without: 'new nodes get no pod CIDR and cloud pools stop growing',
    },
    {
      name: 'anetd-operator',
      selector: { name: 'cilium-operator' },
      containers: ['cilium-operator'],
      without: 'new nodes get no pod CIDR',
    },
  ],
  configMaps: [{ name: 'cilium-config', namespace: null }],
  kinds: ['CiliumNode', 'CiliumPodIPPool', 'CiliumEndpoint'],
  enforcesPolicy: ({ 'enable-policy': mode }) => mode !== 'never',
  needsPodCidr: ({ ipam, 'k8s-require-ipv4-pod-cidr': v4, 'k8s-require-ipv6-pod-cidr': v6 }) => {
    if (v4 === 'true' || v6 === 'true') return true;
    return ipam === undefined ? null : ipam === 'kubernetes';
  },
  pool: "the node's CIDR in its CiliumNode",
  speaks: [],
  signatures: ciliumSignatures,
  falseFriends: [
    harmless(/Establishing connection to apiserver/, 'the agent starting'),
    harmless(/\.cilium_bak/, 'another configuration put aside, as cni-exclusive wants'),
    harmless(
      /unable to allocate CIDR \S+ since allocator for \S+ addresses does not exist/,
      'left-over CIDRs of a family that is not used',
    ),
    harmless(/do-not-release/, 'the handshake that gives back spare addresses'),
    harmless(/Mismatch of router IPs found during restoration/, 'a node that was given another CIDR'),
  ],
  sources: [
    'cilium/cilium:install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml',
    'cilium/cilium:install/kubernetes/cilium/values.yaml',
  ],
};
