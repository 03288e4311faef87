import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

export const canal: PluginSamples = {
  daemonSet: daemonSet({
    name: 'rke2-canal',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'canal' },
    containers: {
      'calico-node': 'docker.io/rancher/hardened-calico:v3.27.3-build20240423',
      'kube-flannel': 'docker.io/rancher/hardened-flannel:v0.25.1-build20240423',
    },
  }),
  texts: {
    event: [['node-pod-cidr-missing', sandboxError('calico', 'no podCidr for node worker-1')]],
    log: [
      [
        'node-pod-cidr-missing',
        'E0304 04:04:44.958281       1 main.go:292] Error registering network: failed to acquire lease: node "worker-1" pod cidr not assigned',
      ],
    ],
  },
  harmless: [],
};
