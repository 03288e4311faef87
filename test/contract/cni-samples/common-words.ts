import { sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('unheard-of', cause);

/** Words of plugins that are not known. */
export const commonWords: PluginSamples = {
  daemonSet: null,
  texts: {
    event: [
      ['ip-pool-exhausted', event('ipam: no more free IP addresses in the pool of this node')],
      ['ip-pool-exhausted', event('not enough available IPs')],
      ['ip-pool-exhausted', event('address pool default is exhausted')],
      ['ip-pool-exhausted', event('AcquireAddress failed: NoAvailableAddress')],
      ['static-ip-conflict', event('static IP 10.2.0.5 is already taken by shop/web-1')],
      ['static-ip-conflict', event('failed to acquire address: AddressConflict')],
      ['ipam-state-corrupt/address-already-allocated', event('IP 10.2.0.5 already allocated')],
      ['ipam-state-corrupt', event('postIpamIpFailure  nic net1 do not match the current IP allocation of StatefulSet')],
      ['duplicate-pod-ip', event('duplicate address detected on eth0')],
      ['pod-cidr-overlap', event('subnet 10.2.0.0/16 overlaps with 10.2.4.0/24')],
      ['node-pod-cidr-missing', event('node worker-1 podCIDR is not set')],
      ['node-pod-cidr-missing', event('node worker-1 has no PodCIDR')],
      ['cni-version-incompatible', event('CNI version 9 is unsupported')],
      ['cni-version-incompatible', event('the server could not find the requested resource')],
      ['overlay-tunnel-down/vxlan', event('vxlan device: operation not supported')],
      ['overlay-tunnel-down/wireguard', event('wireguard handshake timed out')],
      ['overlay-tunnel-down/geneve', event('geneve port: no such device')],
      ['overlay-tunnel-down/bgp', event('BGP peer 10.0.0.1 not established')],
      ['mtu-mismatch', event('could not set mtu 9001 on eth0')],
      ['route-misconfigured', event('could not add default route: network is unreachable')],
      ['cni-plugin-unhealthy/agent-not-answering', event('the agent is not running on this node')],
    ],
  },
  harmless: [],
};
