import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('calico', cause);
const log = (level: string, text: string): string => `2026-03-04 17:24:47.807 [${level}][436] ${text}`;

export const calico: PluginSamples = {
  daemonSet: daemonSet({
    name: 'calico-node',
    namespace: 'calico-system',
    labels: { 'k8s-app': 'calico-node' },
    containers: { 'calico-node': 'quay.io/calico/node:v3.27.0' },
  }),
  texts: {
    probe: [
      [
        'overlay-tunnel-down/bgp',
        'Readiness probe failed: 2026-01-04 17:24:47.807 [INFO][436] confd/health.go 180: Number of node(s) with BGP peering established = 0\ncalico/node is not ready: BIRD is not ready: BGP not established with 10.190.66.227,10.190.66.232',
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        'Readiness probe failed: calico/node is not ready: BIRD is not ready: Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/calico/bird.ctl: connect: connection refused',
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        'Readiness probe failed: calico/node is not ready: BIRD is not ready: Failed to stat() nodename file: stat /var/lib/calico/nodename: no such file or directory',
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        'Readiness probe failed: calico/node is not ready: felix is not ready: readiness probe reporting 503',
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        'Readiness probe failed: calico/node is not ready: felix is not ready: Get "http://localhost:9099/readiness": dial tcp [::1]:9099: connect: connection refused',
      ],
      ['cni-plugin-unhealthy/not-ready', 'Liveness probe failed: calico/node is not ready: bird/confd is not live: exit status 1'],
    ],
    event: [
      ['ip-pool-exhausted/pool-full', event('failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses')],
      ['ip-pool-exhausted/pool-full', event('Failed to request 1 IPv4 addresses. IPAM allocated only 0.')],
      [
        'ip-pool-exhausted/pool-full',
        event('failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.244.0.0/24]'),
      ],
      [
        'ip-pool-exhausted/no-block-available',
        event(
          'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled',
        ),
      ],
      [
        'ip-pool-exhausted/no-block-available',
        event(
          'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; Need to allocate an IPAM block but could not - limit of 20 blocks reached for this node',
        ),
      ],
      ['ip-pool-exhausted/no-block-available', event('cannot allocate new block due to per host block limit')],
      ['ip-pool-exhausted/no-block-available', event('no configured Calico pools for node worker-1')],
      ['ip-pool-exhausted/no-block-available', event('cannot find a qualified ippool')],
      ['ip-pool-exhausted/no-block-available', event('the given pool (10.1.0.0/24) does not exist, or is not enabled')],
      ['ipam-state-corrupt', event('Max retries hit - excessive concurrent IPAM requests')],
      ['ipam-state-corrupt', event('Block affinity (host:worker-1) does not match provided (host:worker-2)')],
      ['ipam-state-corrupt', event('Attempt to assign from block 10.244.1.0/26 with no affinity')],
      [
        'duplicate-pod-ip',
        event(
          "error adding host side routes for interface: cali123, error: route (Ifindex: 12, Dst: 10.244.1.5/32, Scope: link) already exists for an interface other than 'cali123'",
        ),
      ],
      ['static-ip-conflict', event('error getting IP from IPAM: Address already assigned in block')],
      ['static-ip-conflict', event('error getting IP from IPAM: The provided IP address is not in a configured pool')],
      ['static-ip-conflict', event('error getting IP from IPAM: something')],
      ['static-ip-conflict', event('ipAddrs is not compatible with configured IPAM: host-local')],
      ['static-ip-conflict', event('requested feature is not enabled: ip_addrs_no_ipam')],
      ['static-ip-conflict', event('address 10.244.1.5 is in cooldown')],
      ['node-pod-cidr-missing', event('no podCidr for node worker-1')],
      [
        'cni-plugin-unhealthy',
        event(
          'stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
        ),
      ],
      ['cni-plugin-unhealthy', event('stat /var/lib/calico/nodename: no such file or directory')],
      ['cni-plugin-unhealthy/not-ready', event('Calico is currently not ready to process requests')],
      ['cni-plugin-unhealthy', event('Calico CNI panicked during ADD: runtime error: invalid memory address')],
      ['cni-plugin-unhealthy', event('failed to upgrade IPAM database: context deadline exceeded')],
      [
        'cni-datastore-unreachable/api-server-timeout',
        event(
          'error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org/v1/clusterinformations/default": dial tcp 10.96.0.1:443: i/o timeout',
        ),
      ],
      ['cni-datastore-unreachable', event('error getting ClusterInformation: resource does not exist')],
      [
        'cni-datastore-unreachable',
        event('error creating calico client: stat /etc/cni/net.d/calico-kubeconfig: no such file or directory'),
      ],
      [
        'cni-auth-failure/unauthorized',
        event('error getting ClusterInformation: connection is unauthorized: clusterinformations.crd.projectcalico.org'),
      ],
      ['cni-version-incompatible', event('unsupported CNI version 1.1.0')],
      ['overlay-tunnel-down/vxlan', event("Failed to set node's VXLAN tunnel IP, node may not receive traffic")],
      ['route-misconfigured', event('error adding host side routes for interface: cali123, error: unexpected')],
    ],
    log: [
      [
        'cni-version-incompatible',
        'felix/watchercache.go 194: Failed to perform list of current data during resync ListRoot="/calico/resources/v3/projectcalico.org/kubernetesendpointslices" error=resource does not exist: KubernetesEndpointSlice with error: the server could not find the requested resource',
      ],
      ['ip-pool-exhausted/pool-full', log('WARNING', 'ipam/ipam.go 1021: All addresses exhausted in pool 10.244.0.0/24')],
      ['ipam-state-corrupt/leaked-allocations', log('INFO', 'ipam.go 738: Garbage collecting leaked IP addresses num=4')],
      [
        'ipam-state-corrupt/leaked-allocations',
        log(
          'WARNING',
          'ipam.go 741: Leaked IP address was not successfully garbage collected handle="k8s-pod-network.abc" ip="10.244.1.9"',
        ),
      ],
      [
        'ipam-state-corrupt/stale-allocation',
        log('INFO', 'ipam.go 680: Calico Node referenced in IPAM data does not exist error=resource does not exist'),
      ],
      [
        'cni-plugin-unhealthy',
        log('WARNING', "startup/startup.go 717: Calico node 'worker-2' is already using the IPv4 address 192.168.1.12."),
      ],
      ['pod-cidr-overlap', log('WARNING', 'startup/startup.go 1010: Failed to extract CIDRs from kubeadm config.')],
      [
        'cni-not-initialized/no-binary',
        'time="2026-03-04T17:24:47Z" level=fatal msg="Failed to install /host/opt/cni/bin/calico" source=install.go',
      ],
      ['cni-not-initialized/no-binary', 'found no writeable directory, exiting'],
      ['cni-not-initialized/no-config', 'CNI config is not valid JSON: invalid character'],
      [
        'cni-plugin-unhealthy',
        log('FATAL', "int_dataplane.go 1035: Kernel's RPF check is set to 'loose'. This would allow endpoints to spoof their IP address."),
      ],
      ['cni-datastore-unreachable', log('INFO', 'startup/startup.go 374: Hit error connecting to datastore - retry error=something odd')],
      [
        'cni-datastore-unreachable/api-server-timeout',
        log(
          'INFO',
          'startup/startup.go 374: Hit error connecting to datastore - retry error=Get "https://10.96.0.1:443/api/v1/nodes/foo": dial tcp 10.96.0.1:443: i/o timeout',
        ),
      ],
      ['cni-datastore-unreachable', log('ERROR', 'daemon/daemon.go 446: Failed to connect to Typha. Retrying... error=no endpoints')],
      ['cni-datastore-unreachable', log('ERROR', "discovery.go 161: Didn't find any ready Typha instances.")],
      ['cni-datastore-unreachable', log('WARNING', 'daemon.go 1010: Datastore became unready, need to restart.')],
      [
        'cni-auth-failure/unauthorized',
        log('WARNING', 'startup/startup.go 418: Connection to the datastore is unauthorized, will not retry'),
      ],
      ['cni-auth-failure', log('FATAL', 'install.go 500: Unable to create token for CNI kubeconfig error=not now')],
      [
        'cni-version-incompatible',
        log('ERROR', 'sync_client.go 430: Server responded without support for node resource updates, disconnecting.'),
      ],
      ['overlay-tunnel-down/bgp', 'bird: BGP: Unexpected connect from unknown address 10.0.2.15 (port 41235)'],
      ['overlay-tunnel-down/bgp', 'bird: Mesh_10_0_0_12: Received: Hold timer expired'],
      [
        'overlay-tunnel-down/bgp',
        log('INFO', 'monitor-addresses/startup.go 756: Using autodetected IPv4 address on interface br-c6e04b432ed1: 173.17.0.1/16'),
      ],
      ['overlay-tunnel-down/vxlan', log('WARNING', 'vxlan_fdb.go 261: VXLAN device is down name="vxlan.calico"')],
      ['overlay-tunnel-down/vxlan', log('WARNING', 'vxlan_fdb.go 330: failed to add/delete some neighbor entries')],
      [
        'cni-plugin-unhealthy',
        log(
          'WARNING',
          "startup/startup.go 640: Couldn't autodetect an IPv4 address. If auto-detecting, choose a different autodetection method.",
        ),
      ],
      ['route-misconfigured', log('ERROR', 'route_table.go 1190: Second attempt at updating routing table failed. Will retry later.')],
      ['mtu-mismatch', log('WARNING', 'vxlan_mgr.go 681: Failed to set vxlan tunnel device MTU error=invalid argument ipVersion=0x4')],
      ['mtu-mismatch', log('WARNING', 'int_dataplane.go 1280: Configured MTU is larger than detected host interface MTU')],
      [
        'mtu-mismatch',
        log('ERROR', 'int_dataplane.go 420: Failed to auto-detect host MTU - no interfaces matched the MTU interface pattern.'),
      ],
      ['node-network-unavailable', log('ERROR', 'startup/startup.go 210: Unable to set NetworkUnavailable to False')],
      ['pod-cidr-overlap', "IPPool 10.0.0.0/16 is not within the platform's configured pod network CIDR(s)"],
    ],
    object: [['pod-cidr-overlap/pool-pool', 'CIDROverlap']],
  },
  harmless: [
    log('WARNING', "ipam_plugin.go 455: Asked to release address but it doesn't exist. Ignoring ContainerID=abc"),
    log('INFO', 'k8s.go 585: WorkloadEndpoint does not exist in the datastore, moving forward with the clean up'),
    log('WARNING', "k8s.go 549: CNI_CONTAINERID does not match WorkloadEndpoint ContainerID, don't delete WEP."),
    log('INFO', 'ipam.go 533: Releasing affinity for empty block block=10.244.1.0-26'),
    log('INFO', 'ipam.go 633: Leaked IP has been resurrected, unmark it for GC ip=10.244.1.4'),
    'Readiness probe failed: calico/node is not ready: BIRD is not ready: graceful restart in progress',
    log('WARNING', 'daemon.go 950: IPIP, VXLAN and/or noencap encapsulation changed, need to restart.'),
    log('INFO', 'health.go 196: Reporter is not ready. name="async_calc_graph"'),
  ],
};
