import { daemonSet, type PluginSamples } from './sample.ts';

const event = (cause: string): string =>
  `Multus: Err adding pod to network "openshift-sdn": Multus: error in invoke Delegate add - "openshift-sdn": ${cause}`;

export const openshiftSdn: PluginSamples = {
  daemonSet: daemonSet({
    name: 'sdn',
    namespace: 'openshift-sdn',
    labels: { app: 'sdn', component: 'network' },
    containers: {
      sdn: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:62d2a09bbef840a46099ac4c69421c90f84f28d018d479749049011329aa7f28',
    },
  }),
  texts: {
    event: [
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'failed to send CNI request: Post http://dummy/: dial unix /var/run/openshift-sdn/cniserver/socket: connect: connection refused',
        ),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        'error adding pod shop_web-9 to CNI network "multus-cni-network": [shop/web-9:openshift-sdn]: error adding container to network "openshift-sdn": failed to send CNI request: Post "http://dummy/": dial unix /var/run/openshift-sdn/cniserver/socket: connect: no such file or directory',
      ],
      [
        'ip-pool-exhausted/node-range-full',
        event("CNI request failed with status 400: 'failed to run IPAM for 0f93c64b: failed to run CNI IPAM ADD: unexpected'"),
      ],
      [
        'ip-pool-exhausted/node-range-full',
        event(
          "CNI request failed with status 400: 'failed to run IPAM for 0f93c64b: failed to run CNI IPAM ADD: failed to allocate for range 0: no IP addresses available in range set: 10.254.5.1-10.254.5.254",
        ),
      ],
    ],
    log: [
      [
        'node-pod-cidr-missing',
        'F0304 17:24:47.807000 1 cmd.go:118] Failed to start sdn: failed to get subnet for this host: worker-1, error: timed out waiting for the condition',
      ],
      ['cni-plugin-unhealthy', 'E0304 17:24:47.807000 1 healthcheck.go:90] SDN healthcheck disconnected from OVS server: EOF'],
    ],
  },
  harmless: [event(`CNI request failed with status 400: 'pods "web-1" not found`)],
};
