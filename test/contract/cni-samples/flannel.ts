import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('flannel', cause);
const log = (text: string): string => `E0304 04:04:44.958281       1 main.go:292] ${text}`;

export const flannel: PluginSamples = {
  daemonSet: daemonSet({
    name: 'kube-flannel-ds',
    namespace: 'kube-flannel',
    labels: { app: 'flannel' },
    containers: { 'kube-flannel': 'ghcr.io/flannel-io/flannel:v0.26.1' },
  }),
  texts: {
    event: [
      [
        'cni-not-initialized',
        event(
          "failed to load flannel 'subnet.env' file: stat /run/flannel/subnet.env: no such file. Check the flannel pod log for this node.",
        ),
      ],
      ['cni-not-initialized', event('loadFlannelSubnetEnv failed: permission denied')],
      ['cni-not-initialized', event('loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory')],
      ['cni-plugin-unhealthy', event('/run/flannel/subnet.env is missing FLANNEL_NETWORK, FLANNEL_MTU')],
      [
        'ipam-state-corrupt/bridge-address-mismatch',
        event('failed to delegate add: failed to set bridge addr: "cni0" already has an IP address different from 10.244.2.1/24'),
      ],
      [
        'ip-pool-exhausted/node-range-full',
        event('failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254'),
      ],
    ],
    log: [
      ['node-pod-cidr-missing', log('Error registering network: failed to acquire lease: node "k8s-node-3" pod cidr not assigned')],
      [
        'node-pod-cidr-missing',
        'time="2026-03-04T04:04:44Z" level=error msg="flannel exited: failed to wait for PodCIDR assignment: context canceled"',
      ],
      [
        'pod-cidr-overlap',
        log(
          `Error registering network: failed to acquire lease: subnet "10.244.0.0/16" specified in the flannel net config doesn't contain "10.100.3.0/24" PodCIDR of the "worker-3" node`,
        ),
      ],
      ['pod-cidr-overlap', log('pod cidrs should be IPv4/IPv6 only or dualstack')],
      [
        'cni-plugin-unhealthy/crash-looping',
        log('Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory'),
      ],
      [
        'cni-plugin-unhealthy/crash-looping',
        log('Failed to create SubnetManager: failed to read net conf: open /etc/kube-flannel/net-conf.json: no such file or directory'),
      ],
      ['cni-plugin-unhealthy/crash-looping', log('Failed to create SubnetManager: error parsing subnet config: invalid character')],
      ['cni-plugin-unhealthy', log('Failed to setup masq rules, exit status 4')],
      ['cni-plugin-unhealthy', log('Failed to ensure iptables rules: error setting up rules: exit status 2')],
      ['cni-plugin-unhealthy', log('Event queue full, dropping event')],
      [
        'cni-datastore-unreachable',
        log(
          'Failed to create SubnetManager: timeout contacting kube-api, failed to patch node "worker-1". Error: context deadline exceeded',
        ),
      ],
      [
        'cni-datastore-unreachable',
        log("Failed to create SubnetManager: error retrieving pod spec for 'kube-flannel/kube-flannel-ds-5whpv': something"),
      ],
      [
        'cni-datastore-unreachable/api-server-timeout',
        log(
          `Failed to create SubnetManager: error retrieving pod spec for 'kube-system/kube-flannel-ds-5whpv': Get "https://10.96.0.1:443/api/v1/namespaces/kube-system/pods/kube-flannel-ds-5whpv": dial tcp 10.96.0.1:443: i/o timeout`,
        ),
      ],
      ['cni-datastore-unreachable', log('error waiting for nodeController to sync state: timed out waiting for the condition')],
      ['cni-datastore-unreachable/etcd', log("Couldn't fetch network config: client: etcd cluster is unavailable or misconfigured")],
      ['cni-datastore-unreachable', log("Couldn't fetch network config: unexpected")],
      [
        'route-misconfigured',
        log('Failed to find any valid interface to use: failed to get default interface: Unable to find default route'),
      ],
      ['route-misconfigured', 'Unable to find default route'],
      ['overlay-tunnel-down', log('Failed to find any valid interface to use: no addresses')],
      ['overlay-tunnel-down', log('Failed to find interface to use that matches the interfaces and/or regexes provided')],
      ['overlay-tunnel-down/vxlan', log('Error registering network: failed to create vxlan device: operation not supported')],
      [
        'overlay-tunnel-down/vxlan',
        log(
          'Error registering network: failed to configure interface flannel.1: failed to set interface flannel.1 to UP state: address already in use',
        ),
      ],
      [
        'overlay-tunnel-down/vxlan',
        log(
          'Error registering network: failed to ensure address of interface: link has incompatible addresses. Remove additional addresses and try again',
        ),
      ],
      ['overlay-tunnel-down/vxlan', log('Error registering network: operation not supported')],
      ['overlay-tunnel-down/vxlan', log('vxlan device missing, attempting to recreate')],
      ['overlay-tunnel-down/vxlan', log('failed to recreate vxlan: file exists')],
      ['overlay-tunnel-down/vxlan', log('AddFDB failed: no such device')],
      ['overlay-tunnel-down', log('Error registering network: failed to open TUN device: open /dev/net/tun: no such file or directory')],
      ['overlay-tunnel-down/wireguard', log('failed to setup ipv4 peer abc: no such device')],
      ['overlay-tunnel-down/wireguard', log('Error registering network: could not create wireguard interface: operation not supported')],
      [
        'overlay-tunnel-down',
        log("your PublicIP differs from interface IP, meaning that probably you're on a NAT, which is not supported by host-gw backend"),
      ],
      ['route-misconfigured', log('Error adding route to 10.244.2.0/24 via 10.244.2.0 dev index 5: network is unreachable')],
      ['route-misconfigured', log('failed to add vxlanRoute (10.244.2.0/24 -> 10.244.2.0): invalid argument')],
      ['route-misconfigured', log('Error recovering route to 10.244.2.0/24: network is down')],
      ['route-misconfigured', log('Replacing existing route to 10.244.2.0/24 via 192.168.1.4 with 192.168.1.5')],
    ],
  },
  harmless: [
    log('Failed to read subnet: no subnet found for key: FLANNEL_SUBNET in file: /run/flannel/subnet.env'),
    log('Node controller skips sync'),
    log('Error received unexpected object: <nil>'),
  ],
};
