/** How each plugin is installed in the clusters of the tests, as its own manifests do it. */
export interface InstalledPlugin {
  readonly namespace: string;
  readonly daemonSet: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly initContainers?: readonly string[];
  /** Reason of the node condition NetworkUnavailable=False that it writes. */
  readonly conditionReason?: string;
  readonly controllers?: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly container: string; readonly image: string }[];
}

export const installedPlugins = {
  calico: {
    namespace: 'kube-system',
    daemonSet: 'calico-node',
    labels: { 'k8s-app': 'calico-node' },
    containers: [{ name: 'calico-node', image: 'quay.io/calico/node:v3.29.1' }],
    initContainers: ['upgrade-ipam', 'install-cni'],
    conditionReason: 'CalicoIsUp',
    controllers: [{ name: 'calico-kube-controllers', labels: { 'k8s-app': 'calico-kube-controllers' }, container: 'calico-kube-controllers', image: 'quay.io/calico/kube-controllers:v3.29.1' }],
  },
  flannel: {
    namespace: 'kube-flannel',
    daemonSet: 'kube-flannel-ds',
    labels: { app: 'flannel', 'k8s-app': 'flannel' },
    containers: [{ name: 'kube-flannel', image: 'ghcr.io/flannel-io/flannel:v0.27.0' }],
    initContainers: ['install-cni-plugin', 'install-cni'],
    conditionReason: 'FlannelIsUp',
  },
  cilium: {
    namespace: 'kube-system',
    daemonSet: 'cilium',
    labels: { 'k8s-app': 'cilium' },
    containers: [{ name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.17.4' }],
    initContainers: ['config'],
    conditionReason: 'CiliumIsUp',
    controllers: [{ name: 'cilium-operator', labels: { name: 'cilium-operator', 'io.cilium/app': 'operator' }, container: 'cilium-operator', image: 'quay.io/cilium/operator-generic:v1.17.4' }],
  },
  'aws-vpc': {
    namespace: 'kube-system',
    daemonSet: 'aws-node',
    labels: { 'k8s-app': 'aws-node' },
    containers: [
      { name: 'aws-node', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.19.5' },
      { name: 'aws-eks-nodeagent', image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon/aws-network-policy-agent:v1.2.1' },
    ],
    initContainers: ['aws-vpc-cni-init'],
  },
  kindnet: {
    namespace: 'kube-system',
    daemonSet: 'kindnet',
    labels: { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' },
    containers: [{ name: 'kindnet-cni', image: 'docker.io/kindest/kindnetd:v20250214-acbabc1a' }],
  },
  weave: {
    namespace: 'kube-system',
    daemonSet: 'weave-net',
    labels: { name: 'weave-net' },
    containers: [{ name: 'weave', image: 'weaveworks/weave-kube:2.8.1' }, { name: 'weave-npc', image: 'weaveworks/weave-npc:2.8.1' }],
    conditionReason: 'WeaveIsUp',
  },
  azure: {
    namespace: 'kube-system',
    daemonSet: 'azure-cns',
    labels: { 'k8s-app': 'azure-cns' },
    containers: [{ name: 'cns-container', image: 'mcr.microsoft.com/containernetworking/azure-cns:v1.6.21' }],
  },
  antrea: {
    namespace: 'kube-system',
    daemonSet: 'antrea-agent',
    labels: { app: 'antrea', component: 'antrea-agent' },
    containers: [{ name: 'antrea-agent', image: 'antrea/antrea-agent-ubuntu:v2.3.0' }, { name: 'antrea-ovs', image: 'antrea/antrea-agent-ubuntu:v2.3.0' }],
    controllers: [{ name: 'antrea-controller', labels: { app: 'antrea', component: 'antrea-controller' }, container: 'antrea-controller', image: 'antrea/antrea-controller-ubuntu:v2.3.0' }],
  },
  'kube-router': {
    namespace: 'kube-system',
    daemonSet: 'kube-router',
    labels: { 'k8s-app': 'kube-router', tier: 'node' },
    containers: [{ name: 'kube-router', image: 'docker.io/cloudnativelabs/kube-router:v2.5.0' }],
  },
  'ovn-kubernetes': {
    namespace: 'ovn-kubernetes',
    daemonSet: 'ovnkube-node',
    labels: { app: 'ovnkube-node' },
    containers: [{ name: 'ovnkube-controller', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' }, { name: 'ovn-controller', image: 'ghcr.io/ovn-org/ovn-kubernetes/ovn-kube-ubuntu:master' }],
  },
  multus: {
    namespace: 'kube-system',
    daemonSet: 'kube-multus-ds',
    labels: { app: 'multus', name: 'multus' },
    containers: [{ name: 'kube-multus', image: 'ghcr.io/k8snetworkplumbingwg/multus-cni:v4.2.0-thick' }],
  },
  whereabouts: {
    namespace: 'kube-system',
    daemonSet: 'whereabouts',
    labels: { app: 'whereabouts', name: 'whereabouts' },
    containers: [{ name: 'whereabouts', image: 'ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.1' }],
  },
} as const satisfies Record<string, InstalledPlugin>;

export type PluginName = keyof typeof installedPlugins;
