import type { Recorded } from './recorded.ts';

/** Recorded clusters in which nothing is wrong, with the noise that agents make all the same. */
export const inGoodHealth: readonly Recorded[] = [
  {
    name: 'minikube-on-docker',
    source: 'replicatedhq/troubleshoot:pkg/analyze/files/pods, pods of minikube on Docker without a plugin',
    plugins: '',
    answers: [
      // Docker's bridge is the network of this one node, and left over from nothing.
      ['KubeNetworkPluginError', 'default/web', 'inconclusive'],
      ['KubePodNotReady', 'default/oomjob', 'app-oom-killed/container-limit certain'],
    ],
  },
  {
    name: 'calico-by-operator',
    source: 'tigera/operator:pkg/render/node.go and logs of calico-node 3.22-3.28 as posted in public',
    plugins: 'calico main v3.28.1',
    answers: [
      ['KubeNetworkPluginError', 'shop/web-1', 'recovered'],
      ['KubeNetworkPluginError', 'w1', 'recovered'],
    ],
  },
  {
    name: 'cilium-with-envoy',
    source: 'cilium/cilium:install/kubernetes/cilium and what its agent logs in good health',
    plugins: 'cilium main v1.16.3',
    answers: [
      ['KubePodNotReady', 'shop/web-0', 'recovered'],
      // One lost connection to the API server a quarter of an hour ago.
      ['KubeNetworkPluginError', 'shop/web-0', 'recovered'],
      ['KubeNetworkPluginError', 'n2', 'recovered'],
    ],
  },
  {
    name: 'flannel-on-talos',
    source: 'siderolabs/talos:internal/app/machined/pkg/controllers/k8s/templates and logs of flanneld as posted in public',
    plugins: 'flannel main v0.25.7',
    answers: [
      // It could not reach the API server when it was first started, and then could.
      ['KubeNetworkPluginError', 'shop/web-0', 'recovered'],
      ['KubeNetworkPluginError', 'talos-b', 'recovered'],
    ],
  },
  {
    name: 'kind-dual-stack',
    source: 'kubernetes-sigs/kind:pkg/build/nodeimage/const_cni.go and the logs of kindnetd',
    plugins: 'kindnet main v20241212-9f82dd49',
    answers: [
      ['KubeNetworkPluginError', 'default/web-2', 'recovered'],
      ['KubeNetworkPluginError', 'kind-worker', 'recovered'],
    ],
  },
  {
    name: 'rke2-canal',
    source: 'rancher/rke2-charts:charts/rke2-canal/templates/daemonset.yaml',
    plugins: 'canal main v3.28.1-build20240806',
    answers: [
      ['KubeNetworkPluginError', 'shop/web-0', 'recovered'],
      ['KubePodNotReady', 'kube-system/rke2-canal-c1', 'recovered'],
    ],
  },
  {
    name: 'openshift-ovn',
    source:
      'openshift/cluster-network-operator:bindata/network/ovn-kubernetes and openshift/insights-operator:docs/insights-archive-sample',
    plugins: 'ovn-kubernetes main -, multus meta -',
    answers: [
      ['KubePodNotReady', 'shop/web-0', 'recovered'],
      ['KubePodNotReady', 'openshift-kube-apiserver/installer-2-ip-10-0-10-1.ec2.internal', 'target-gone'],
      ['KubeNetworkPluginError', 'shop/web-0', 'inconclusive'],
    ],
  },
  {
    name: 'gke-dataplane-v2',
    source: 'GoogleCloudPlatform/netd:netd.yaml and nodes of GKE with Dataplane V2',
    plugins: 'gke main v0.2.35-gke.0, cilium policy v1.14.9-gke.1051000',
    answers: [
      ['KubePodNotReady', 'shop/web-0', 'recovered'],
      ['KubeNetworkPluginError', 'shop/web-1', 'inconclusive'],
    ],
  },
  {
    name: 'ovn-in-good-health',
    source: 'openshift/cluster-network-operator:bindata/network/ovn-kubernetes and what its containers log while an API server restarts',
    plugins: 'ovn-kubernetes main -, multus meta -',
    answers: [
      ['KubeNetworkPluginError', 'shop/web', 'recovered'],
      ['KubeNetworkPluginError', 'worker-0', 'recovered'],
    ],
  },
  {
    name: 'calico-controllers-in-good-health',
    source: 'tigera/operator:pkg/render and what Typha, the controllers and the operator log while an API server restarts',
    plugins: 'calico main v3.28.1',
    answers: [
      ['KubeNetworkPluginError', 'shop/web', 'recovered'],
      ['KubeNetworkPluginError', 'w1', 'recovered'],
    ],
  },
  {
    name: 'antrea-in-good-health',
    source: 'antrea-io/antrea:build/yamls/antrea.yml and the start of its agent',
    plugins: 'antrea main v2.2.0',
    answers: [['KubeNetworkPluginError', 'shop/web', 'recovered']],
  },
  {
    name: 'kube-router-in-good-health',
    source: 'k0sproject/k0s:pkg/component/controller/kuberouter.go and the start of its agent',
    plugins: 'kube-router main v2.2.1',
    answers: [['KubeNetworkPluginError', 'shop/web', 'recovered']],
  },
  {
    name: 'azure-cns-in-good-health',
    source: 'Azure/azure-container-networking:cns/azure-cns.yaml, crd/nodenetworkconfig and the start of the agent',
    plugins: 'azure main v1.6.21',
    answers: [
      ['KubeNetworkPluginError', 'shop/web', 'recovered'],
      ['KubeNetworkPluginError', 'aks-1', 'recovered'],
    ],
  },
];
