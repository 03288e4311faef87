import { sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('bridge', cause);

export const reference: PluginSamples = {
  daemonSet: null,
  texts: {
    event: [
      [
        'ip-pool-exhausted/node-range-full',
        event('failed to allocate for range 0: no IP addresses available in range set: 10.88.0.1-10.88.255.254'),
      ],
      [
        'ip-pool-exhausted/node-range-full',
        'Failed to setup network for pod "web-1" using network plugins "cni": no IP addresses available in network: cbr0; Skipping pod',
      ],
      [
        'ipam-state-corrupt/address-already-allocated',
        event('failed to allocate for range 0: 10.244.1.5 has been allocated to abc, duplicate allocation is not allowed'),
      ],
      [
        'static-ip-conflict',
        event('failed to allocate for range 0: requested IP address 10.244.1.5 is not available in range set 10.244.1.1-10.244.1.254'),
      ],
      ['static-ip-conflict', event("failed to allocate for range 0: requested ip 10.244.1.1 is subnet's gateway")],
      ['pod-cidr-overlap', event('range set 0 overlaps with 1')],
      ['node-pod-cidr-missing', event('no IP ranges specified')],
      [
        'ipam-state-corrupt/bridge-address-mismatch',
        event('failed to set bridge addr: "cni0" already has an IP address different from 10.244.2.1/24'),
      ],
      ['multiple-cni-plugins', event('failed to create bridge "cni0": "cni0" already exists but is not a bridge')],
      ['cni-plugin-unhealthy', event('failed to create bridge "cni0": could not add "cni0": operation not supported')],
      ['duplicate-pod-ip', event('failed to add IP addr: "eth0" has address fd00::5 in DADFAILED state')],
      ['ipam-state-corrupt', event('container veth name ("eth0") peer provided ("veth123") already exists')],
      [
        'route-misconfigured',
        event("failed to add route '{Dst:{IP:0.0.0.0 Mask:00000000} GW:10.244.1.1} via 10.244.1.1 dev eth0': network is unreachable"),
      ],
      ['ipam-state-corrupt', event('failed to configure: failed to add IP addr 10.244.1.5/24 to "eth0": file exists')],
      ['cni-plugin-unhealthy', sandboxError('portmap', 'must be called as chained plugin')],
      ['cni-plugin-unhealthy', sandboxError('portmap', 'neither iptables nor ip6tables is usable')],
      ['route-misconfigured', sandboxError('macvlan', 'failed to lookup master "ens999": Link not found')],
      ['route-misconfigured', sandboxError('ipvlan', 'Link not found')],
      [
        'cni-plugin-unhealthy',
        event('failed to open netns "/var/run/netns/cni-1": failed to Statfs "/var/run/netns/cni-1": no such file or directory'),
      ],
      ['cni-plugin-unhealthy', event('unknown FS magic on "/proc/1/ns/net": 9fa0')],
    ],
  },
  harmless: [
    'error killing pod: failed to "KillPodSandbox" for "1" with KillPodSandboxError: "rpc error: code = Unknown desc = failed to destroy network for sandbox \\"1\\": plugin type=\\"macvlan\\" failed (delete): Link not found"',
  ],
};
