import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

export const gke: PluginSamples = {
  daemonSet: daemonSet({
    name: 'netd',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'netd' },
    containers: { netd: 'gke.gcr.io/netd:v0.2.42-gke.0' },
  }),
  texts: {
    event: [
      [
        'ip-pool-exhausted/node-range-full',
        sandboxError('ptp', 'failed to allocate for range 0: no IP addresses available in range set: 10.4.1.1-10.4.1.254'),
      ],
    ],
    log: [
      ['node-pod-cidr-missing', 'FATAL: Could not successfully watch node and wait for podCIDR.'],
      ['node-pod-cidr-missing', 'node gke-1 has no ranges from which CIDRs can be allocated'],
      ['node-pod-cidr-missing', 'no PodCIDR (v4 or v6) found in node gke-1'],
      ['cni-not-initialized/no-config', 'Listing items matching /host/etc/cni/net.d/*calico*.conflist'],
    ],
  },
  harmless: ['Watching attempt #1 (errors are expected during bootstrap; will retry until success)'],
};
