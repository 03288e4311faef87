import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

export const kindnet: PluginSamples = {
  daemonSet: daemonSet({
    name: 'kindnet',
    namespace: 'kube-system',
    labels: { app: 'kindnet' },
    containers: { 'kindnet-cni': 'docker.io/kindest/kindnetd:v20241108-5c6d2daf' },
  }),
  texts: {
    event: [
      [
        'ip-pool-exhausted/node-range-full',
        sandboxError('ptp', 'failed to allocate for range 0: no IP addresses available in range set: 10.244.0.1-10.244.0.254'),
      ],
    ],
    log: [
      ['cni-datastore-unreachable', 'I0304 17:24:47.807000 1 main.go:139] apiserver not reachable, attempt 3 ... retrying'],
      ['cni-datastore-unreachable', 'panic: Reached maximum retries obtaining node list: unexpected'],
      ['route-misconfigured', 'panic: Maximum retries reconciling node routes: network is unreachable'],
      ['cni-plugin-unhealthy/crash-looping', 'panic: missing environment variable POD_SUBNET'],
    ],
  },
  harmless: ['I0304 17:24:47.807000 1 main.go:297] Handling node with IPs: map[172.18.0.3:{}]'],
};
