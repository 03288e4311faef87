import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('azure-vnet', cause);

export const azure: PluginSamples = {
  daemonSet: daemonSet({
    name: 'azure-cns',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'azure-cns' },
    containers: { 'cns-container': 'mcr.microsoft.com/containernetworking/azure-cns:v1.6.5' },
  }),
  texts: {
    event: [
      [
        'ip-pool-exhausted',
        event(
          'IPAM Invoker Add failed with error: Failed to get IP address from CNS: AllocateIPConfig failed: not enough IPs available, waiting on Azure CNS to allocate more with NC Status: Updating',
        ),
      ],
      ['ip-pool-exhausted', event('IPAM Invoker Add failed with error: AssignAvailableIPConfigs: no free IPs')],
      ['ip-pool-exhausted/node-range-full', event('Failed to allocate address: Failed to delegate: No available addresses')],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'IPAM Invoker Add failed with error: Failed to get IP address from CNS: http request failed: Post "http://localhost:10090/network/requestipconfigs": dial tcp 127.0.0.1:10090: connect: connection refused',
        ),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'IPAM Invoker Add failed with error: Failed to get IP address from CNS: http request failed: Post "http://localhost:10090/network/requestipconfig": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
      ],
      ['cni-plugin-unhealthy', event('Failed to get IP address from CNS: unexpected')],
      ['cni-plugin-unhealthy', sandboxError('azure-ipam', 'failed to request IP address from CNS: unexpected')],
      ['cni-plugin-unhealthy', event('IPAM Invoker Add failed with error: unexpected')],
      ['cni-plugin-unhealthy', event('Failed to initialize key-value store of network plugin: timed out locking store')],
      ['ipam-state-corrupt', event('CNS State potentially corrupt')],
      ['ipam-state-corrupt', event('no NCs found in the CNS internal state')],
    ],
    log: [
      ['ipam-state-corrupt/stale-allocation', 'endpoint state could not be found in the statefile'],
      ['static-ip-conflict', '[AssignDesiredIPConfigs] Desired IP is already assigned 10.241.0.5'],
    ],
    object: [
      ['ip-pool-exhausted/subnet-full', 'NCUpdateSubnetFullError'],
      ['cni-auth-failure/cloud-permissions', 'NCUpdateUnauthorizedError'],
      ['cloud-network-misconfigured', 'NCUpdateInternalServerError'],
    ],
  },
  harmless: ['reconciling initial CNS state attempt: 1 failed'],
};
