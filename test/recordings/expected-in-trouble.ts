import type { Recorded } from './recorded.ts';

/** Recorded clusters in which something is wrong, or looks so. */
export const inTrouble: readonly Recorded[] = [
  {
    name: 'kubeadm-without-plugin',
    source: "a dump of kubeadm's cluster before a network plugin was applied (Kubernetes 1.28)",
    plugins: '',
    answers: [
      // No node takes it, because the only one has no network.
      ['KubePodNotReady', 'kube-system/coredns-5dd5756b68-2zrhr', 'cni-not-initialized/no-config likely'],
      ['KubePodNotReady', 'kube-system/etcd-k8s-controller-01', 'recovered'],
      ['KubeNetworkPluginError', 'k8s-controller-01', 'cni-not-initialized/no-config certain'],
    ],
  },
  {
    name: 'eks-fargate-and-windows',
    source: 'aws/amazon-vpc-cni-k8s:config/master/aws-k8s-cni.yaml and nodes of EKS with Fargate and Windows',
    plugins: 'aws-vpc main v1.19.0-eksbuild.1',
    answers: [
      ['KubePodNotReady', 'jobs/batch-5c8', 'recovered'],
      // A pod on Fargate has its node's address, and no agent runs there or on Windows.
      ['KubeNetworkPluginError', 'jobs/batch-5c8', 'recovered'],
      ['KubeNetworkPluginError', 'jobs/iis-0', 'recovered'],
      ['KubePodNotReady', 'jobs/batch-bad', 'app-image-pull/not-found certain'],
    ],
  },
  {
    name: 'aks-overlay-windows-and-virtual-node',
    source: 'Azure/azure-container-networking:cns/azure-cns.yaml and nodes of AKS with Windows and a virtual node',
    plugins: 'azure main v1.6.21',
    answers: [
      ['KubeNetworkPluginError', 'shop/burst-1', 'recovered'],
      ['KubePodNotReady', 'shop/burst-2', 'inconclusive'],
      ['KubePodNotReady', 'shop/iis-1', 'recovered'],
    ],
  },
  {
    name: 'flannel-with-windows',
    source: 'flannel-io/flannel:Documentation/kube-flannel.yml and kubernetes-sigs/sig-windows-tools:hostprocess/flannel',
    plugins: 'flannel main v0.21.5',
    answers: [
      ['KubePodNotReady', 'shop/iis', 'recovered'],
      // Another image on another operating system is no other version.
      ['KubePodNotReady', 'shop/iis-bad', 'cni-plugin-unhealthy/ possible'],
    ],
  },
  {
    name: 'openshift-sdn-agent-crashes',
    source: 'openshift/must-gather-clean:pkg/cli/testfiles/release-4.8',
    plugins: 'openshift-sdn main -, multus meta -',
    answers: [
      // Its shim speaks in the same words as OVN-Kubernetes'.
      ['KubePodNotReady', 'shop/web-9', 'cni-plugin-unhealthy/crash-looping certain'],
      ['KubeNetworkPluginError', 'ip-10-0-195-177.ec2.internal', 'cni-plugin-unhealthy/crash-looping certain'],
      ['KubePodNotReady', 'openshift-sdn/sdn-ok1', 'recovered'],
    ],
  },
  {
    name: 'k3s-support-bundle',
    source: 'replicatedhq/troubleshoot:real-support-bundles, a bundle of k3s 1.33 with host-gw',
    plugins: 'k3s-flannel main v1.33.4+k3s1',
    answers: [
      ['KubePodNotReady', 'default/backend-api-75fb46b7bd-xtkrh', 'app-crash-looping/exit-code certain'],
      ['KubePodNotReady', 'default/cpu-intensive-app-7bcfc5d944-b2c4d', 'app-unschedulable/insufficient-cpu certain'],
      ['KubeNetworkPluginError', 'kube-system/coredns-64fd4b4794-p72lf', 'recovered'],
      // A container that crashes on the node is hardly what an alert about its network is of.
      ['KubeNetworkPluginError', 'c9b7eea91', 'app-crash-looping/exit-code possible'],
      ['KubePodNotReady', 'kube-system/helm-install-traefik-crd-x7k2p', 'target-gone'],
    ],
  },
  {
    name: 'pods-and-events-alone',
    source: 'replicatedhq/troubleshoot:pkg/analyze/files, without nodes and DaemonSets',
    plugins: '',
    answers: [
      ['KubePodNotReady', 'message-pod-init-crashloop-backoff/init-demo2', 'app-init-failing/cannot-start certain'],
      ['KubePodNotReady', 'message-oomkill-pod/oom-kill-job3-gbb89', 'app-oom-killed/container-limit certain'],
      [
        'KubePodNotReady',
        'message-container-creating-failed-mount/troubleshoot-copyfromhost-4m79m-psdjm',
        'app-volume-mount/missing-object certain',
      ],
      // The phase was edited by hand; its conditions say that it is Ready.
      ['KubePodNotReady', 'default-unhealthy/random-pod-75b66db9b9-nqhp8', 'recovered'],
      ['KubeNetworkPluginError', 'default-unhealthy/random-pod-75b66db9b9-nqhp8', 'inconclusive'],
    ],
  },
  {
    name: 'unknown-plugin',
    source: 'kubeovn/kube-ovn:dist/images/install.sh, a plugin that is not known here',
    plugins: '',
    answers: [
      ['KubePodNotReady', 'shop/web-2', 'cni-not-initialized/no-config certain'],
      ['KubePodNotReady', 'kube-system/kube-ovn-cni-b', 'app-crash-looping/exit-code certain'],
      ['KubeNetworkPluginError', 'ko1', 'recovered'],
    ],
  },
  {
    name: 'openshift-ovn-crashes',
    source: 'openshift/cluster-network-operator:bindata/network/ovn-kubernetes/self-hosted/ovnkube-node.yaml',
    plugins: 'ovn-kubernetes main -, multus meta -',
    answers: [
      ['KubePodNotReady', 'shop/web', 'cni-plugin-unhealthy/crash-looping certain'],
      ['KubeNetworkPluginError', 'worker-0', 'cni-plugin-unhealthy/crash-looping certain'],
    ],
  },
  {
    name: 'calico-pool-full',
    source: 'projectcalico/calico:manifests/calico.yaml, with the blocks that its IPAM writes',
    plugins: 'calico main v3.24.5',
    answers: [
      ['KubePodNotReady', 'shop/late', 'ip-pool-exhausted/pool-full certain'],
      ['KubePodNotReady', 'shop/web-0-1', 'recovered'],
    ],
  },
  {
    name: 'kubernetes-1.9',
    source: 'projectcalico/calico:v2.6 manifests on etcd, as old clusters still print them',
    plugins: 'calico main v2.6.12',
    answers: [['KubePodNotReady', 'kube-system/kube-dns-6f4fd4bdf-9', 'cni-datastore-unreachable/etcd certain']],
  },
  {
    name: 'cilium-startup-taint',
    source: 'cilium/cilium:install/kubernetes/cilium, with the taint that its guide puts on new nodes',
    plugins: 'cilium main v1.15.1',
    answers: [
      // The one node that the pod wants waits for Cilium, whose agent crashes there.
      ['KubePodNotReady', 'shop/web-2', 'cni-plugin-unhealthy/crash-looping likely'],
      ['KubePodNotReady', 'kube-system/cilium-b', 'cni-plugin-unhealthy/crash-looping certain'],
    ],
  },
  {
    name: 'aks-route-forbidden',
    source: "nodes of AKS with kubenet and the route controller's events",
    plugins: '',
    answers: [
      ['KubePodNotReady', 'shop/web-9', 'cloud-network-misconfigured/route-not-created likely'],
      ['KubeNetworkPluginError', 'aks-np-1', 'cloud-network-misconfigured/route-not-created certain'],
    ],
  },
  {
    name: 'eks-prefixes-in-a-full-subnet',
    source: 'aws/amazon-vpc-cni-k8s:docs/prefix-and-ip-target.md, and the event of the agent on its node',
    plugins: 'aws-vpc main v1.18.1',
    answers: [
      // The cloud's own word on the subnet; that the node could hold 432 addresses is no contradiction.
      ['KubePodNotReady', 'shop/late', 'ip-pool-exhausted/subnet-full certain'],
      ['KubePodNotReady', 'shop/web-16', 'recovered'],
    ],
  },
  {
    name: 'calico-refuses-to-let-go',
    source: 'projectcalico/calico:manifests/calico.yaml, with events of a cluster whose plugin had an expired token',
    plugins: 'calico main v3.24.5',
    answers: [
      // It has its sandbox still, and it is the sandbox that keeps it from going.
      ['KubePodNotReady', 'monitoring/prometheus-kube-state-metrics-5f69cf9d49-tr24p', 'cni-auth-failure/unauthorized certain'],
      ['KubePodNotReady', 'monitoring/new-1', 'cni-auth-failure/unauthorized certain'],
      ['KubeNetworkPluginError', 'w2-k8s', 'cni-auth-failure/unauthorized certain'],
    ],
  },
  {
    name: 'egress-policy-and-refused-probe',
    source: 'projectcalico/calico:manifests/calico.yaml, with events of an ingress controller under a policy without egress',
    plugins: 'calico main v3.23.1',
    answers: [
      // Who refuses was reached: no policy stands in the way.
      ['KubePodNotReady', 'nginx/nginx-nginx-ingress-1', 'app-readiness-probe-failing/connection-refused certain'],
      ['KubePodNotReady', 'kube-system/calico-node-n1', 'recovered'],
    ],
  },
  {
    name: 'openshift-whereabouts-full',
    source: 'openshift/must-gather-clean:pkg/cli/testfiles/release-4.8, with a network of k8snetworkplumbingwg/whereabouts',
    plugins: 'ovn-kubernetes main -, multus meta -',
    answers: [
      // All six are held on the other node, as Multus noted under the name that it used then.
      ['KubePodNotReady', 'telco/sip-7', 'ip-pool-exhausted/pool-full certain'],
      ['KubePodNotReady', 'telco/sip-1', 'recovered'],
    ],
  },
  {
    name: 'gke-ip-space-exhausted',
    source: 'events of a pod on GKE as its users post them, and a node of GKE',
    plugins: '',
    answers: [
      // It is short of processors only because no node can be added.
      ['KubePodNotReady', 'shop/wait', 'ip-pool-exhausted/subnet-full certain'],
      ['KubeNetworkPluginError', 'gk3-1', 'recovered'],
    ],
  },
  {
    name: 'aks-cilium-without-cns',
    source: 'Azure/azure-container-networking:cns/azure-cns.yaml and a node of AKS with Cilium',
    plugins: 'cilium main v1.16.6-250129, azure ipam v1.6.21',
    answers: [
      ['KubePodNotReady', 'shop/bad', 'cni-plugin-unhealthy/agent-not-answering certain'],
      ['KubePodNotReady', 'shop/ok', 'recovered'],
    ],
  },
];
